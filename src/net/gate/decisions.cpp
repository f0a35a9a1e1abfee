// How the gate decides: by the application's authorization plug-in, or by the configuration where there is none. Every
// decision is written to the audit log.
#include <algorithm>

#include "lib/log/log.hpp"
#include "net/gate/gate.hpp"
#include "net/gate/redirect.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

using std::chrono::milliseconds;

soap::Fault plugin_fault(const Application& application, std::uint32_t code, std::string text, bool from_plugin) {
  auto result = soap::make_fault(code, from_plugin ? std::string() : text);
  if (from_plugin && !text.empty()) {
    result.provider = application.authorization_name;
    result.provider_path = application.authorization_file;
    result.provider_text = std::move(text);
  }
  return result;
}

soap::Fault plugin_fault(const Application& application, ipc::Failed failed) {
  return plugin_fault(application, failed.code, std::move(failed.text), failed.from_plugin);
}

// The fault for a completion with an error. A redirect is an answer of user authorization only (plugin-api 5.9).
soap::Fault plugin_fault(const Application& application, ipc::AuthzCompleted& completed) {
  if (completed.error_code == ERROR_WSMAN_REDIRECT_REQUESTED)
    return soap::make_fault(ERROR_WSMAN_INVALID_REDIRECT_ERROR);
  return plugin_fault(application, completed.error_code, std::move(completed.extended_information),
                      completed.from_plugin);
}

std::string_view builtin_or(const Application& application) {
  return application.authorization_name.empty() ? std::string_view("built-in") : application.authorization_name;
}

// A plug-in that refuses somebody says "access denied"; every other code is something that did not work, in it or in
// us.
std::string_view refusal_verdict(std::uint32_t code) {
  constexpr std::uint32_t access_denied_as_hresult = 0x80070005;
  return code == ERROR_ACCESS_DENIED || code == access_denied_as_hresult ? "denied" : "error";
}

AuditEntry entry_for(const Exchange& exchange, std::string_view event, const Stopwatch& watch) {
  return {.event = event,
          .user = exchange.login->name,
          .mechanism = exchange.login->mechanism,
          .peer = exchange.peer,
          .operation = {},
          .resource = {},
          .verdict = "allowed",
          .code = 0,
          .plugin = builtin_or(*exchange.application),
          .taken = watch.elapsed(),
          .account = {}};
}

AuditEntry operation_entry(const Exchange& exchange, std::string_view event, const Stopwatch& watch) {
  auto entry = entry_for(exchange, event, watch);
  entry.operation = exchange.soap.action;
  entry.resource = exchange.soap.resource_uri;
  return entry;
}

void set_refusal(AuditEntry& entry, std::uint32_t code) {
  entry.verdict = refusal_verdict(code);
  entry.code = code;
}

// No longer than the plug-in may take, nor than the request has left.
Link::Clock::time_point answer_by(const Exchange& exchange) {
  return std::min(exchange.deadline, Link::Clock::now() + milliseconds(exchange.application->authorization_timeout_ms));
}

bool is_administrator(const Application& application, const Login& login) {
  return std::ranges::find(application.administrators, login.name) != application.administrators.end() ||
         std::ranges::any_of(application.administrator_gids, [&](auto gid) { return is_in_group(login, gid); });
}

// What the descriptors say.
bool permits(const Exchange& exchange, const UserRecord& user, std::uint32_t operation) {
  const auto& uri = exchange.soap.resource_uri;
  const auto right = right_for(operation, is_about_shells(user.application, uri));
  return user.rules && user.rules->permits(Subject(*exchange.login, user.administrator), uri, right);
}

}  // namespace

asio::awaitable<Gate::Decision> Gate::ask(Exchange& exchange, std::string key, const UserRecord* previous) {
  const Stopwatch watch;
  auto decision = exchange.application->authorization_name.empty() ? built_in(exchange, std::move(key))
                                                                   : co_await ask_plugin(exchange, std::move(key));
  if (decision && previous != nullptr && (*decision)->identity != previous->identity) {
    decision = std::unexpected(Refusal(soap::make_fault(ERROR_WSMAN_DIFFERENT_AUTHZ_TOKEN)));
  }
  auto entry = entry_for(exchange, "authz_user", watch);
  if (decision) {
    entry.account = (*decision)->token ? std::string_view((*decision)->token->account) : "service";
  } else if (const auto* refused = std::get_if<soap::Fault>(&decision.error())) {
    set_refusal(entry, refused->code);
  } else {
    entry.verdict = "redirected";
    entry.code = ERROR_WSMAN_REDIRECT_REQUESTED;
  }
  audit_.write(entry);
  if (!decision || !(*decision)->authorizer || !exchange.application->authorization_quota) co_return decision;
  // Part of admitting the user: whoever waits for the decision waits for the quota, too.
  auto quota = co_await ask_quota(exchange, **decision);
  if (!quota) co_return std::unexpected(Refusal(std::move(quota.error())));
  (*decision)->quota = *quota;
  co_return decision;
}

asio::awaitable<Gate::Decision> Gate::ask_plugin(Exchange& exchange, std::string key) {
  const auto* door = door_of(*exchange.application);
  if (door == nullptr || !door->host) co_return std::unexpected(Refusal(soap::make_fault(ERROR_OPERATION_ABORTED)));
  const auto host = door->host;
  auto answer = co_await host->ask(ipc::AuthzUser{exchange.login->token->id, exchange.url, exchange.soap.locale},
                                   answer_by(exchange));
  if (!answer) co_return std::unexpected(Refusal(plugin_fault(*exchange.application, std::move(answer.error()))));
  auto decision = decide(exchange, std::move(key), std::move(*answer));
  if (decision) (*decision)->authorizer = host;
  co_return decision;
}

asio::awaitable<Outcome<std::optional<Quota>>> Gate::ask_quota(Exchange& exchange, const UserRecord& user) {
  const auto& application = *exchange.application;
  const Stopwatch watch;
  const auto host = user.authorizer;
  auto answer = co_await host->ask(ipc::AuthzQueryQuota{exchange.login->token->id, exchange.url, exchange.soap.locale},
                                   answer_by(exchange));
  Outcome<std::optional<Quota>> quota;
  if (!answer) {
    quota = std::unexpected(plugin_fault(application, std::move(answer.error())));
  } else if (answer->completed.error_code != 0) {
    quota = std::unexpected(plugin_fault(application, answer->completed));
  } else if (answer->completed.quota) {
    quota = *answer->completed.quota;
  }
  auto entry = entry_for(exchange, "authz_quota", watch);
  if (!quota) set_refusal(entry, quota.error().code);
  audit_.write(entry);
  if (quota || !application.default_quota_on_failure) co_return quota;
  log::warning("authz_quota_default", {{"application", application.path},
                                       {"user", exchange.login->name},
                                       {"code", static_cast<std::int64_t>(quota.error().code)}});
  co_return Outcome<std::optional<Quota>>();
}

Gate::Decision Gate::decide(Exchange& exchange, std::string key, AuthzAnswer answer) {
  auto& completed = answer.completed;
  if (completed.error_code == ERROR_WSMAN_REDIRECT_REQUESTED) {
    return std::unexpected(make_redirect(completed.extended_information));
  }
  if (completed.error_code != 0) {
    return std::unexpected(Refusal(plugin_fault(*exchange.application, completed)));
  }
  auto user = record(exchange, std::move(key));
  switch (completed.choice) {
    case ipc::TokenChoice::service:
      break;
    case ipc::TokenChoice::token:
      // The client's own, or one that came with this answer; whatever else it names is somebody else's.
      user->token = std::move(answer.token);
      if (completed.token == exchange.login->token->id) user->token = exchange.login->token;
      if (user->token) break;
      log::error("authz_foreign_token", {{"application", exchange.application->path}, {"user", exchange.login->name}});
      [[fallthrough]];
    case ipc::TokenChoice::invalid:
      return std::unexpected(
          Refusal(soap::make_fault(ERROR_ACCESS_DENIED, "The authorization plug-in named an invalid token.")));
  }
  user->identity = std::move(completed.identity);
  user->administrator = completed.administrator;
  user->context = std::move(answer.context);
  return user;
}

Gate::Decision Gate::built_in(Exchange& exchange, std::string key) {
  auto user = record(exchange, std::move(key));
  user->token = exchange.login->token;
  user->identity = user->token->account;
  user->administrator = is_administrator(*exchange.application, *exchange.login);
  if (const auto* door = door_of(*exchange.application)) user->rules = door->rules;
  if (!user->rules || !user->rules->admits(Subject(*exchange.login, user->administrator)))
    return std::unexpected(Refusal(soap::make_fault(ERROR_ACCESS_DENIED)));
  return user;
}

UserRef Gate::record(const Exchange& exchange, std::string key) {
  auto user = std::make_shared<UserRecord>();
  user->key = std::move(key);
  user->owner = exchange.application->path + '\0' + exchange.login->name;
  user->application = exchange.application;
  auto& usage = usages_[user->owner];
  if (!usage) usage = std::make_shared<Usage>();
  user->usage = usage;
  user->last_authorized = user->last_activity = Link::Clock::now();
  return user;
}

asio::awaitable<Outcome<Permit>> Gate::authorize(Exchange& exchange, const UserRef& user, std::uint32_t operation,
                                                 PluginRef plugin) {
  Outcome<AuthzContextRef> context;
  const Stopwatch watch;
  if (user->authorizer) {
    context = co_await ask_operation(exchange, *user, operation);
  } else if (!permits(exchange, *user, operation)) {
    context = fault(ERROR_ACCESS_DENIED);
  }
  auto entry = operation_entry(exchange, "authz_operation", watch);
  if (!context) set_refusal(entry, context.error().code);
  audit_.write(entry);
  if (!context) co_return std::unexpected(std::move(context.error()));
  if (user->usage->operations() >= quota_of(*user).max_operations)
    co_return refuse_quota(exchange, ERROR_WSMAN_QUOTA_MAX_OPERATIONS);
  PluginSlot place;
  if (plugin) {
    const auto& usage = plugin_usages_.of(*user->application, *plugin);
    if (const auto code = usage->refuses_operation(plugin->quotas, user->owner); code != 0)
      co_return refuse_quota(exchange, code);
    place = PluginSlot(usage, user->owner, PluginSlot::Kind::operation);
  }
  co_return Permit{std::move(*context), OperationSlot(user->usage), std::move(place), Activity(user)};
}

Outcome<PluginSlot> Gate::shell_place(const Exchange& exchange, const UserRecord& user, const PluginRef& plugin) {
  const auto& usage = plugin_usages_.of(*user.application, *plugin);
  if (const auto code = usage->refuses_shell(plugin->quotas, user.owner); code != 0)
    return refuse_quota(exchange, code);
  return PluginSlot(usage, user.owner, PluginSlot::Kind::shell);
}

asio::awaitable<Outcome<AuthzContextRef>> Gate::ask_operation(Exchange& exchange, const UserRecord& user,
                                                              std::uint32_t operation) {
  const auto& application = *user.application;
  const auto host = user.authorizer;
  auto answer = co_await host->ask(ipc::AuthzOperation{exchange.login->token->id, exchange.url, exchange.soap.locale,
                                                       operation, exchange.soap.action, exchange.soap.resource_uri},
                                   answer_by(exchange));
  if (!answer) co_return std::unexpected(plugin_fault(application, std::move(answer.error())));
  if (answer->completed.error_code != 0) co_return std::unexpected(plugin_fault(application, answer->completed));
  co_return std::move(answer->context);
}

void Gate::refuse_shell(const Exchange& exchange) {
  auto entry = operation_entry(exchange, "authz_shell", Stopwatch{});
  set_refusal(entry, ERROR_ACCESS_DENIED);
  entry.plugin = "built-in";
  audit_.write(entry);
}

std::unexpected<soap::Fault> Gate::refuse_quota(const Exchange& exchange, std::uint32_t code) {
  auto entry = operation_entry(exchange, "quota", Stopwatch{});
  entry.verdict = "denied";
  entry.code = code;
  entry.plugin = "built-in";
  audit_.write(entry);
  return fault(code);
}

}  // namespace winrmd::net
