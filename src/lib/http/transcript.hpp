// For tests and the fuzz target: everything a reader reports for a stream of bytes, as text, so that two ways of
// feeding the same bytes can be compared.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "lib/http/request.hpp"

namespace winrmd::http {

inline std::string describe(const Request& request) {
  std::string text = request.method + " " + request.target + " 1." + std::to_string(request.version_minor);
  for (const auto& [name, value] : request.headers) text.append("\n").append(name).append("=[").append(value) += "]";
  text += "\nkeep_alive=" + std::to_string(request.keep_alive) +
          " expects=" + std::to_string(request.expects_continue) + " has_body=" + std::to_string(request.has_body);
  return text + "\nbody=[" + request.body + "]\n";
}

// Reads request after request. `pieces` are fed one after the other, each until the reader wants more.
class Transcript {
 public:
  explicit Transcript(const Limits& limits) : reader_(limits) {}

  void feed(std::string_view piece) {
    // What is left of the piece before is fed together with the next one, as a connection does it.
    buffer_.append(piece);
    std::string_view bytes = buffer_;
    while (!failed_ && step(bytes)) {
    }
    buffer_.erase(0, buffer_.size() - bytes.size());
  }

  // What has been reported; a request of which only a part has come counts too.
  [[nodiscard]] std::string text() const {
    return failed_ ? text_ : text_ + (reader_.started() ? "unfinished\n" : "idle\n");
  }
  [[nodiscard]] int status() const { return failed_ ? reader_.error().status : 0; }
  [[nodiscard]] const std::string& reason() const { return reader_.error().reason; }
  [[nodiscard]] std::size_t completed() const { return completed_; }

 private:
  // False when the reader waits for more.
  bool step(std::string_view& bytes) {
    switch (reader_.feed(bytes)) {
      case RequestReader::State::need_more:
        return false;
      case RequestReader::State::head:
        text_ += "head\n";
        return true;
      case RequestReader::State::failed:
        text_ += "failed " + std::to_string(reader_.error().status) + " " + reader_.error().reason + "\n";
        failed_ = true;
        return false;
      case RequestReader::State::complete:
        text_ += "complete " + describe(reader_.request());
        ++completed_;
        reader_.reset();
        return !bytes.empty();
    }
    return false;
  }

  RequestReader reader_;
  std::string buffer_;
  std::string text_;
  std::size_t completed_ = 0;
  bool failed_ = false;
};

inline Transcript read_whole(std::string_view bytes, const Limits& limits) {
  Transcript transcript(limits);
  transcript.feed(bytes);
  return transcript;
}

inline Transcript read_by_bytes(std::string_view bytes, const Limits& limits) {
  Transcript transcript(limits);
  for (std::size_t i = 0; i < bytes.size(); ++i) transcript.feed(bytes.substr(i, 1));
  return transcript;
}

inline Transcript read_in_two(std::string_view bytes, std::size_t cut, const Limits& limits) {
  Transcript transcript(limits);
  transcript.feed(bytes.substr(0, cut));
  transcript.feed(bytes.substr(cut));
  return transcript;
}

}  // namespace winrmd::http
