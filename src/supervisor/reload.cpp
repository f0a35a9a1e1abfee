#include "supervisor/reload.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"
#include "supervisor/prepare.hpp"
#include "supervisor/supervisor.hpp"

namespace winrmd::supervisor {
namespace {

// Children answer within milliseconds; one that does not is stuck, and its successor starts with the new settings.
constexpr std::chrono::seconds child_patience{10};

std::string in_words(const std::vector<std::string>& needs_restart) {
  if (needs_restart.empty()) return "reloaded\n";
  return fmt::format("reloaded; changed, but needs a restart: {}\n", fmt::join(needs_restart, ", "));
}

void wipe(std::vector<Credentials>& all) {
  for (auto& one : all) text::wipe(one.key_pem);
}

}  // namespace

ReloadPlan merge_settings(const config::Settings& running, const config::Settings& fresh) {
  ReloadPlan plan{.settings = running, .credentials = {}, .needs_restart = {}};
  const auto needs = [&](bool different, std::string name) {
    if (different) plan.needs_restart.push_back(std::move(name));
  };
  plan.settings.login = fresh.login;
  needs(fresh.listeners.size() != running.listeners.size(), "the number of listeners");
  for (std::size_t i = 0; i < std::min(running.listeners.size(), fresh.listeners.size()); ++i) {
    auto& merged = plan.settings.listeners[i];
    const auto& other = fresh.listeners[i];
    // Another listener has come to stand in this place, or gone from before it: its certificate is not this one's.
    if (merged.address == other.address && merged.port == other.port && merged.tls == other.tls) {
      merged.certificate = other.certificate;
      merged.key = other.key;
      if (merged.certificates && other.certificates) merged.client_ca = other.client_ca;
    }
    needs(merged != other, fmt::format("listener {} port {}", running.listeners[i].address, running.listeners[i].port));
  }
  needs(fresh.user_file != running.user_file, "user_file");
  needs(fresh.applications != running.applications, "application");
  needs(fresh.limits != running.limits, "limits");
  needs(fresh.accounts != running.accounts, "accounts");
  needs(fresh.control_socket != running.control_socket, "control_socket");
  needs(fresh.log_file != running.log_file || fresh.audit_file != running.audit_file ||
            fresh.log_level != running.log_level,
        "log");
  return plan;
}

Result<ReloadPlan> plan_reload(const config::Settings& running, const std::string& config_file) {
  auto fresh = config::load(config_file);
  if (!fresh) return std::unexpected(fresh.error());
  auto plan = merge_settings(running, *fresh);
  // As a start with this file would: what needs a restart should not be found broken then.
  auto service = check_service(std::move(*fresh));
  if (!service) return std::unexpected(service.error());
  wipe(service->credentials);
  auto credentials = load_credentials(plan.settings);
  if (!credentials) return std::unexpected(credentials.error());
  plan.credentials = std::move(*credentials);
  return plan;
}

void Supervisor::begin_reload(std::optional<std::uint64_t> session) {
  if (reload_) {
    if (session) return control_.answer(*session, "a reload is under way", {});
    reload_again_ = true;
    return;
  }
  auto plan =
      stage_ == Stage::running ? plan_reload(service_.settings, service_.config_file) : fail("the service is stopping");
  if (!plan) {
    log::error("reload_failed", {{"reason", plan.error().message}});
    if (session) control_.answer(*session, plan.error().message, {});
    return;
  }
  wipe(service_.credentials);
  service_.credentials = std::move(plan->credentials);
  // Requests and running hosts point into the applications, so only what may change is replaced.
  service_.settings.login = std::move(plan->settings.login);
  for (std::size_t i = 0; i < service_.settings.listeners.size(); ++i) {
    service_.settings.listeners[i] = std::move(plan->settings.listeners[i]);
  }
  reload_ = PendingReload{.session = session,
                          .waiting = {},
                          .error = {},
                          .needs_restart = std::move(plan->needs_restart),
                          .until = Clock::now() + child_patience};
  if (auto* net = find(net_.child)) {
    auto setup = make_net_setup(service_.settings, service_.credentials, service_.privileged);
    net->link.send(ipc::NetReload{.listeners = std::move(setup.listeners)});
    reload_->waiting.insert(net_.child);
  }
  if (auto* auth = find(auth_.child)) {
    auth->link.send(
        ipc::AuthReload{.setup = make_auth_setup(service_.settings, service_.credentials, service_.privileged)});
    reload_->waiting.insert(auth_.child);
  }
  end_reload(Clock::now());
}

void Supervisor::reloaded(std::uint64_t number, const std::string& error) {
  if (!reload_ || reload_->waiting.erase(number) == 0) return;
  if (reload_->error.empty()) reload_->error = error;
}

// Whoever has ended meanwhile was, or will be, started again with the new settings.
void Supervisor::end_reload(Clock::time_point now) {
  if (!reload_) return;
  std::erase_if(reload_->waiting, [this](std::uint64_t number) { return find(number) == nullptr; });
  if (!reload_->waiting.empty()) {
    if (now < reload_->until) return;
    reload_->error = "a process of the service did not answer in time";
  }
  const auto done = std::move(*reload_);
  reload_.reset();
  if (done.error.empty()) {
    log::info("reloaded", {{"needs_restart", fmt::format("{}", fmt::join(done.needs_restart, ", "))}});
  } else {
    log::error("reload_failed", {{"reason", done.error}});
  }
  if (done.session) control_.answer(*done.session, done.error, in_words(done.needs_restart));
  if (std::exchange(reload_again_, false)) begin_reload(std::nullopt);
}

}  // namespace winrmd::supervisor
