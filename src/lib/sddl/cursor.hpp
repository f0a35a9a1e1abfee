// Reading SDDL from left to right. Errors name the position, counted from 1.
#pragma once

#include <string_view>

#include "lib/sddl/sid.hpp"

namespace winrmd::sddl {

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  [[nodiscard]] bool sees(std::string_view expected) const { return rest().starts_with(expected); }
  // Goes past `expected` when it is next.
  bool skip(std::string_view expected) {
    if (!sees(expected)) return false;
    at_ += expected.size();
    return true;
  }
  // The next `count` characters, fewer at the end.
  std::string_view take(std::size_t count) {
    const auto taken = rest().substr(0, count);
    at_ += taken.size();
    return taken;
  }
  // Characters up to the first that does not fit.
  template <class Fits>
  std::string_view take_while(Fits fits) {
    const auto start = at_;
    while (at_ < text_.size() && fits(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  [[nodiscard]] std::size_t position() const { return at_; }
  // Here, or where something began.
  [[nodiscard]] std::unexpected<Error> fail(std::string_view what) const { return fail_at(at_, what); }
  [[nodiscard]] static std::unexpected<Error> fail_at(std::size_t position, std::string_view what);

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// A number in that base with at least one digit, `limit` at most. `what` names it in errors.
Result<std::uint64_t> read_number(Cursor& cursor, unsigned base, std::uint64_t limit, std::string_view what);
// `S-1-…`
Result<Sid> read_numeric_sid(Cursor& cursor);

}  // namespace winrmd::sddl
