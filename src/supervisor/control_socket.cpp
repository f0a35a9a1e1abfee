#include "supervisor/control_socket.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "lib/log/log.hpp"

namespace winrmd::supervisor {
namespace {

constexpr std::string_view reload_request = "reload\n";

std::optional<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return std::nullopt;
  std::ranges::copy(path, address.sun_path);
  return address;
}

std::unexpected<Error> failure(const std::string& path) {
  return fail(fmt::format("control_socket '{}': {}", path, std::strerror(errno)));
}

// A socket file that nobody listens at is what a service left that did not end by itself.
Result<void> clear_place(const std::string& path, const sockaddr_un& address) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return {};
  if (!S_ISSOCK(info.st_mode)) return fail(fmt::format("control_socket '{}': there is a file in its place", path));
  const Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno == EAGAIN) {
    return fail(fmt::format("control_socket '{}': another service answers there", path));
  }
  if (::unlink(path.c_str()) != 0) return failure(path);
  return {};
}

bool may_ask(int fd, uid_t owner) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || peer.uid == owner || peer.uid == ::geteuid();
}

// True while more may come.
bool read_request(int fd, std::string& request) {
  std::array<char, longest_control_request + 1> buffer{};
  const auto n = ::recv(fd, buffer.data(), buffer.size(), 0);
  if (n < 0) return errno == EAGAIN || errno == EINTR;
  request.append(buffer.data(), static_cast<std::size_t>(n));
  return n > 0 && request.size() <= longest_control_request;
}

}  // namespace

Result<ControlSocket> ControlSocket::open(const std::string& path, uid_t owner) {
  const auto address = address_of(path);
  if (!address) return fail(fmt::format("control_socket '{}': the path is too long", path));
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  if (error) return fail(fmt::format("control_socket '{}': {}", path, error.message()));
  if (auto cleared = clear_place(path, *address); !cleared) return std::unexpected(cleared.error());
  ControlSocket made;
  made.fd_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!made.fd_) return failure(path);
  const auto before = ::umask(0177);  // nobody else's from the first moment on
  const int bound = ::bind(made.fd_.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
  ::umask(before);
  if (bound != 0) return failure(path);
  made.path_ = path;
  made.owner_ = owner;
  if (owner != ::geteuid() && ::lchown(path.c_str(), owner, static_cast<gid_t>(-1)) != 0) return failure(path);
  if (::listen(made.fd_.get(), static_cast<int>(max_control_sessions)) != 0) return failure(path);
  return made;
}

ControlSocket::~ControlSocket() {
  if (fd_) ::unlink(path_.c_str());
}

ControlSocket::ControlSocket(ControlSocket&&) noexcept = default;

ControlSocket& ControlSocket::operator=(ControlSocket&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(owner_, other.owner_);
  std::swap(fd_, other.fd_);
  std::swap(sessions_, other.sessions_);
  std::swap(last_, other.last_);
  return *this;
}

void ControlSocket::wait_for(std::vector<pollfd>& fds) const {
  if (!fd_) return;
  fds.push_back({.fd = fd_.get(), .events = POLLIN, .revents = 0});
  for (const auto& [number, session] : sessions_) {
    // One that has asked waits for us; that it may have gone does not matter until it is answered.
    if (!session.asked) fds.push_back({.fd = session.fd.get(), .events = POLLIN, .revents = 0});
  }
}

void ControlSocket::accept(ControlClock::time_point now) {
  for (;;) {
    Fd fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd) return;
    if (sessions_.size() >= max_control_sessions || !may_ask(fd.get(), owner_)) {
      log::warning("control_refused", {{"sessions", static_cast<std::int64_t>(sessions_.size())}});
      continue;
    }
    sessions_.emplace(++last_,
                      Session{.fd = std::move(fd), .read = {}, .asked = false, .until = now + control_patience});
  }
}

// False when it has gone before it asked, or asks for something else.
bool ControlSocket::keep_reading(Session& session) {
  if (session.asked) return true;
  const bool open = read_request(session.fd.get(), session.read);
  return session.read == reload_request || (open && !session.read.contains('\n'));
}

std::vector<std::uint64_t> ControlSocket::take_requests(ControlClock::time_point now) {
  std::vector<std::uint64_t> asking;
  if (!fd_) return asking;
  accept(now);
  for (auto entry = sessions_.begin(); entry != sessions_.end();) {
    const bool stays = entry->second.until > now && keep_reading(entry->second);
    if (stays && entry->second.read == reload_request && !std::exchange(entry->second.asked, true)) {
      asking.push_back(entry->first);
    }
    entry = stays ? std::next(entry) : sessions_.erase(entry);
  }
  return asking;
}

void ControlSocket::answer(std::uint64_t session, std::string_view error, std::string_view text) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return;
  const auto answer = error.empty() ? fmt::format("ok\n{}", text) : fmt::format("error\n{}", error);
  // An answer fits the socket's buffer, whether it is read or not.
  if (::send(found->second.fd.get(), answer.data(), answer.size(), MSG_NOSIGNAL) < 0) {
    log::warning("control_answer_not_sent", {{"error", std::strerror(errno)}});
  }
  sessions_.erase(found);
}

ControlClock::time_point ControlSocket::next_deadline() const {
  auto next = ControlClock::time_point::max();
  for (const auto& [number, session] : sessions_) next = std::min(next, session.until);
  return next;
}

}  // namespace winrmd::supervisor
