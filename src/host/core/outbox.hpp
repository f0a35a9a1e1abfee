// Messages on their way to winrmd-net. post() never waits, so it may be called with locks held: what the socket does
// not take at once is kept for the main loop.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "host/core/agenda.hpp"
#include "lib/ipc/frame.hpp"

namespace winrmd::host {

class Outbox {
 public:
  // `fd` stays the caller's.
  Outbox(int fd, Waker& waker) : fd_(fd), waker_(waker) {}

  // Any thread. Messages go out in the order of the calls.
  template <class M>
  void post(const M& message, std::uint64_t id = 0) {
    add(ipc::encode(message, id));
  }

  // Main thread: true while something waits for room, and the attempt to send it.
  [[nodiscard]] bool waiting();
  void flush();
  // From now on everything is dropped: the peer is gone.
  void close();

 private:
  void add(std::string bytes);
  void send_what_goes();

  int fd_;
  Waker& waker_;
  std::mutex mutex_;
  std::string bytes_;
  bool closed_ = false;
};

}  // namespace winrmd::host
