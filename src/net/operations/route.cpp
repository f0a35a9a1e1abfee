#include "lib/log/log.hpp"
#include "lib/soap/names.hpp"
#include "net/limits.hpp"
#include "net/operations/endpoint.hpp"
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
  details.selectors = selectors_of(request.selectors);
  for (const auto& option : request.options) {
    details.options.push_back({option.name, option.value, option.type, option.must_comply});
  }
  if (request.fragment) details.fragment = ipc::Expression{request.fragment->text, request.fragment->dialect};
  details.options_must_understand = request.options_must_understand;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(exchange.deadline - Link::Clock::now()).count();
  details.operation_timeout_ms = static_cast<std::uint32_t>(std::max<long long>(left, 1));
  details.max_envelope_size =
      request.max_envelope_size.value_or(limits_of(*exchange.application, limits_).max_envelope_size);
  return details;
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

void Operations::clear() {
  shells_.clear();
  enumerations_.clear();
}

}  // namespace winrmd::net
