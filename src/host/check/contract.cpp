#include "host/check/contract.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace winrmd::host::contract {
namespace {

constexpr std::size_t max_kind = 64;
constexpr std::size_t header_size = 16;  // of a frame, its length included

std::atomic<int> breaches = -1;
thread_local bool reported = false;

// A frame put together without memory of the heap, which a signal handler must not touch.
class FixedFrame {
 public:
  void number(std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes_[used_++] = static_cast<char>(value >> (8 * i));
  }
  void text(std::string_view text) { used_ += text.copy(bytes_.data() + used_, bytes_.size() - used_); }
  void send(int fd) {
    // One small piece on a stream socket goes as a whole or not at all.
    [[maybe_unused]] const auto sent = ::send(fd, bytes_.data(), used_, MSG_DONTWAIT | MSG_NOSIGNAL);
  }

 private:
  std::array<char, header_size + 8 + max_kind + max_detail> bytes_{};
  std::size_t used_ = 0;
};

}  // namespace

void watch(Fd fd) { const Fd before(breaches.exchange(fd ? fd.release() : -1)); }

bool watching() { return breaches.load(std::memory_order_relaxed) >= 0; }

void report(std::string_view kind, std::string_view detail) { report(kind, detail, {}); }

void report(std::string_view kind, std::string_view what, std::string_view more) {
  const int fd = breaches.load(std::memory_order_relaxed);
  if (fd < 0) return;
  reported = true;
  kind = kind.substr(0, max_kind);
  what = what.substr(0, max_detail);
  more = more.substr(0, max_detail - what.size());
  const std::size_t detail = what.size() + more.size();
  const int saved = errno;
  FixedFrame frame;
  frame.number(header_size - 4 + 8 + kind.size() + detail, 4);
  frame.number(static_cast<std::uint16_t>(ipc::MessageType::breach), 2);
  frame.number(0, 2);
  frame.number(0, 8);
  frame.number(kind.size(), 4);
  frame.text(kind);
  frame.number(detail, 4);
  frame.text(what);
  frame.text(more);
  frame.send(fd);
  errno = saved;
}

bool take_reported() { return std::exchange(reported, false); }

}  // namespace winrmd::host::contract
