#include "net/gate/gate.hpp"

#include <algorithm>

#include "lib/log/log.hpp"
#include "net/gate/redirect.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

using std::chrono::milliseconds;

std::string record_key(const Exchange& exchange) {
  // Mechanism included: a certificate and a password log-in never share a record (plugin-api 10.22).
  return exchange.application->path + '\0' + exchange.login->name + '\0' + exchange.login->mechanism;
}

soap::Fault plugin_fault(const Application& application, std::uint32_t code, std::string text, bool from_plugin) {
  auto result = soap::make_fault(code, from_plugin ? std::string() : text);
  if (from_plugin && !text.empty()) {
    result.provider = application.authorization_name;
    result.provider_path = application.authorization_file;
    result.provider_text = std::move(text);
  }
  return result;
}

// Nothing of the user runs, and nothing has been asked for long enough.
bool is_idle(const UserRecord& user, Link::Clock::time_point now) {
  return user.running == 0 && !user.refreshing &&
         now - user.last_activity >= milliseconds(user.application->user_record_idle_timeout_ms);
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

}  // namespace

Gate::Gate(Control& control, const Catalogue& catalogue, Tokens& tokens, Audit& audit) : audit_(audit) {
  for (const auto& application : catalogue.applications()) {
    if (application.authorization_name.empty()) continue;
    hosts_[application.path] = std::make_shared<AuthorizationHost>(control, tokens, application,
                                                                   [this, &application] { host_died(application); });
  }
}

// The user's live record; null when there is none (any more).
UserRef Gate::known(const std::string& key) {
  const auto found = records_.find(key);
  if (found == records_.end()) return nullptr;
  auto user = found->second;
  if (is_idle(*user, Link::Clock::now())) {
    records_.erase(found);
    return nullptr;
  }
  user->last_activity = Link::Clock::now();
  return user;
}

asio::awaitable<std::expected<UserRef, Refusal>> Gate::admit(Exchange& exchange) {
  const auto key = record_key(exchange);
  for (;;) {
    if (auto user = known(key)) {
      // Requests that arrive until a refresh is complete go on under the previous authorization.
      const milliseconds interval(exchange.application->refresh_interval_ms);
      const bool due = interval.count() != 0 && Link::Clock::now() - user->last_authorized >= interval;
      if (due && !user->refreshing) co_return co_await refresh(exchange, std::move(user));
      co_return user;
    }
    const auto found = pending_.find(key);
    if (found == pending_.end()) co_return co_await authorize_user(exchange, key);
    const auto pending = found->second;
    auto heard = co_await pending->wait(exchange.deadline);
    if (!heard) co_return std::unexpected(Refusal(soap::make_fault(ERROR_WSMAN_OPERATION_TIMEDOUT)));
    if (*heard) co_return std::move(**heard);
  }
}

asio::awaitable<Gate::Decision> Gate::authorize_user(Exchange& exchange, std::string key) {
  const auto pending = std::make_shared<Pending>();
  pending_.emplace(key, pending);
  auto decision = co_await ask(exchange, key);
  pending_.erase(key);
  if (decision) records_[key] = *decision;
  const bool out_of_time = !decision && Link::Clock::now() >= exchange.deadline;
  pending->keep(out_of_time ? std::nullopt : std::optional(decision));
  co_return decision;
}

asio::awaitable<Gate::Decision> Gate::refresh(Exchange& exchange, UserRef user) {
  user->refreshing = true;
  auto decision = co_await ask(exchange, user->key);
  user->refreshing = false;
  const auto found = records_.find(user->key);
  const bool current = found != records_.end() && found->second == user;
  if (!decision) {
    // The old context is released nevertheless, and the next request authorizes from scratch (plugin-api 5.6).
    if (current) records_.erase(found);
    user->context.reset();
    co_return decision;
  }
  // The new context is in place before the old one is released: `decided` drops it at the end of this scope.
  const auto decided = *decision;
  std::swap(user->context, decided->context);
  user->token = decided->token;
  user->administrator = decided->administrator;
  user->last_authorized = user->last_activity = Link::Clock::now();
  if (!current) records_[user->key] = user;
  co_return user;
}

asio::awaitable<Gate::Decision> Gate::ask(Exchange& exchange, std::string key) {
  const auto& application = *exchange.application;
  if (application.authorization_name.empty()) co_return built_in(exchange, std::move(key));

  const Stopwatch watch;
  const auto deadline =
      std::min(exchange.deadline, Link::Clock::now() + milliseconds(application.authorization_timeout_ms));
  const auto host = hosts_.at(application.path);
  auto answer =
      co_await host->ask(ipc::AuthzUser{exchange.login->token->id, exchange.url, exchange.soap.locale}, deadline);
  Decision decision = answer
                          ? decide(exchange, std::move(key), std::move(*answer))
                          : Decision(std::unexpected(Refusal(plugin_fault(
                                application, answer.error().code, answer.error().text, answer.error().from_plugin))));
  auto entry = entry_for(exchange, "authz_user", watch);
  if (decision) {
    entry.account = (*decision)->token ? std::string_view((*decision)->token->account) : "service";
  } else if (const auto* refused = std::get_if<soap::Fault>(&decision.error())) {
    entry.verdict = refusal_verdict(refused->code);
    entry.code = refused->code;
  } else {
    entry.verdict = "redirected";
    entry.code = ERROR_WSMAN_REDIRECT_REQUESTED;
  }
  audit_.write(entry);
  co_return decision;
}

Gate::Decision Gate::decide(Exchange& exchange, std::string key, AuthzAnswer answer) {
  auto& completed = answer.completed;
  if (completed.error_code == ERROR_WSMAN_REDIRECT_REQUESTED) {
    return std::unexpected(make_redirect(completed.extended_information));
  }
  if (completed.error_code != 0) {
    return std::unexpected(Refusal(plugin_fault(*exchange.application, completed.error_code,
                                                std::move(completed.extended_information), completed.from_plugin)));
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
  user->administrator = completed.administrator;
  user->context = std::move(answer.context);
  return user;
}

Gate::Decision Gate::built_in(Exchange& exchange, std::string key) {
  const Stopwatch watch;
  auto user = record(exchange, std::move(key));
  user->token = exchange.login->token;
  user->administrator = std::ranges::find(exchange.application->administrators, exchange.login->name) !=
                        exchange.application->administrators.end();
  auto entry = entry_for(exchange, "authz_user", watch);
  entry.account = user->token->account;
  audit_.write(entry);
  return user;
}

UserRef Gate::record(const Exchange& exchange, std::string key) const {
  auto user = std::make_shared<UserRecord>();
  user->key = std::move(key);
  user->owner = exchange.application->path + '\0' + exchange.login->name;
  user->application = exchange.application;
  user->last_authorized = user->last_activity = Link::Clock::now();
  return user;
}

asio::awaitable<Outcome<AuthzContextRef>> Gate::authorize(Exchange& exchange, const UserRecord& user,
                                                          std::uint32_t operation) {
  const auto& application = *user.application;
  const Stopwatch watch;
  if (application.authorization_name.empty()) {
    auto entry = entry_for(exchange, "authz_operation", watch);
    entry.operation = exchange.soap.action;
    entry.resource = exchange.soap.resource_uri;
    audit_.write(entry);
    co_return AuthzContextRef{};
  }
  const auto deadline =
      std::min(exchange.deadline, Link::Clock::now() + milliseconds(application.authorization_timeout_ms));
  const auto host = hosts_.at(application.path);
  auto answer = co_await host->ask(ipc::AuthzOperation{exchange.login->token->id, exchange.url, exchange.soap.locale,
                                                       operation, exchange.soap.action, exchange.soap.resource_uri},
                                   deadline);
  Outcome<AuthzContextRef> outcome;
  auto entry = entry_for(exchange, "authz_operation", watch);
  entry.operation = exchange.soap.action;
  entry.resource = exchange.soap.resource_uri;
  if (!answer) {
    entry.verdict = "error";
    entry.code = answer.error().code;
    outcome = std::unexpected(
        plugin_fault(application, answer.error().code, answer.error().text, answer.error().from_plugin));
  } else if (auto& completed = answer->completed; completed.error_code != 0) {
    entry.verdict = refusal_verdict(completed.error_code);
    entry.code = completed.error_code;
    // A redirect is an answer of user authorization only (plugin-api 5.9).
    outcome = completed.error_code == ERROR_WSMAN_REDIRECT_REQUESTED
                  ? Outcome<AuthzContextRef>(fault(ERROR_WSMAN_INVALID_REDIRECT_ERROR))
                  : std::unexpected(plugin_fault(application, completed.error_code,
                                                 std::move(completed.extended_information), completed.from_plugin));
  } else {
    outcome = std::move(answer->context);
  }
  audit_.write(entry);
  co_return outcome;
}

void Gate::refuse_shell(const Exchange& exchange) {
  auto entry = entry_for(exchange, "authz_shell", Stopwatch{});
  entry.operation = exchange.soap.action;
  entry.resource = exchange.soap.resource_uri;
  entry.verdict = "denied";
  entry.code = ERROR_ACCESS_DENIED;
  entry.plugin = "built-in";
  audit_.write(entry);
}

void Gate::expire(Link::Clock::time_point now) {
  std::erase_if(records_, [now](const auto& entry) { return is_idle(*entry.second, now); });
}

void Gate::expire_calls(Link::Clock::time_point now) {
  for (const auto& [path, host] : hosts_) {
    if (host->link()) std::shared_ptr(host->link())->expire(now);
  }
  std::vector<std::shared_ptr<Pending>> waits;
  waits.reserve(pending_.size());
  for (const auto& [key, pending] : pending_) waits.push_back(pending);
  for (const auto& pending : waits) pending->expire(now);
}

void Gate::host_died(const Application& application) {
  // The contexts went with the process; a record without its context would tell the next plug-in nothing.
  std::erase_if(records_, [&application](const auto& entry) { return entry.second->application == &application; });
}

void Gate::clear() { records_.clear(); }

}  // namespace winrmd::net
