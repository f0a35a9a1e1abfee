#include "host/core/outbox.hpp"

#include <vector>

#include "lib/ipc/socket.hpp"

namespace winrmd::host {

bool Outbox::waiting() {
  std::lock_guard lock(mutex_);
  return !bytes_.empty();
}

void Outbox::flush() {
  std::lock_guard lock(mutex_);
  send_what_goes();
}

void Outbox::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  bytes_.clear();
}

void Outbox::add(std::string bytes) {
  bool left = false;
  {
    std::lock_guard lock(mutex_);
    if (closed_) return;
    const bool was_empty = bytes_.empty();
    if (was_empty) {
      bytes_ = std::move(bytes);
      send_what_goes();
      left = !bytes_.empty();
    } else {
      bytes_ += bytes;
    }
  }
  if (left) waker_.wake();
}

void Outbox::send_what_goes() {
  std::vector<int> no_fds;
  if (ipc::send_some(fd_, bytes_, no_fds) == ipc::Progress::closed) {
    closed_ = true;
    bytes_.clear();
  }
}

}  // namespace winrmd::host
