// How long shared hosts live, and which of them begin by themselves.
#include "lib/log/log.hpp"
#include "net/operations/host_key.hpp"
#include "net/operations/hosts.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t restarted_reboot = 1;  // WSMAN_PLUGIN_STARTUP_AUTORESTARTED_REBOOT
constexpr std::uint32_t restarted_crash = 2;   // WSMAN_PLUGIN_STARTUP_AUTORESTARTED_CRASH

// The first start after a crash is at once; while the process does not last, each pause is twice the one before.
constexpr milliseconds first_pause{1'000};
constexpr milliseconds longest_pause{300'000};
constexpr std::chrono::seconds lasting{60};

// Of hosts for resources, where the plug-in's configuration says nothing.
constexpr milliseconds resources_idle_timeout{60'000};

// What a host of one may serve for the other.
bool same_host(const Plugin& a, const Plugin& b) {
  return a.shared_process == b.shared_process && a.revision == b.revision && a.file == b.file &&
         a.run_as_account == b.run_as_account;
}

}  // namespace

void Hosts::start_automatic(const Catalogue& catalogue) {
  for (const auto& application : catalogue.applications()) {
    for (const auto& plugin : application->plugins) {
      if (!plugin.auto_restart || !plugin.shared_process || plugin.run_as_account.empty()) continue;
      const auto key = run_as_key(application->path, plugin);
      // Once: what has had nothing to do and was let go stays away.
      if (!begun_.insert(key).second) continue;
      auto& entry = shared_[key];
      if (entry.host || entry.starting) continue;
      entry.place = {.application = application->path, .plugin = PluginRef(application, &plugin), .token = nullptr};
      entry.start_with = restarted_reboot;
      entry.start_at = Clock::time_point::min();
    }
  }
}

void Hosts::reload(const Catalogue& catalogue) {
  for (auto& [key, entry] : shared_) {
    const auto application = catalogue.at(entry.place.application);
    const auto plugin = application ? Catalogue::plugin(application, entry.place.plugin->name) : nullptr;
    entry.retired = !plugin || !same_host(*plugin, *entry.place.plugin);
    if (!entry.retired) entry.place.plugin = plugin;
  }
  start_automatic(catalogue);
}

void Hosts::work_finished(const Link* link) {
  for (auto& [key, entry] : shared_) {
    if (entry.host && entry.host->link.get() == link) entry.finished = true;
  }
}

// The process of an entry has ended, or never came up: true when there is to be another.
bool Hosts::plan_restart(Shared& entry, Clock::time_point now) const {
  if (stopping_ || entry.retired || entry.place.for_resources || !entry.place.plugin->auto_restart) return false;
  if (entry.start_at != Clock::time_point::max()) return true;
  if (!entry.host && entry.start_with == 0) return false;  // whoever asked for it was told
  if (entry.host && now - entry.started >= lasting) entry.pause = milliseconds(0);
  if (entry.host) entry.start_with = restarted_crash;
  entry.host = nullptr;
  entry.start_at = now + entry.pause;
  log::warning("host_restart", {{"application", entry.place.application},
                                {"plugin", entry.place.plugin->name},
                                {"pause_ms", static_cast<std::int64_t>(entry.pause.count())}});
  entry.pause = std::clamp(entry.pause * 2, first_pause, longest_pause);
  return true;
}

bool Hosts::is_spent(Shared& entry, Clock::time_point now) const {
  if (entry.starting) return false;
  if (!entry.host || entry.host->link->closed()) return !plan_restart(entry, now);
  if (entry.host.use_count() > 1) {
    entry.idle = false;
    return false;
  }
  if (!std::exchange(entry.idle, true)) entry.idle_since = now;
  // What was started for nobody in particular says itself when it is not needed any more.
  if (entry.retired || (entry.finished && entry.started_with != 0)) return true;
  // Zero means never by this rule (plugin-api 6.2).
  milliseconds longest(entry.place.plugin->process_idle_timeout_ms);
  if (entry.place.for_resources && longest.count() == 0) longest = resources_idle_timeout;
  return longest.count() != 0 && now - entry.idle_since >= longest;
}

void Hosts::start_due(Clock::time_point now) {
  for (auto& [key, entry] : shared_) {
    if (entry.starting || entry.start_at > now || stopping_) continue;
    entry.start_at = Clock::time_point::max();
    spawn(context_, start_again(key));
  }
}

asio::awaitable<void> Hosts::start_again(std::string key) {
  const auto found = shared_.find(key);
  // Whoever needs it may have been faster.
  if (found == shared_.end() || found->second.starting || found->second.host) co_return;
  const auto started = co_await start_shared(key, found->second.start_with);
  // The account has logged out everywhere, or the token is void: nothing to run it under any more.
  if (!started && started.error().code == ERROR_INVALID_HANDLE) shared_.erase(key);
}

}  // namespace winrmd::net
