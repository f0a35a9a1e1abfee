// What a reload changes: certificates, keys and client issuers of the listeners, and [login]. Everything else that is
// different in the file waits for a restart.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/base/result.hpp"
#include "supervisor/setups.hpp"

namespace winrmd::supervisor {

struct ReloadPlan {
  config::Settings settings;  // the running ones with what a reload changes
  std::vector<Credentials> credentials;
  std::vector<std::string> needs_restart;  // names of what else is different
};

// What `fresh` changes in `running`, without reading any file: `credentials` is left empty.
ReloadPlan merge_settings(const config::Settings& running, const config::Settings& fresh);

// Reads the configuration and all that it names, and checks it as a start would. The error says what is wrong with it;
// nothing has changed then.
Result<ReloadPlan> plan_reload(const config::Settings& running, const std::string& config_file);

// A reload under way: sent to the children, not yet answered by all of them.
struct PendingReload {
  std::optional<std::uint64_t> session;  // who asked at the control socket; none: a signal
  std::set<std::uint64_t> waiting;       // numbers of children
  std::string error;                     // of the first child that could not
  std::vector<std::string> needs_restart;
  Clock::time_point until;
};

}  // namespace winrmd::supervisor
