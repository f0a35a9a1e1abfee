// The chunked transfer coding (RFC 9112 7.1), of our own: Beast's decoder needs its input in one piece, has no limits
// for chunk headers and takes trailers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/http/body.hpp"
#include "lib/http/request.hpp"

namespace winrmd::http {

class ChunkDecoder {
 public:
  explicit ChunkDecoder(const Limits& limits) : limits_(&limits) {}

  enum class State { need_more, complete, failed };

  // Takes bytes from the front of `bytes` up to the end of the body. 413 when a chunk does not fit into `body`.
  State feed(std::string_view& bytes, BodySink& body);
  // After `failed`.
  [[nodiscard]] ParseError& error() { return error_; }

  void reset();

 private:
  enum class Phase { size_line, data, data_end, last_line_end };

  State take_framing_byte(char c, const BodySink& body);
  State end_size_line(const BodySink& body);
  State fail(int status, const char* reason);

  const Limits* limits_;
  Phase phase_ = Phase::size_line;
  std::string line_;
  std::uint64_t data_left_ = 0;
  std::size_t overhead_ = 0;
  bool carriage_return_ = false;  // in data_end and last_line_end: the CR has come
  ParseError error_;
};

}  // namespace winrmd::http
