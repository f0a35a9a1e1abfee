// The system calls under the frames: Unix stream sockets, with descriptors beside the bytes. This is the one file of
// lib/ipc that does I/O. A process that blocks (supervisor, auth, host) uses Channel; winrmd-net drives receive_some()
// and send_some() from its event loop.
#pragma once

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/fd.hpp"
#include "lib/base/result.hpp"
#include "lib/ipc/frame.hpp"

namespace winrmd::ipc {

// A connected pair with close-on-exec set on both ends.
Result<std::pair<Fd, Fd>> socket_pair();

enum class Progress { some, would_block, closed };

// Whether descriptors that come beside the bytes are taken, or closed by the kernel unseen.
enum class Descriptors { take, refuse };

// Reads what is there (up to 64 KiB) into `reader`. Errors are reported as closed.
Progress receive_some(int fd, FrameReader& reader, Descriptors descriptors = Descriptors::take);

// Writes as much of `bytes` as the socket takes and removes it; `fds` go with the first byte and are cleared then.
Progress send_some(int fd, std::string& bytes, std::vector<int>& fds);

// A blocking channel. send() may be called from any thread; receive() from one.
class Channel {
 public:
  explicit Channel(Fd fd) : fd_(std::move(fd)) {}

  [[nodiscard]] int fd() const { return fd_.get(); }

  // Sends one message, waiting for room. Descriptors in `fds` stay the caller's.
  template <class M>
  Result<void> send(const M& message, std::uint64_t id = 0, std::span<const int> fds = {}) {
    return send_bytes(encode(message, id, static_cast<std::uint16_t>(fds.size())), fds);
  }

  // The next frame, waiting for it; nothing when the peer has closed.
  Result<std::optional<Frame>> receive();
  // A frame that was read already, or that can be read without waiting; nothing when there is none. `closed` is set
  // when the peer is gone and all its frames were taken.
  Result<std::optional<Frame>> receive_now(bool& closed);
  // What was read and not yet taken, for whoever goes on reading from the same socket. The channel has nothing then.
  FrameReader take_reader() { return std::exchange(reader_, {}); }

 private:
  Result<void> send_bytes(std::string bytes, std::span<const int> fds);

  Fd fd_;
  std::mutex send_mutex_;
  FrameReader reader_;
};

}  // namespace winrmd::ipc
