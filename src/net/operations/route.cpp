#include "lib/log/log.hpp"
#include "lib/soap/names.hpp"
#include "net/limits.hpp"
#include "net/operations/operations.hpp"
#include "wsman_codes.h"

namespace winrmd::net {

Operations::Operations(asio::io_context& context, Control& control, Gate& gate, const Catalogue& catalogue,
                       const ipc::LimitSetup& limits)
    : catalogue_(catalogue),
      limits_(limits),
      gate_(gate),
      hosts_(
          context, control, [this](const Link* host) { shells_.host_died(host); },
          [this](const Link* host, const ipc::Frame& frame) { shells_.host_event(host, frame); }),
      context_(context) {}

asio::awaitable<Outcome<std::string>> Operations::dispatch(Exchange& exchange, const UserRef& user) {
  struct Row {
    std::string_view action;
    Reply (Operations::*serve)(Exchange&, const UserRef&);
  };
  static constexpr Row rows[] = {
      {soap::action::create, &Operations::create},
      {soap::action::command, &Operations::command},
      {soap::action::send, &Operations::send},
      {soap::action::receive, &Operations::receive},
      {soap::action::signal, &Operations::signal},
      {soap::action::get, &Operations::get},
      {soap::action::remove, &Operations::remove},
      {soap::action::enumerate, &Operations::enumerate},
      {soap::action::pull, &Operations::pull},
      {soap::action::release, &Operations::release},
      {soap::action::disconnect, &Operations::disconnect},
      {soap::action::reconnect, &Operations::reconnect},
      {soap::action::connect, &Operations::connect},
  };
  const auto& request = exchange.soap;
  for (const auto& row : rows) {
    if (request.action != row.action) continue;
    if (!knows_resource(exchange)) co_return fault(ERROR_WSMAN_INVALID_RESOURCE_URI);
    const Activity activity(user);
    co_return co_await (this->*row.serve)(exchange, user);
  }
  co_return fault(ERROR_WSMAN_ACTION_NOT_SUPPORTED);
}

bool Operations::knows_resource(const Exchange& exchange) const {
  const auto& uri = exchange.soap.resource_uri;
  if (uri == soap::shell_resource || uri == soap::shell_command_resource) return true;
  if (Catalogue::find(exchange.application, uri).plugin) return true;
  const auto* id = exchange.soap.selector("ShellId");
  const auto shell = id == nullptr ? nullptr : shells_.find(*exchange.application, *id);
  return shell && Catalogue::find(shell->application, uri).plugin == shell->plugin;
}

PluginRef Operations::plugin_now(const Exchange& exchange, const Shell& shell) {
  auto plugin = Catalogue::plugin(exchange.application, shell.plugin->name);
  return plugin ? plugin : shell.plugin;
}

Outcome<ShellRef> Operations::shell_of(const Exchange& exchange, const UserRecord& user, Access access) const {
  const auto* id = exchange.soap.selector("ShellId");
  if (id == nullptr) return fault(ERROR_WSMAN_INSUFFCIENT_SELECTORS, "The request names no ShellId.");
  auto shell = shells_.find(*exchange.application, *id);
  if (!shell) return std::unexpected(soap::unknown_shell_fault(*id, exchange.host));
  if (shell->owner != user.owner && !(access == Access::manage && user.administrator)) {
    gate_.refuse_shell(exchange);
    return fault(ERROR_ACCESS_DENIED);
  }
  // A request may name the shell's own resource, whatever is configured by now, or, to manage it, the one that stands
  // for all shells.
  const auto& uri = exchange.soap.resource_uri;
  const bool own = Catalogue::find(shell->application, uri).plugin == shell->plugin;
  if (!own && !(access == Access::manage && uri == soap::shell_resource))
    return fault(ERROR_WSMAN_INVALID_RESOURCE_URI);
  return shell;
}

Outcome<ShellRef> Operations::connected_shell(const Exchange& exchange, const UserRecord& user) const {
  auto shell = shell_of(exchange, user, Access::use);
  if (shell && (*shell)->presence != Presence::here) return fault(ERROR_WINRS_SHELL_DISCONNECTED);
  return shell;
}

ipc::RequestDetails Operations::details(const Exchange& exchange) const {
  const auto& request = exchange.soap;
  ipc::RequestDetails details;
  details.sender_name = exchange.login->name;
  details.mechanism = exchange.login->mechanism;
  details.certificate = exchange.login->certificate;
  details.http_url = exchange.url;
  details.locale = request.locale;
  details.data_locale = request.data_locale;
  details.resource_uri = request.resource_uri;
  for (const auto& [name, value] : request.selectors) details.selectors.push_back({name, value});
  for (const auto& option : request.options) {
    details.options.push_back({option.name, option.value, option.type, option.must_comply});
  }
  details.options_must_understand = request.options_must_understand;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(exchange.deadline - Link::Clock::now()).count();
  details.operation_timeout_ms = static_cast<std::uint32_t>(std::max<long long>(left, 1));
  details.max_envelope_size =
      request.max_envelope_size.value_or(limits_of(*exchange.application, limits_).max_envelope_size);
  return details;
}

Outcome<ipc::Frame> Operations::understand(const Plugin& plugin, CallResult answer) {
  if (!answer) {
    return fault(answer.error() == CallError::timed_out ? ERROR_WSMAN_OPERATION_TIMEDOUT : ERROR_OPERATION_ABORTED);
  }
  const auto failed = ipc::decode<ipc::Failed>(*answer);
  if (!failed) return std::move(*answer);
  if (failed->code == ERROR_WSMAN_UNEXPECTED_SELECTORS && !failed->from_plugin) {
    return std::unexpected(soap::unknown_command_fault());
  }
  auto result = soap::make_fault(failed->code, failed->from_plugin ? std::string() : failed->text);
  if (failed->from_plugin) {
    result.provider = plugin.name;
    result.provider_path = plugin.file;
    result.provider_text = failed->text.empty() ? std::string(soap::code_text(failed->code)) : failed->text;
  }
  return std::unexpected(std::move(result));
}

asio::awaitable<void> Operations::end(ShellRef shell, Shells& shells) {
  shell->ending = true;
  const auto link = shell->host->link;
  // The host answers when the plug-in has completed and released everything; one that does not in time loses the shell
  // all the same, and its process with it when nothing else is in there.
  constexpr std::chrono::seconds patience{30};
  co_await link->call(ipc::ShellDelete{shell->id}, Link::Clock::now() + patience);
  shells.remove(*shell);
}

void Operations::expire(Link::Clock::time_point now) {
  hosts_.expire(now);
  enumerations_.expire(now);
  shells_.expire_waits(now);
  for (const auto& shell : shells_.homeless(catalogue_)) {
    log::info("shell_of_removed_application", {{"shell", shell->id}, {"user", shell->owner_name}});
    spawn(context_, end(shell, shells_));
  }
  for (const auto& shell : shells_.idle(now)) {
    log::info("shell_idle", {{"shell", shell->id}, {"user", shell->owner_name}});
    spawn(context_, end(shell, shells_));
  }
}

void Operations::clear() { shells_.clear(); }

}  // namespace winrmd::net
