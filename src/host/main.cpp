// winrmd-host: loads plug-ins and calls them. Started by the supervisor with the channel on descriptor 3.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <utility>

#include "host/check/contract.hpp"
#include "host/check/crash_report.hpp"
#include "host/check/own_threads.hpp"
#include "host/core/exit_guard.hpp"
#include "host/core/memory_limit.hpp"
#include "host/host.hpp"
#include "host/ticket_file.hpp"
#include "lib/base/process.hpp"
#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"

namespace {

using winrmd::Fd;
using winrmd::host::Exit;

constexpr int supervisor_fd = 3;

[[noreturn]] void end(Exit how) { ::_exit(static_cast<int>(how)); }

// Plug-ins may start processes and use the standard descriptors; both need a sane state whatever we were started with.
void set_up_process() {
  ::prctl(PR_SET_DUMPABLE, 0);  // no core file, no debugger of another process of the same account
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) != fd) end(Exit::bad_setup);
  }
  ::fcntl(supervisor_fd, F_SETFD, FD_CLOEXEC);
  ::signal(SIGCHLD, SIG_DFL);
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGINT, SIG_IGN);  // of the terminal: the supervisor gets it too and says Stop
}

// Before plug-ins are loaded and threads started: from then on the environment stays as it is.
winrmd::host::TicketFile take_delegated(winrmd::ipc::HostSetup& setup) {
  if (setup.delegated.empty()) return {};
  auto file = winrmd::host::TicketFile::create(setup.delegated, winrmd::host::ticket_base());
  winrmd::text::wipe(setup.delegated);
  if (!file) {
    winrmd::log::error("delegation_unusable", {{"reason", file.error().message}});
    return {};
  }
  ::setenv("KRB5CCNAME", ("FILE:" + file->path()).c_str(), 1);
  return std::move(*file);
}

// `winrmctl plugin check` plays the supervisor and winrmd-net, and wants to hear of breaches on a channel of its own.
void watch_contract(const winrmd::ipc::HostSetup& setup, Fd breaches) {
  winrmd::host::contract::watch(std::move(breaches));
  winrmd::host::own_threads::begin();
  winrmd::host::report_crashes(setup.plugins.empty() ? "" : setup.plugins.front().file);
}

}  // namespace

int main() {
  winrmd::hide_memory();
  winrmd::log::set_process("winrmd-host");
  winrmd::log::set_level_from_environment();
  winrmd::log::set_level_from_environment();  // and takes it out, so that no command gets to see it
  set_up_process();
  auto supervisor = std::make_unique<winrmd::ipc::Channel>(Fd(supervisor_fd));
  auto frame = supervisor->receive();
  if (!frame || !*frame) end(Exit::bad_setup);
  auto setup = winrmd::ipc::decode<winrmd::ipc::HostSetup>(**frame);
  if (!setup || (*frame)->fds.size() != (setup->check ? 2U : 1U)) {
    winrmd::log::error("host_setup_malformed");
    end(Exit::bad_setup);
  }
  winrmd::text::wipe((*frame)->fields);
  Fd net = std::move((*frame)->fds.front());
  if (setup->check) watch_contract(*setup, std::move((*frame)->fds.back()));
  winrmd::host::exit_guard::arm();
  winrmd::host::limit_memory(setup->memory_mb);
  auto tickets = take_delegated(*setup);
  auto host = std::make_unique<winrmd::host::Host>(std::move(*setup), std::move(supervisor), std::move(net));
  // Without destructors: plug-ins may have left threads behind that still call us.
  const auto exit = host->run();
  tickets.remove();
  end(exit);
}
