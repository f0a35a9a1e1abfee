// One frame: length (of all that follows, capped), message type, number of descriptors that came with it, request id,
// fields. Frames are what the four processes exchange; the messages are in messages_*.hpp.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/fd.hpp"
#include "lib/base/result.hpp"
#include "lib/ipc/fields.hpp"

namespace winrmd::ipc {

inline constexpr std::size_t frame_header_size = 4 + 2 + 2 + 8;
// The largest message is an envelope's worth of decoded data; the cap leaves room for configured envelopes of 2 MiB.
inline constexpr std::size_t max_frame_size = 4U << 20;
inline constexpr std::size_t max_frame_fds = 16;

struct Frame {
  std::uint16_t type = 0;
  std::uint64_t id = 0;  // chosen by whoever asks; the answer carries the same
  std::string fields;
  std::vector<Fd> fds;
};

// Encodes a message with its frame header. `fd_count` descriptors travel beside it.
template <class M>
std::string encode(const M& message, std::uint64_t id, std::uint16_t fd_count = 0) {
  std::string out(4, '\0');
  Writer writer(out);
  writer.put(static_cast<std::uint16_t>(M::type));
  writer.put(fd_count);
  writer.put(id);
  writer.put(message);
  const auto length = static_cast<std::uint32_t>(out.size() - 4);
  for (std::size_t i = 0; i < 4; ++i) out[i] = static_cast<char>(length >> (8 * i));
  return out;
}

// Decodes the fields of a frame whose type was looked at. Fails on short, long or ill-formed input.
template <class M>
Result<M> decode(const Frame& frame) {
  M message{};
  Reader reader(frame.fields);
  reader.get(message);
  if (frame.type != static_cast<std::uint16_t>(M::type) || !reader.finished()) return fail("malformed message");
  return message;
}

// Cuts a byte stream into frames. Knows no descriptor: whoever reads the socket adds what came with the bytes.
// Messages may hold passwords and keys: a frame that was taken is wiped from the reader's memory.
class FrameReader {
 public:
  // Adds what was read. Descriptors belong to the frames that announce them, in order.
  void add(std::string_view bytes, std::vector<Fd> fds = {});
  // The next whole frame; nothing when more bytes are needed; an error when the stream cannot be trusted any more. No
  // more descriptors wait for their frame than one frame may have: a peer cannot use up ours with some of its own.
  Result<std::optional<Frame>> next();

 private:
  Result<std::optional<Frame>> wait_for_more() const;

  std::string buffer_;
  std::size_t start_ = 0;
  std::deque<Fd> fds_;
};

}  // namespace winrmd::ipc
