#include "process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <mutex>

namespace text_shell {
namespace {

struct Pipe {
  Fd read;
  Fd write;
};

std::optional<Pipe> make_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

void set_nonblocking(const Fd& fd) { ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK); }

std::uint32_t code_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return file_not_found;
    case EACCES:
    case EPERM:
      return access_denied;
    case ENOEXEC:
      return bad_program_format;
    case E2BIG:
      return argument_list_too_long;
    default:
      return not_enough_resources;
  }
}

// The host limits its own data, by its soft limit. Commands get the hard one, as they would from a log-in: it is lifted
// for the moment of a fork.
class HardDataLimit {
 public:
  HardDataLimit() : lock_(mutex()) {
    if (::getrlimit(RLIMIT_DATA, &before_) != 0) return;
    const rlimit lifted{.rlim_cur = before_.rlim_max, .rlim_max = before_.rlim_max};
    lifted_ = ::setrlimit(RLIMIT_DATA, &lifted) == 0;
  }
  ~HardDataLimit() {
    if (lifted_) ::setrlimit(RLIMIT_DATA, &before_);
  }
  HardDataLimit(const HardDataLimit&) = delete;
  HardDataLimit& operator=(const HardDataLimit&) = delete;

 private:
  // Two at a time would take the lifted limit for the one to go back to.
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  std::lock_guard<std::mutex> lock_;
  rlimit before_{};
  bool lifted_ = false;
};

// What happens in the child between fork and exec, in order.
class Plan {
 public:
  Plan() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    sigset_t all;
    sigset_t none;
    ::sigfillset(&all);
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }
  ~Plan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  void change_directory(int fd) { ::posix_spawn_file_actions_addfchdir_np(&actions_, fd); }
  void connect(int from, int to) { ::posix_spawn_file_actions_adddup2(&actions_, from, to); }
  void discard(int fd) { ::posix_spawn_file_actions_addopen(&actions_, fd, "/dev/null", O_WRONLY, 0); }
  void close_the_rest() { ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1); }

  int run(pid_t& pid, const Launch& launch) const {
    const auto pointers = [](const std::vector<std::string>& texts) {
      std::vector<char*> result;
      for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
      result.push_back(nullptr);
      return result;
    };
    const HardDataLimit limit;
    return ::posix_spawn(&pid, launch.program.c_str(), &actions_, &attributes_, pointers(launch.arguments).data(),
                         pointers(launch.environment).data());
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

std::expected<Process, std::uint32_t> Process::start(const Launch& launch) {
  const Fd directory(::open(launch.working_directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::faccessat(directory.get(), ".", X_OK, 0) != 0) return std::unexpected(bad_directory);
  auto in = make_pipe();
  auto out = make_pipe();
  auto err = make_pipe();
  if (!in || !out || !err) return std::unexpected(not_enough_resources);

  Plan plan;
  plan.change_directory(directory.get());
  plan.connect(in->read.get(), STDIN_FILENO);
  if (launch.want_stdout) plan.connect(out->write.get(), STDOUT_FILENO);
  if (launch.want_stderr) plan.connect(err->write.get(), STDERR_FILENO);
  if (!launch.want_stdout) plan.discard(STDOUT_FILENO);
  if (!launch.want_stderr) plan.discard(STDERR_FILENO);
  plan.close_the_rest();

  pid_t pid = 0;
  if (const int error = plan.run(pid, launch); error != 0) return std::unexpected(code_of(error));
  Process process(pid);
  process.exit_readable.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process.exit_readable) {
    process.signal_group(SIGKILL);
    return std::unexpected(not_enough_resources);
  }
  process.input = std::move(in->write);
  set_nonblocking(process.input);
  if (launch.want_stdout) process.output = std::move(out->read);
  if (launch.want_stderr) process.error = std::move(err->read);
  if (process.output) set_nonblocking(process.output);
  if (process.error) set_nonblocking(process.error);
  return process;
}

Process::~Process() {
  if (pid_.value == 0) return;
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(pid_.value), &info, WEXITED);
}

void Process::signal_group(int signal) const {
  if (pid_.value > 1) ::kill(-pid_.value, signal);  // 0 and 1 would mean our own group, and everybody
}

std::optional<std::uint32_t> Process::exit_code() const {
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(pid_.value), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) {
    return std::nullopt;
  }
  const auto status = static_cast<std::uint32_t>(info.si_status);
  return info.si_code == CLD_EXITED ? status : 128 + status;
}

}  // namespace text_shell
