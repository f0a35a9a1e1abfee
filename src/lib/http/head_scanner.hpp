// Finds the end of a header block and checks it line by line while it arrives: limits, line ends, and what gate.hpp
// says about single lines. The verdict does not depend on how the bytes were cut up.
#pragma once

#include <optional>
#include <string_view>

#include "lib/http/request.hpp"

namespace winrmd::http {

class HeadScanner {
 public:
  explicit HeadScanner(const Limits& limits) : limits_(&limits) {}

  enum class State { need_more, complete, failed };

  // `block` is everything that has come of this request so far: each call sees the bytes of the call before it, and
  // more behind them. What was looked at already is not looked at again.
  State scan(std::string_view block);

  // After `complete`: where the block ends (bytes behind it belong to the body).
  [[nodiscard]] std::size_t end() const { return line_start_; }
  // After `failed`.
  [[nodiscard]] ParseError& error() { return *error_; }

  void reset() { *this = HeadScanner(*limits_); }

 private:
  State check_line(std::string_view line);
  State fail(int status, const char* reason);
  State fail_too_long();

  const Limits* limits_;
  std::size_t line_start_ = 0;
  std::size_t searched_ = 0;  // no LF between line_start_ and here
  std::size_t lines_ = 0;
  std::optional<ParseError> error_;
};

}  // namespace winrmd::http
