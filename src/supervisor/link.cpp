#include "supervisor/link.hpp"

#include <fcntl.h>

namespace winrmd::supervisor {

void Link::send_bytes(std::string bytes, std::vector<Fd> fds) {
  if (broken_) return;
  queued_ += bytes.size();
  queue_.push_back({.bytes = std::move(bytes), .fds = std::move(fds)});
  flush();
  if (queued_ > max_queued_bytes) broken_ = true;
}

void Link::flush() {
  while (!queue_.empty() && !broken_) {
    auto& item = queue_.front();
    std::vector<int> fds;
    fds.reserve(item.fds.size());
    for (const auto& fd : item.fds) fds.push_back(fd.get());
    const auto before = item.bytes.size();
    const auto progress = ipc::send_some(fd_.get(), item.bytes, fds);
    queued_ -= before - item.bytes.size();
    if (fds.empty()) item.fds.clear();
    if (progress == ipc::Progress::closed) broken_ = true;
    if (progress != ipc::Progress::some) return;
    queue_.pop_front();
  }
}

Fd duplicate(int fd) { return Fd(::fcntl(fd, F_DUPFD_CLOEXEC, 3)); }

}  // namespace winrmd::supervisor
