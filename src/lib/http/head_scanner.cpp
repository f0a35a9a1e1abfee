#include "lib/http/head_scanner.hpp"

#include <algorithm>

#include "lib/http/gate.hpp"

namespace winrmd::http {

HeadScanner::State HeadScanner::fail(int status, const char* reason) {
  error_ = ParseError{status, reason};
  return State::failed;
}

HeadScanner::State HeadScanner::fail_too_long() {
  if (limits_->header_block - line_start_ < limits_->line) return fail(431, "header block too long");
  return lines_ == 0 ? fail(414, "request line too long") : fail(431, "header line too long");
}

HeadScanner::State HeadScanner::check_line(std::string_view line) {
  if (lines_++ == 0) {
    error_ = check_request_line(line);
  } else if (line.empty()) {
    return State::complete;
  } else if (lines_ - 1 > limits_->headers) {
    return fail(431, "too many headers");
  } else {
    error_ = check_header_line(line);
  }
  return error_ ? State::failed : State::need_more;
}

HeadScanner::State HeadScanner::scan(std::string_view block) {
  if (block.empty()) return State::need_more;
  // Something else (a TLS handshake, an empty line) is told at its first byte and need not wait for a line end.
  if (!is_token_char(block.front())) return fail(400, "not an HTTP request");
  for (;;) {
    const auto line_feed = block.find('\n', searched_);
    const auto line_end = line_feed == std::string_view::npos ? block.size() : line_feed + 1;
    // Limits come first: a line that is too long is so before its end has arrived.
    if (line_end - line_start_ > std::min(limits_->line, limits_->header_block - line_start_)) return fail_too_long();
    searched_ = line_end;
    if (line_feed == std::string_view::npos) return State::need_more;
    auto line = block.substr(line_start_, line_feed - line_start_);
    if (!line.ends_with('\r')) return fail(400, "line feed without carriage return");
    line.remove_suffix(1);
    const State state = check_line(line);
    if (state == State::failed) return state;
    line_start_ = line_end;
    if (state == State::complete) return state;
  }
}

}  // namespace winrmd::http
