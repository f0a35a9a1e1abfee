#include "supervisor/pam_children.hpp"

#include <signal.h>

#include <algorithm>

#include "lib/ipc/messages_pam.hpp"
#include "lib/ipc/socket.hpp"
#include "lib/log/log.hpp"
#include "supervisor/spawn.hpp"

namespace winrmd::supervisor {

PamChildren::PamChildren(std::string program, std::string service, int log)
    : program_(std::move(program)), service_(std::move(service)), log_(log) {}

Result<Fd> PamChildren::start(std::vector<std::string> environment, Clock::time_point now) {
  if (children_.size() >= max_pam_children) return fail("too many account checks at a time");
  auto pair = ipc::socket_pair();
  if (!pair) return std::unexpected(pair.error());
  // It waits in the channel for the child, and fits.
  auto setup = ipc::encode(ipc::PamSetup{.service = service_}, 0);
  std::vector<int> no_descriptors;
  if (ipc::send_some(pair->first.get(), setup, no_descriptors) != ipc::Progress::some || !setup.empty()) {
    return fail("cannot write to a new channel");
  }
  const Program program{.path = program_,
                        .environment = std::move(environment),
                        .folder = "/",
                        .account = {},
                        .channel = pair->second.get(),
                        .log = log_,
                        .umask = 077U,
                        .core_dumps = false,
                        .file_limit = {}};
  const auto pid = spawn(program);
  if (!pid) return std::unexpected(pid.error());
  children_.emplace(*pid, now + pam_time);
  return std::move(pair->first);
}

bool PamChildren::ended(pid_t pid) {
  if (children_.erase(pid) == 0) return false;
  ::kill(-pid, SIGKILL);
  return true;
}

PamChildren::Clock::time_point PamChildren::next_deadline() const {
  auto next = Clock::time_point::max();
  for (const auto& [pid, until] : children_) next = std::min(next, until);
  return next;
}

void PamChildren::kill_overdue(Clock::time_point now) {
  for (auto& [pid, until] : children_) {
    if (until > now) continue;
    log::error("pam_stuck", {{"pid", std::int64_t{pid}}});
    ::kill(-pid, SIGKILL);
    until = now + pam_time;
  }
}

void PamChildren::kill_all() {
  for (const auto& [pid, until] : children_) ::kill(-pid, SIGKILL);
}

}  // namespace winrmd::supervisor
