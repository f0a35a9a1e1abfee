#include "tools/plugin_check/offspring.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace winrmd::tools::check {
namespace {

// Killing one child may hand us its children: each round goes one generation deeper. Whoever forks faster than that
// for so long runs into the limit of processes.
constexpr int max_rounds = 1000;

// The parent of a process; 0 when it has gone. The second field of `stat` may hold anything, in parentheses.
pid_t parent_of(std::string_view pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text;
  std::getline(file, text, '\0');
  const auto name_end = text.rfind(") ");
  if (name_end == std::string::npos) return 0;
  pid_t parent = 0;
  const char* const begin = text.data() + name_end + 4;  // past `) S `
  if (begin >= text.data() + text.size()) return 0;
  std::from_chars(begin, text.data() + text.size(), parent);
  return parent;
}

std::vector<pid_t> children() {
  std::vector<pid_t> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc"), ::closedir);
  if (!folder) return found;
  const pid_t self = ::getpid();
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name(entry->d_name);
    pid_t pid = 0;
    const auto [end, status] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (status != std::errc{} || end != name.data() + name.size()) continue;
    if (parent_of(name) == self) found.push_back(pid);
  }
  return found;
}

}  // namespace

void adopt_orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

bool has_ended(pid_t host) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(host), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == host;
}

int end_everything(pid_t host) {
  int host_status = 0;
  const auto bury = [&](pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (pid == host) host_status = status;
  };
  for (int round = 0; round < max_rounds; ++round) {
    const auto left = children();
    if (left.empty()) break;
    for (const pid_t pid : left) ::kill(pid, SIGKILL);
    for (const pid_t pid : left) bury(pid);
  }
  return host_status;
}

std::string describe_status(int status) {
  if (WIFSIGNALED(status)) {
    const char* const name = ::sigabbrev_np(WTERMSIG(status));
    return fmt::format("killed by SIG{}", name == nullptr ? std::to_string(WTERMSIG(status)) : name);
  }
  return fmt::format("ended with status {}", WEXITSTATUS(status));
}

}  // namespace winrmd::tools::check
