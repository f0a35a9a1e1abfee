#include "supervisor/spawn.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <memory>

#include "supervisor/identity.hpp"

namespace winrmd::supervisor {
namespace {

constexpr int lost_parent = 121;
constexpr int setup_failed = 122;

void reset_signals() {
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Moves the two descriptors to their places and closes every other one.
bool place_descriptors(int log, int channel) {
  const int null = ::open("/dev/null", O_RDWR);
  // First out of the way of 0 to 3, where they may already be.
  const int safe_log = ::fcntl(log, F_DUPFD, 10);
  const int safe_channel = ::fcntl(channel, F_DUPFD, 10);
  return null >= 0 && safe_log >= 0 && safe_channel >= 0 && ::dup2(null, 0) == 0 && ::dup2(null, 1) == 1 &&
         ::dup2(safe_log, 2) == 2 && ::dup2(safe_channel, 3) == 3 && ::close_range(4, ~0U, 0) == 0;
}

// Reset by a change of identity, so after it; and the parent may have died before.
void die_with(pid_t parent) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != parent) ::_exit(lost_parent);
}

[[noreturn]] void run(const Program& program, pid_t parent) {
  reset_signals();
  ::setsid();
  ::umask(program.umask);
  if (!place_descriptors(program.log, program.channel)) ::_exit(setup_failed);
  if (!program.core_dumps) {
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &none);
  }
  if (program.file_limit) ::setrlimit(RLIMIT_NOFILE, &*program.file_limit);
  if (program.account) become(*program.account);
  die_with(parent);
  if (::chdir(program.folder.c_str()) != 0 && ::chdir("/") != 0) ::_exit(setup_failed);
  std::vector<char*> environment;
  environment.reserve(program.environment.size() + 1);
  for (const auto& entry : program.environment) environment.push_back(const_cast<char*>(entry.c_str()));
  environment.push_back(nullptr);
  char* const arguments[] = {const_cast<char*>(program.path.c_str()), nullptr};
  ::execve(program.path.c_str(), arguments, environment.data());
  const char* reason = ::strerror(errno);
  ::dprintf(2, "winrmd: cannot run %s: %s\n", program.path.c_str(), reason);
  ::_exit(exec_failed);
}

// The processes of a session, by number. Reading /proc is the only way to ask.
std::vector<pid_t> members(pid_t session) {
  std::vector<pid_t> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc"), ::closedir);
  if (!folder) return found;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name(entry->d_name);
    pid_t pid = 0;
    const auto [end, status] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (status != std::errc{} || end != name.data() + name.size()) continue;
    if (pid != session && ::getsid(pid) == session) found.push_back(pid);
  }
  return found;
}

}  // namespace

rlimit raise_file_limit() {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit raised{.rlim_cur = before.rlim_max, .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &raised);
  return before;
}

Result<pid_t> spawn(const Program& program) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return fail(fmt::format("cannot start a process: {}", std::strerror(errno)));
  if (child == 0) run(program, parent);
  return child;
}

void end_session(pid_t session) {
  // More than once, since one that is being killed may have forked meanwhile; not for ever.
  for (int round = 0; round < 10; ++round) {
    const auto left = members(session);
    bool killed = false;
    for (const pid_t pid : left) killed = ::kill(pid, SIGKILL) == 0 || killed;
    if (!killed) return;
  }
}

std::string describe_exit(int status) {
  if (WIFSIGNALED(status)) {
    const char* name = ::sigabbrev_np(WTERMSIG(status));
    return fmt::format("killed by SIG{}", name == nullptr ? std::to_string(WTERMSIG(status)) : name);
  }
  switch (WEXITSTATUS(status)) {
    case 0:
      return "ended in good order";
    case identity_failed:
      return "could not change to its account";
    case lost_parent:
      return "found its parent gone";
    case setup_failed:
      return "could not be set up";
    case exec_failed:
      return "could not be executed";
    default:
      return fmt::format("ended with status {}", WEXITSTATUS(status));
  }
}

}  // namespace winrmd::supervisor
