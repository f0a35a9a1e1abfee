#include "tools/reload_command.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "lib/base/fd.hpp"
#include "lib/config/settings.hpp"

namespace winrmd::tools {
namespace {

constexpr std::string_view request = "reload\n";
constexpr timeval patience{.tv_sec = 60, .tv_usec = 0};
constexpr std::size_t largest_answer = 1U << 20;

std::unexpected<Error> failure(const std::string& path, std::string_view what) {
  const char* reason = errno == EAGAIN ? "no answer in time" : std::strerror(errno);
  return fail(fmt::format("{} '{}': {}", what, path, reason));
}

Result<std::string> socket_of(const std::string& config) {
  const auto settings = config::load(config);
  if (!settings) return std::unexpected(settings.error());
  return settings->control_socket.empty() ? std::string(config::default_control_socket) : settings->control_socket;
}

Result<Fd> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail(fmt::format("'{}': the path is too long", path));
  std::ranges::copy(path, address.sun_path);
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return failure(path, "no socket for");
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return failure(path, "no service answers at");
  }
  return fd;
}

Result<std::string> read_answer(int fd, const std::string& path) {
  std::string answer;
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto n = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failure(path, "the service at");
    if (n == 0 || answer.size() > largest_answer) return answer;
    answer.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace

Result<std::string> reload_service(const std::string& config, const std::string& socket) {
  auto path = socket.empty() ? socket_of(config) : socket;
  if (!path) return std::unexpected(path.error());
  const auto fd = connect_to(*path);
  if (!fd) return std::unexpected(fd.error());
  if (::send(fd->get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    return failure(*path, "the service at");
  }
  auto answer = read_answer(fd->get(), *path);
  if (!answer) return answer;
  const auto line = answer->find('\n');
  const auto verdict = answer->substr(0, line);
  const auto text = line == std::string::npos ? std::string() : answer->substr(line + 1);
  if (verdict == "ok") return text;
  if (verdict == "error") return fail(fmt::format("not reloaded, the service goes on as it was: {}", text));
  return fail(fmt::format("the service at '{}' closed the connection without an answer", *path));
}

}  // namespace winrmd::tools
