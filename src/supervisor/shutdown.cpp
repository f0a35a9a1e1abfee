// Stopping: winrmd-net first (it says goodbye to its hosts and releases what they hold), then the hosts, so that
// plug-ins see their Shutdown, then winrmd-auth. Each stage has its time; who is not gone by then is killed.
#include <signal.h>

#include <algorithm>

#include "lib/log/log.hpp"
#include "supervisor/supervisor.hpp"

namespace winrmd::supervisor {
namespace {

using std::chrono::seconds;

constexpr auto net_time = seconds(3);
constexpr auto host_time = seconds(5);
constexpr auto auth_time = seconds(1);
constexpr std::uint32_t shutdown_service = 2;  // WSMAN_PLUGIN_SHUTDOWN_SERVICE

}  // namespace

bool Supervisor::any_host() const {
  return std::ranges::any_of(
      children_, [this](const auto& entry) { return entry.first != net_.child && entry.first != auth_.child; });
}

// A second request to stop means now.
void Supervisor::begin_stop() {
  if (stage_ != Stage::running) {
    for (auto& [number, child] : children_) ::kill(child.pid, SIGKILL);
    return;
  }
  log::info("stopping");
  enter(Stage::stopping_net);
}

void Supervisor::enter(Stage stage) {
  stage_ = stage;
  const auto now = Clock::now();
  for (auto& [number, child] : children_) {
    const bool is_net = number == net_.child;
    const bool is_auth = number == auth_.child;
    if (stage == Stage::stopping_net && is_net) {
      child.link.send(ipc::Stop{});
      stage_deadline_ = now + net_time;
    } else if (stage == Stage::stopping_hosts && !is_net && !is_auth) {
      child.link.send(ipc::Stop{.reason = shutdown_service});
      stage_deadline_ = now + host_time;
    } else if (stage == Stage::stopping_auth && is_auth) {
      child.link.send(ipc::Stop{});
      stage_deadline_ = now + auth_time;
    }
  }
}

void Supervisor::advance_stop() {
  const auto next_stage = [this](bool waiting, Stage next) {
    if (!waiting) enter(next);
    return !waiting;
  };
  if (stage_ == Stage::stopping_net) next_stage(find(net_.child) != nullptr, Stage::stopping_hosts);
  if (stage_ == Stage::stopping_hosts) next_stage(any_host(), Stage::stopping_auth);
  if (stage_ == Stage::stopping_auth) next_stage(!children_.empty(), Stage::stopped);
  if (stage_ == Stage::running || stage_ == Stage::stopped || Clock::now() < stage_deadline_) return;
  for (auto& [number, child] : children_) {
    const bool is_net = number == net_.child;
    const bool is_auth = number == auth_.child;
    const bool overdue = stage_ == Stage::stopping_net ? is_net : stage_ == Stage::stopping_hosts ? !is_auth : true;
    if (overdue) give_up(child, "did not stop in time");
  }
  // They are dying; look again when they have, or soon.
  stage_deadline_ = Clock::now() + seconds(1);
}

}  // namespace winrmd::supervisor
