#include "lib/ipc/socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace winrmd::ipc {
namespace {

constexpr std::size_t read_size = 64U << 10;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

std::vector<Fd> take_fds(msghdr& message) {
  std::vector<Fd> fds;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
      fds.emplace_back(fd);
    }
  }
  return fds;
}

Progress receive_with(int fd, FrameReader& reader, int flags, Descriptors descriptors) {
  std::array<char, read_size> bytes;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * max_frame_fds)> control;
  iovec part{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptors == Descriptors::take) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
  }
  for (;;) {
    const ssize_t got = ::recvmsg(fd, &message, flags | MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && would_block()) return Progress::would_block;
    if (got <= 0) return Progress::closed;
    reader.add({bytes.data(), static_cast<std::size_t>(got)}, take_fds(message));
    ::explicit_bzero(bytes.data(), static_cast<std::size_t>(got));
    return Progress::some;
  }
}

}  // namespace

Result<std::pair<Fd, Fd>> socket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return fail(std::string("socketpair: ") + std::strerror(errno));
  }
  return std::pair(Fd(ends[0]), Fd(ends[1]));
}

Progress receive_some(int fd, FrameReader& reader, Descriptors descriptors) {
  return receive_with(fd, reader, MSG_DONTWAIT, descriptors);
}

Progress send_some(int fd, std::string& bytes, std::vector<int>& fds) {
  while (!bytes.empty()) {
    iovec part{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * max_frame_fds)> control;
    if (!fds.empty()) {
      message.msg_control = control.data();
      message.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
      cmsghdr* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
      std::memcpy(CMSG_DATA(header), fds.data(), sizeof(int) * fds.size());
    }
    const ssize_t sent = ::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return would_block() ? Progress::would_block : Progress::closed;
    fds.clear();
    bytes.erase(0, static_cast<std::size_t>(sent));
  }
  return Progress::some;
}

Result<void> Channel::send_bytes(std::string bytes, std::span<const int> fds) {
  std::vector<int> pending(fds.begin(), fds.end());
  std::lock_guard lock(send_mutex_);
  for (;;) {
    switch (send_some(fd_.get(), bytes, pending)) {
      case Progress::some:
        return {};
      case Progress::closed:
        return fail("the peer process is gone");
      case Progress::would_block: {
        pollfd wait{fd_.get(), POLLOUT, 0};
        ::poll(&wait, 1, -1);
      }
    }
  }
}

Result<std::optional<Frame>> Channel::receive() {
  for (;;) {
    auto frame = reader_.next();
    if (!frame || *frame) return frame;
    if (receive_with(fd_.get(), reader_, 0, Descriptors::take) == Progress::closed) return std::optional<Frame>{};
  }
}

Result<std::optional<Frame>> Channel::receive_now(bool& closed) {
  closed = false;
  for (;;) {
    auto frame = reader_.next();
    if (!frame || *frame) return frame;
    const auto progress = receive_some(fd_.get(), reader_);
    if (progress == Progress::some) continue;
    closed = progress == Progress::closed;
    return std::optional<Frame>{};
  }
}

}  // namespace winrmd::ipc
