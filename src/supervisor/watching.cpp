// Hosts whose plug-ins limit what a shell may take. Once a second, and only while there is such a host.
#include <unistd.h>

#include <utility>

#include "lib/log/log.hpp"
#include "supervisor/session_use.hpp"
#include "supervisor/supervisor.hpp"

namespace winrmd::supervisor {
namespace {

constexpr std::chrono::seconds look_every{1};

bool is_limited(std::uint32_t value) { return value < config::unlimited; }

}  // namespace

void Supervisor::watch(Child& child, const HostPlan& plan) {
  if (plan.plugin == nullptr) return;
  const auto& quotas = plan.plugin->quotas;
  if (!is_limited(quotas.max_memory_per_shell_mb) && !is_limited(quotas.max_processes_per_shell)) return;
  child.limits = ShellLimits{.plugin = plan.plugin->name,
                             .memory_mb = quotas.max_memory_per_shell_mb,
                             .processes = quotas.max_processes_per_shell};
  if (next_look_ == Clock::time_point::max()) next_look_ = Clock::now() + look_every;
}

void Supervisor::look_at_limits(Clock::time_point now) {
  if (now < next_look_) return;
  next_look_ = Clock::time_point::max();
  std::vector<pid_t> orphans;
  bool asked = false;
  for (auto& [number, child] : children_) {
    if (!child.limits || child.closed) continue;
    next_look_ = now + look_every;
    // What we have not started has come to us from a host. Who of them is whose, its session says.
    if (!std::exchange(asked, true)) orphans = children_of(::getpid());
    enforce(child, measure_session(child.pid, orphans, child.limits->processes));
  }
}

void Supervisor::enforce(Child& child, const SessionUse& use) {
  const auto& limits = *child.limits;
  const auto over = [&](std::string_view event, std::uint64_t value, std::uint32_t limit, std::string_view reason) {
    log::warning(event, {{"application", child.asker.application},
                         {"plugin", limits.plugin},
                         {"account", child.label},
                         {"pid", std::int64_t{child.pid}},
                         {"value", static_cast<std::int64_t>(value)},
                         {"limit", std::int64_t{limit}}});
    give_up(child, reason);
  };
  if (use.processes > limits.processes) {
    over("shell_over_processes", use.processes, limits.processes, "started more processes than a shell may");
  } else if (use.memory_mb > limits.memory_mb) {
    over("shell_over_memory", use.memory_mb, limits.memory_mb, "took more memory than a shell may");
  }
}

}  // namespace winrmd::supervisor
