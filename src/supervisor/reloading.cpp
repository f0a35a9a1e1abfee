// A reload as the children see it: see PendingReload.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lib/log/log.hpp"
#include "supervisor/supervisor.hpp"

namespace winrmd::supervisor {
namespace {

std::string in_words(const PendingReload& done) {
  std::string text = done.needs_restart.empty() ? "reloaded\n"
                                                : fmt::format("reloaded; changed, but needs a restart: {}\n",
                                                              fmt::join(done.needs_restart, ", "));
  for (const auto& warning : done.warnings) text += fmt::format("warning: {}\n", warning);
  return text;
}

}  // namespace

void Supervisor::begin_reload(std::optional<std::uint64_t> session) {
  if (reload_) {
    if (session) return control_.answer(*session, "a reload is under way", {});
    reload_again_ = true;
    return;
  }
  auto plan = stage_ == Stage::running ? service_.read_again(service_.configuration) : fail("the service is stopping");
  if (!plan) {
    log::error("reload_failed", {{"reason", plan.error().message}});
    if (session) control_.answer(*session, plan.error().message, {});
    return;
  }
  reload_ = PendingReload{.step = PendingReload::Step::auth,
                          .session = session,
                          .other = std::move(plan->configuration),
                          .needs_restart = std::move(plan->needs_restart),
                          .warnings = {},
                          .until = Clock::now() + service_.reload_patience};
  reload_->waiting = send_reload(Kind::auth, reload_->other);
  if (reload_->waiting == 0) continue_reload();
}

// Returns the child's number; 0 when there is none at present: it will be started with what there is then.
std::uint64_t Supervisor::send_reload(Kind kind, const Configuration& configuration) {
  const auto number = kind == Kind::net ? net_.child : auth_.child;
  auto* child = find(number);
  if (child == nullptr) return 0;
  if (kind == Kind::auth) {
    child->link.send(ipc::AuthReload{
        .setup = make_auth_setup(*configuration.settings, configuration.credentials, service_.privileged)});
  } else {
    auto setup = net_setup(configuration);
    child->link.send(ipc::NetReload{.listeners = std::move(setup.listeners),
                                    .applications = std::move(setup.applications),
                                    .limits = setup.limits});
  }
  ++child->reloads;
  return number;
}

ipc::NetSetup Supervisor::net_setup(const Configuration& configuration) const {
  auto setup = make_net_setup(*configuration.settings, configuration.credentials, service_.privileged);
  configuration.revisions.fill(setup.applications);
  return setup;
}

// From the next request on. What was in use becomes `other`.
void Supervisor::exchange_configuration(Configuration& other) {
  std::swap(service_.configuration, other);
  const auto& settings = service_.configuration.settings;
  requests_.use(settings);
  tokens_.use(settings->accounts);
  pam_.use(settings->login.pam ? settings->login.pam_service : std::string());
}

// The child that was waited for has taken the new settings.
void Supervisor::continue_reload() {
  if (reload_->step == PendingReload::Step::net) return end_reload({});
  reload_->step = PendingReload::Step::net;
  exchange_configuration(reload_->other);
  reload_->until = Clock::now() + service_.reload_patience;
  reload_->waiting = send_reload(Kind::net, service_.configuration);
  if (reload_->waiting == 0) end_reload({});
}

void Supervisor::reloaded(std::uint64_t number, const ipc::Reloaded& report) {
  auto* child = find(number);
  if (child == nullptr || child->reloads == 0) return;
  const bool latest = --child->reloads == 0;
  const auto kind = kind_name(child->asker.kind);
  if (!reload_ || reload_->waiting != number || !latest) {
    if (latest && !report.error.empty()) {
      log::error("reload_half_applied", {{"child", kind}, {"reason", report.error}});
    }
    return;
  }
  reload_->waiting = 0;
  if (!report.warning.empty()) reload_->warnings.push_back(report.warning);
  if (!report.error.empty()) return end_reload(report.error);
  continue_reload();
}

void Supervisor::look_after_reload(Clock::time_point now) {
  if (!reload_ || (find(reload_->waiting) != nullptr && now < reload_->until)) return;
  const auto name = reload_->step == PendingReload::Step::auth ? "winrmd-auth" : "winrmd-net";
  end_reload(find(reload_->waiting) == nullptr ? fmt::format("{} ended when it was to take the new settings", name)
                                               : fmt::format("{} did not answer in time", name));
}

// `error` empty: done. Else everything is put back; a child that has not answered yet takes both, one after the other.
void Supervisor::end_reload(const std::string& error) {
  auto done = std::move(*reload_);
  reload_.reset();
  if (error.empty()) {
    log::info("reloaded", {{"needs_restart", fmt::format("{}", fmt::join(done.needs_restart, ", "))},
                           {"warning", fmt::format("{}", fmt::join(done.warnings, "; "))}});
  } else {
    log::error("reload_failed", {{"reason", error}});
    const bool answered = done.waiting == 0;  // then it works on with what it had
    const bool at_net = done.step == PendingReload::Step::net;
    if (at_net) exchange_configuration(done.other);
    if (at_net && !answered) send_reload(Kind::net, service_.configuration);
    if (at_net || !answered) send_reload(Kind::auth, service_.configuration);
  }
  wipe(done.other.credentials);
  if (done.session) control_.answer(*done.session, error, in_words(done));
  if (std::exchange(reload_again_, false)) begin_reload(std::nullopt);
}

}  // namespace winrmd::supervisor
