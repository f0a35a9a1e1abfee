#include "net/gate/gate.hpp"

#include "wsman_codes.h"

namespace winrmd::net {
namespace {

using std::chrono::milliseconds;

std::string record_key(const Exchange& exchange) {
  // Mechanism included: a certificate and a password log-in never share a record (plugin-api 10.22).
  return exchange.application->path + '\0' + exchange.login->name + '\0' + exchange.login->mechanism;
}

// Nothing of the user runs, and nothing has been asked for long enough.
bool is_idle(const UserRecord& user, Link::Clock::time_point now) {
  return user.running == 0 && !user.refreshing &&
         now - user.last_activity >= milliseconds(user.application->user_record_idle_timeout_ms);
}

}  // namespace

Gate::Gate(Control& control, const Catalogue& catalogue, Tokens& tokens, Audit& audit, const Quota& default_quota)
    : audit_(audit), default_quota_(default_quota) {
  for (const auto& application : catalogue.applications()) {
    Door door{.host = nullptr,
              .window = {milliseconds(application->system_window_ms), application->system_window_operations}};
    if (!application->authorization_name.empty()) {
      door.host = std::make_shared<AuthorizationHost>(control, tokens, application,
                                                      [this, path = application->path] { host_died(path); });
    }
    doors_.emplace(application->path, std::move(door));
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
  if (!doors_.at(exchange.application->path).window.count(Link::Clock::now())) {
    co_return std::unexpected(Refusal(refuse_quota(exchange, ERROR_WSMAN_QUOTA_SYSTEM).error()));
  }
  auto user = co_await find_or_authorize(exchange);
  if (user && !(*user)->usage->count_message((*user)->quota, Link::Clock::now())) {
    co_return std::unexpected(Refusal(refuse_quota(exchange, ERROR_WSMAN_QUOTA_USER).error()));
  }
  co_return user;
}

asio::awaitable<Gate::Decision> Gate::find_or_authorize(Exchange& exchange) {
  const auto key = record_key(exchange);
  for (;;) {
    if (auto user = known(key)) {
      // Requests that arrive until a refresh is complete go on under the previous authorization and quota.
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
  auto decision = co_await ask(exchange, key, nullptr);
  pending_.erase(key);
  if (decision) records_[key] = *decision;
  const bool out_of_time = !decision && Link::Clock::now() >= exchange.deadline;
  pending->keep(out_of_time ? std::nullopt : std::optional(decision));
  co_return decision;
}

asio::awaitable<Gate::Decision> Gate::refresh(Exchange& exchange, UserRef user) {
  user->refreshing = true;
  auto decision = co_await ask(exchange, user->key, user.get());
  user->refreshing = false;
  const auto found = records_.find(user->key);
  const bool current = found != records_.end() && found->second == user;
  if (!decision) {
    // Refused, or somebody else than before: the record is revoked and the old context released; the next request
    // authorizes from scratch (plugin-api 5.6). What runs goes on under the token that it began with.
    if (current) records_.erase(found);
    user->context.reset();
    co_return decision;
  }
  // The new context is in place before the old one is released: `decided` drops it at the end of this scope.
  const auto decided = *decision;
  std::swap(user->context, decided->context);
  user->token = decided->token;
  user->administrator = decided->administrator;
  user->quota = decided->quota;
  user->last_authorized = user->last_activity = Link::Clock::now();
  if (!current) records_[user->key] = user;
  co_return user;
}

void Gate::expire(Link::Clock::time_point now) {
  std::erase_if(records_, [now](const auto& entry) { return is_idle(*entry.second, now); });
  std::erase_if(usages_,
                [now](const auto& entry) { return entry.second.use_count() == 1 && entry.second->is_over(now); });
}

void Gate::expire_calls(Link::Clock::time_point now) {
  for (const auto& [path, door] : doors_) {
    if (door.host && door.host->link()) std::shared_ptr(door.host->link())->expire(now);
  }
  std::vector<std::shared_ptr<Pending>> waits;
  waits.reserve(pending_.size());
  for (const auto& [key, pending] : pending_) waits.push_back(pending);
  for (const auto& pending : waits) pending->expire(now);
}

void Gate::host_died(std::string_view path) {
  // The contexts went with the process; a record without its context would tell the next plug-in nothing.
  std::erase_if(records_, [path](const auto& entry) { return entry.second->application->path == path; });
}

void Gate::clear() { records_.clear(); }

}  // namespace winrmd::net
