#include "net/operations/idle_timeouts.hpp"

#include <algorithm>

#include "net/limits.hpp"
#include "wsman_codes.h"

namespace winrmd::net {

using std::chrono::milliseconds;

IdleTimeouts::IdleTimeouts(const Application& application, const Plugin& plugin, const ipc::LimitSetup& limits)
    : usual_(plugin.quotas.idle_timeout_ms.value_or(limits.shell_idle_timeout_ms)),
      ceiling_(limits_of(application, limits).max_shell_idle_timeout_ms) {
  if (plugin.quotas.max_idle_timeout_ms) plugin_ceiling_ = milliseconds(*plugin.quotas.max_idle_timeout_ms);
  ceiling_ = std::min(ceiling_, plugin_ceiling_);
  usual_ = std::min(usual_, ceiling_);
}

Outcome<milliseconds> IdleTimeouts::at_creation(std::optional<milliseconds> wanted) const {
  if (!wanted) return usual_;
  if (*wanted > plugin_ceiling_) return fault(ERROR_WINRS_IDLETIMEOUT_OUTOFBOUNDS);
  return std::clamp(*wanted, std::min(min_idle_timeout, ceiling_), ceiling_);
}

Outcome<milliseconds> IdleTimeouts::at_leaving(milliseconds wanted) const {
  if (wanted < std::min(min_idle_timeout, ceiling_) || wanted > ceiling_)
    return fault(ERROR_WINRS_IDLETIMEOUT_OUTOFBOUNDS);
  return wanted;
}

}  // namespace winrmd::net
