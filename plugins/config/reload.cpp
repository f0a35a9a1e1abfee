#include "reload.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <thread>

#include "lib/base/fd.hpp"

namespace config_tree {
namespace {

constexpr std::string_view request = "reload\n";
constexpr timeval patience{.tv_sec = 45, .tv_usec = 0};
constexpr std::size_t largest_answer = 1U << 20;
constexpr std::string_view busy = "a reload is under way";
constexpr std::chrono::seconds busy_patience{20};
constexpr std::chrono::milliseconds busy_pause{50};

std::unexpected<std::string> failure(const std::string& socket, std::string_view what) {
  const char* reason = errno == EAGAIN ? "no answer in time" : std::strerror(errno);
  return std::unexpected(fmt::format("{} '{}': {}", what, socket, reason));
}

std::expected<winrmd::Fd, std::string> connect_to(const std::string& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path) return std::unexpected(fmt::format("'{}': too long", socket));
  std::ranges::copy(socket, address.sun_path);
  winrmd::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return failure(socket, "no socket for");
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return failure(socket, "cannot ask the service for a reload at");
  }
  return fd;
}

std::expected<std::string, std::string> ask_once(const std::string& socket) {
  const auto fd = connect_to(socket);
  if (!fd) return std::unexpected(fd.error());
  if (::send(fd->get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    return failure(socket, "cannot ask the service for a reload at");
  }
  std::string answer;
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto got = ::recv(fd->get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(socket, "the service did not answer at");
    if (got == 0 || answer.size() > largest_answer) break;
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  const auto line = answer.find('\n');
  const auto verdict = answer.substr(0, line);
  auto text = line == std::string::npos ? std::string() : answer.substr(line + 1);
  if (verdict == "ok") return text;
  if (verdict == "error") return std::unexpected(std::move(text));
  return std::unexpected(fmt::format("the service at '{}' may not be asked for a reload by this account", socket));
}

}  // namespace

std::expected<std::string, std::string> reload_service(const std::string& socket) {
  const auto until = std::chrono::steady_clock::now() + busy_patience;
  for (;;) {
    auto answer = ask_once(socket);
    // Somebody else's; what it takes may be from before the change.
    if (answer || answer.error() != busy || std::chrono::steady_clock::now() >= until) return answer;
    std::this_thread::sleep_for(busy_pause);
  }
}

}  // namespace config_tree
