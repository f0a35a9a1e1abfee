#include "tools/password_input.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "lib/base/fd.hpp"
#include "lib/text/ascii.hpp"
#include "lib/users/password.hpp"

namespace winrmd::tools {
namespace {

// Longer than any password, so that a line that is too long is told from one that fits.
constexpr std::size_t longest_line = users::max_password_size + 1;

Result<std::string> read_line(int fd) {
  std::string line;
  line.reserve(longest_line + 1);
  for (;;) {
    char c = 0;
    const auto got = ::read(fd, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail("cannot read the password");
    if (got == 0 || c == '\n') return line;
    if (line.size() >= longest_line) return fail("the password is too long");
    line += c;
  }
}

// Echo is off for as long as this lives. Signals are left alone: a ^C leaves the terminal to the shell, which resets
// it.
class NoEcho {
 public:
  explicit NoEcho(int fd) : fd_(fd) {
    valid_ = ::tcgetattr(fd_, &saved_) == 0;
    termios quiet = saved_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    valid_ = valid_ && ::tcsetattr(fd_, TCSAFLUSH, &quiet) == 0;
  }
  ~NoEcho() {
    if (valid_) ::tcsetattr(fd_, TCSAFLUSH, &saved_);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;
  [[nodiscard]] bool valid() const { return valid_; }

 private:
  int fd_;
  bool valid_ = false;
  termios saved_{};
};

Result<std::string> prompt(int terminal, const std::string& text) {
  const NoEcho quiet(terminal);
  if (!quiet.valid()) return fail("cannot turn off the terminal's echo");
  ::dprintf(terminal, "%s: ", text.c_str());
  auto line = read_line(terminal);
  ::dprintf(terminal, "\n");
  return line;
}

}  // namespace

Result<std::string> ask_password(const std::string& user) {
  const Fd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal) return fail("there is no terminal to ask for the password; use --password-stdin");
  auto first = prompt(terminal.get(), fmt::format("Password for {}", user));
  if (!first) return first;
  auto second = prompt(terminal.get(), "Again");
  const bool same = second && *first == *second;
  if (second) text::wipe(*second);
  if (!second) return second;
  if (!same) {
    text::wipe(*first);
    return fail("the two passwords differ");
  }
  return first;
}

Result<std::string> read_password_from_stdin() {
  auto line = read_line(STDIN_FILENO);
  if (line && !line->empty() && line->back() == '\r') line->pop_back();
  return line;
}

}  // namespace winrmd::tools
