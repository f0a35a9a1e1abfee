#include "lib/http/chunked.hpp"

#include <algorithm>

#include "lib/http/gate.hpp"

namespace winrmd::http {

void ChunkDecoder::reset() {
  phase_ = Phase::size_line;
  line_.clear();
  data_left_ = 0;
  overhead_ = 0;
  carriage_return_ = false;
}

ChunkDecoder::State ChunkDecoder::fail(int status, const char* reason) {
  error_ = {status, reason};
  return State::failed;
}

ChunkDecoder::State ChunkDecoder::end_size_line(const BodySink& body) {
  if (!line_.ends_with('\r')) return fail(400, "line feed without carriage return in a chunk header");
  line_.pop_back();
  if (auto problem = check_chunk_line(line_, data_left_)) {
    error_ = std::move(*problem);
    return State::failed;
  }
  line_.clear();
  if (data_left_ > body.room()) return fail(413, "body too large");
  phase_ = data_left_ == 0 ? Phase::last_line_end : Phase::data;
  return State::need_more;
}

ChunkDecoder::State ChunkDecoder::take_framing_byte(char c, const BodySink& body) {
  if (++overhead_ > limits_->chunk_overhead) return fail(400, "too much chunk framing");
  if (phase_ == Phase::size_line) {
    if (line_.size() == limits_->chunk_header) return fail(400, "chunk header too long");
    if (c == '\n') return end_size_line(body);
    line_ += c;
    return State::need_more;
  }
  if (c != (carriage_return_ ? '\n' : '\r')) {
    return fail(400, phase_ == Phase::data_end ? "chunk longer than its size" : "trailers are not accepted");
  }
  carriage_return_ = !carriage_return_;
  if (carriage_return_) return State::need_more;
  if (phase_ == Phase::last_line_end) return State::complete;
  phase_ = Phase::size_line;
  return State::need_more;
}

ChunkDecoder::State ChunkDecoder::feed(std::string_view& bytes, BodySink& body) {
  while (!bytes.empty()) {
    if (phase_ == Phase::data) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(data_left_, bytes.size()));
      body.put(bytes.substr(0, n));
      bytes.remove_prefix(n);
      data_left_ -= n;
      if (data_left_ == 0) phase_ = Phase::data_end;
      continue;
    }
    const State state = take_framing_byte(bytes.front(), body);
    if (state == State::failed) return state;
    bytes.remove_prefix(1);
    if (state == State::complete) return state;
  }
  return State::need_more;
}

}  // namespace winrmd::http
