// Starts a program of the service. The one place that forks and executes.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "lib/base/fd.hpp"
#include "lib/base/result.hpp"
#include "supervisor/account.hpp"

namespace winrmd::supervisor {

struct Program {
  std::string path;
  std::vector<std::string> environment;  // NAME=VALUE, nothing else reaches the program
  std::string folder = "/";              // to start in; `/` when it cannot be entered
  std::optional<Account> account;        // to become; none: stay who we are
  int channel = -1;                      // becomes descriptor 3
  int log = -1;                          // becomes descriptor 2
  unsigned umask = 077;
  bool core_dumps = false;           // a process that sees passwords leaves none
  std::optional<rlimit> file_limit;  // for open files; none: ours
};

// Lets this process, and the children that are not given a limit, open as many files as the system allows. Returns the
// limit as it was: programs of users may rely on a low one.
rlimit raise_file_limit();

// The exit status of a child whose program could not be executed.
inline constexpr int exec_failed = 127;

// The child has descriptors 0 and 1 (/dev/null), 2 and 3 and no others, default signal handling, a session of its own,
// and dies with this process. Fails only when no process can be made; what fails later shows as its exit status.
Result<pid_t> spawn(const Program& program);

// Kills everything that is left in the session a child began. Call it while the dead child has not been reaped, so that
// its number cannot belong to somebody else.
void end_session(pid_t session);

// How a process ended, in words. `status` as wait() gives it.
std::string describe_exit(int status);

}  // namespace winrmd::supervisor
