#include "supervisor/reload.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/text/ascii.hpp"
#include "supervisor/prepare.hpp"

namespace winrmd::supervisor {
namespace {

// The socket is open, and whoever is behind it expects TLS or does not.
bool same_place(const config::Listener& a, const config::Listener& b) {
  return a.address == b.address && a.port == b.port && a.tls == b.tls;
}

std::string words(const config::Listener& listener) {
  return fmt::format("listener {} port {}", listener.address, listener.port);
}

void merge_listeners(const std::vector<config::Listener>& running, Merged& merged) {
  auto fresh = std::exchange(merged.settings.listeners, running);
  std::vector<bool> taken(fresh.size());
  for (auto& listener : merged.settings.listeners) {
    const auto& place = merged.listeners.emplace_back([&]() -> std::optional<std::size_t> {
      for (std::size_t i = 0; i < fresh.size(); ++i) {
        if (!taken[i] && same_place(listener, fresh[i])) return i;
      }
      return std::nullopt;
    }());
    if (place) {
      taken[*place] = true;
      listener = fresh[*place];
    } else {
      merged.needs_restart.push_back(words(listener));
    }
  }
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    const auto said = std::ranges::find(merged.needs_restart, words(fresh[i])) != merged.needs_restart.end();
    if (!taken[i] && !said) merged.needs_restart.push_back(words(fresh[i]));
  }
}

}  // namespace

Merged merge_settings(const config::Settings& running, config::Settings fresh) {
  Merged merged{.settings = std::move(fresh), .listeners = {}, .needs_restart = {}};
  merge_listeners(running.listeners, merged);
  const auto keep = [&](auto& value, const auto& current, std::string_view key) {
    if (value == current) return;
    value = current;
    merged.needs_restart.emplace_back(key);
  };
  auto& settings = merged.settings;
  keep(settings.accounts.net, running.accounts.net, "accounts.net");
  keep(settings.accounts.auth, running.accounts.auth, "accounts.auth");
  keep(settings.accounts.authorization, running.accounts.authorization, "accounts.authorization");
  keep(settings.accounts.service, running.accounts.service, "accounts.service");
  keep(settings.control_socket, running.control_socket, "control_socket");
  keep(settings.log_file, running.log_file, "log.file");
  keep(settings.audit_file, running.audit_file, "log.audit_file");
  keep(settings.log_level, running.log_level, "log.level");
  return merged;
}

void wipe(std::vector<Credentials>& all) {
  for (auto& one : all) text::wipe(one.key_pem);
}

Result<ReloadPlan> plan_reload(const Configuration& running, const std::string& config_file) {
  auto fresh = config::load(config_file);
  if (!fresh) return std::unexpected(fresh.error());
  auto merged = merge_settings(*running.settings, *fresh);
  // As a start with this file would: what needs a restart should not be found broken then.
  auto service = check_service(std::move(*fresh));
  if (!service) return std::unexpected(service.error());
  auto& read = service->configuration.credentials;
  std::vector<Credentials> credentials;
  for (std::size_t i = 0; i < merged.listeners.size(); ++i) {
    credentials.push_back(merged.listeners[i] ? read[*merged.listeners[i]] : running.credentials[i]);
  }
  wipe(read);
  auto settings = std::make_shared<const config::Settings>(std::move(merged.settings));
  Revisions revisions(*settings, running.revisions);
  return ReloadPlan{.configuration = {.settings = std::move(settings),
                                      .credentials = std::move(credentials),
                                      .revisions = std::move(revisions)},
                    .needs_restart = std::move(merged.needs_restart)};
}

}  // namespace winrmd::supervisor
