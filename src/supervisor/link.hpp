// The supervisor's end of the channel to one child. Nothing here waits: what the child does not take is queued, and a
// child that does not read is given up once the queue is full.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/fd.hpp"
#include "lib/base/result.hpp"
#include "lib/ipc/socket.hpp"

namespace winrmd::supervisor {

inline constexpr std::size_t max_queued_bytes = 16U << 20;

class Link {
 public:
  explicit Link(Fd fd) : fd_(std::move(fd)) {}

  [[nodiscard]] int fd() const { return fd_.get(); }

  // Queues a message and sends what the socket takes. The descriptors are closed once they are sent.
  template <class M>
  void send(const M& message, std::uint64_t id = 0, std::vector<Fd> fds = {}) {
    const auto count = static_cast<std::uint16_t>(fds.size());
    send_bytes(ipc::encode(message, id, count), std::move(fds));
  }
  void send_bytes(std::string bytes, std::vector<Fd> fds);

  // Sends more of the queue; call it when the descriptor is writable.
  void flush();
  [[nodiscard]] bool wants_write() const { return !queue_.empty() && !broken_; }
  // The child is gone, or has not read for too long.
  [[nodiscard]] bool broken() const { return broken_; }

  // Reads what is there, up to 64 KiB.
  ipc::Progress receive() { return ipc::receive_some(fd_.get(), reader_); }
  // The next whole frame of what was read; an error when the child sends nonsense.
  Result<std::optional<ipc::Frame>> next() { return reader_.next(); }

 private:
  struct Item {
    std::string bytes;
    std::vector<Fd> fds;
  };
  Fd fd_;
  ipc::FrameReader reader_;
  std::deque<Item> queue_;
  std::size_t queued_ = 0;
  bool broken_ = false;
};

// A second descriptor for the same open file, to hand away.
Fd duplicate(int fd);

}  // namespace winrmd::supervisor
