#include "tools/plugin_check/sandbox.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace winrmd::tools::check {
namespace {

constexpr int exec_failed = 127;
constexpr int setup_failed = 122;
constexpr rlim_t max_processes = 512;  // threads count, too
constexpr rlim_t max_file_size = rlim_t{64} << 20;
constexpr rlim_t max_open_files = 1024;
constexpr rlim_t mib = 1U << 20;

bool write_file(const char* path, const std::string& text) {
  const Fd file(::open(path, O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Takes the network away, in a user namespace where we stay who we are. 0, or why it did not work.
int leave_network(bool with_user_namespace) {
  const uid_t uid = ::geteuid();
  const gid_t gid = ::getegid();
  if (!with_user_namespace) return ::unshare(CLONE_NEWNET) == 0 ? 0 : errno;
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return errno;
  const bool kept = write_file("/proc/self/setgroups", "deny") &&
                    write_file("/proc/self/uid_map", fmt::format("{0} {0} 1", uid)) &&
                    write_file("/proc/self/gid_map", fmt::format("{0} {0} 1", gid));
  return kept ? 0 : errno;
}

// What leave_network() gives, tried out in a process that ends at once.
int try_leaving(bool with_user_namespace) {
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child == 0) ::_exit(leave_network(with_user_namespace));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

void limit(__rlimit_resource resource, rlim_t value) {
  rlimit now{};
  ::getrlimit(resource, &now);
  if (now.rlim_max != RLIM_INFINITY && now.rlim_max < value) value = now.rlim_max;
  const rlimit both{.rlim_cur = value, .rlim_max = value};
  ::setrlimit(resource, &both);
}

void reset_signals() {
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool place_descriptors(const HostProgram& program) {
  const int null = ::open("/dev/null", O_RDWR);
  // First out of the way of 0 to 3, where they may already be.
  const int output = ::fcntl(program.output.get(), F_DUPFD, 10);
  const int control = ::fcntl(program.control.get(), F_DUPFD, 10);
  return null >= 0 && output >= 0 && control >= 0 && ::dup2(null, 0) == 0 && ::dup2(null, 1) == 1 &&
         ::dup2(output, 2) == 2 && ::dup2(control, 3) == 3 && ::close_range(4, ~0U, 0) == 0;
}

void set_limits(const HostProgram& program, const Sandbox& sandbox) {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, max_file_size);
  limit(RLIMIT_NOFILE, max_open_files);
  if (program.memory_mb != 0) limit(RLIMIT_DATA, program.memory_mb * mib);
  // Elsewhere it counts whatever else the user runs.
  if (sandbox.user_namespace) limit(RLIMIT_NPROC, max_processes);
}

[[noreturn]] void run(const HostProgram& program, const Sandbox& sandbox, char* const* environment, pid_t parent) {
  reset_signals();
  ::setsid();
  ::umask(077);
  if (!place_descriptors(program)) ::_exit(setup_failed);
  if (sandbox.network_taken && leave_network(sandbox.user_namespace) != 0) ::_exit(setup_failed);
  set_limits(program, sandbox);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) ::_exit(setup_failed);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != parent) ::_exit(setup_failed);
  if (::chdir("/") != 0) ::_exit(setup_failed);
  char* const arguments[] = {const_cast<char*>(program.path.c_str()), nullptr};
  ::execve(program.path.c_str(), arguments, environment);
  ::_exit(exec_failed);
}

}  // namespace

Sandbox probe_sandbox() {
  const int refused = try_leaving(true);
  if (refused == 0) return {.network_taken = true, .user_namespace = true};
  if (try_leaving(false) == 0) return {.network_taken = true};
  return {.why_not = std::strerror(refused)};
}

Result<pid_t> start_host(const HostProgram& program, const Sandbox& sandbox) {
  std::vector<char*> environment;
  for (const auto& entry : program.environment) environment.push_back(const_cast<char*>(entry.c_str()));
  environment.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return fail(fmt::format("cannot start a process: {}", std::strerror(errno)));
  if (child == 0) run(program, sandbox, environment.data(), parent);
  return child;
}

}  // namespace winrmd::tools::check
