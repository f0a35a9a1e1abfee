// What a reload changes: everything but what a process is made of. Listeners' addresses, accounts, the control socket
// and logs of the file are named to whoever asked, and wait for a restart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.hpp"
#include "supervisor/revisions.hpp"
#include "supervisor/setups.hpp"

namespace winrmd::supervisor {

// What the service works with; a reload exchanges all of it.
struct Configuration {
  SharedSettings settings;
  std::vector<Credentials> credentials;  // of each listener
  Revisions revisions;
};

struct Merged {
  config::Settings settings;  // the fresh ones, with what cannot change as it is running
  // For each listener: which one of the fresh settings it is now. None: it stays as it was.
  std::vector<std::optional<std::size_t>> listeners;
  std::vector<std::string> needs_restart;  // keys of what else is different
};

// What `fresh` makes of `running`. Reads no file.
Merged merge_settings(const config::Settings& running, config::Settings fresh);

struct ReloadPlan {
  Configuration configuration;
  std::vector<std::string> needs_restart;
};

// Reads the configuration and all that it names, and checks it as a start would. The error says what is wrong with it;
// nothing has changed then.
Result<ReloadPlan> plan_reload(const Configuration& running, const std::string& config_file);

void wipe(std::vector<Credentials>& all);

// A reload under way. winrmd-auth goes first: what can be wrong with its files, only it can see. Then winrmd-net. If
// one of them will not, or is gone, or does not answer, all that was sent is sent again as it was before.
struct PendingReload {
  enum class Step : std::uint8_t { auth, net };
  Step step = Step::auth;
  std::optional<std::uint64_t> session;  // who asked at the control socket; none: a signal
  Configuration other;                   // in Step::auth the new one, in Step::net the old one
  std::vector<std::string> needs_restart;
  std::vector<std::string> warnings;
  std::uint64_t waiting = 0;  // number of the child whose answer comes next; 0: it has come
  std::chrono::steady_clock::time_point until;
};

}  // namespace winrmd::supervisor
