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
    : control_(control), tokens_(tokens), audit_(audit), default_quota_(default_quota) {
  reload(catalogue, default_quota);
}

// The user's live record; null when there is none (any more). One from before the application changed is revoked: it
// stays until there is another, so that its context is released after the new one is there.
UserRef Gate::known(const Exchange& exchange, const std::string& key) {
  const auto found = records_.find(key);
  if (found == records_.end()) return nullptr;
  auto user = found->second;
  if (user->application != exchange.application) return nullptr;
  if (is_idle(*user, Link::Clock::now())) {
    records_.erase(found);
    return nullptr;
  }
  user->last_activity = Link::Clock::now();
  return user;
}

asio::awaitable<std::expected<UserRef, Refusal>> Gate::admit(Exchange& exchange) {
  auto* door = door_of(*exchange.application);
  if (door != nullptr && !door->window.count(Link::Clock::now())) {
    co_return std::unexpected(Refusal(refuse_quota(exchange, ERROR_WSMAN_QUOTA_SYSTEM).error()));
  }
  auto user = co_await find_or_authorize(exchange);
  if (user && !(*user)->usage->count_message(quota_of(**user), Link::Clock::now())) {
    co_return std::unexpected(Refusal(refuse_quota(exchange, ERROR_WSMAN_QUOTA_USER).error()));
  }
  co_return user;
}

asio::awaitable<Gate::Decision> Gate::find_or_authorize(Exchange& exchange) {
  const auto key = record_key(exchange);
  for (;;) {
    // Not as it was when the request came, when there was a reload while it waited.
    const auto* door = door_of(*exchange.application);
    if (door == nullptr) {
      co_return std::unexpected(
          Refusal(soap::make_fault(ERROR_OPERATION_ABORTED, "The application is not configured any more.")));
    }
    exchange.application = door->application;
    if (auto user = known(exchange, key)) {
      // Requests that arrive until a refresh is complete go on under the previous authorization and quota.
      const milliseconds interval(exchange.application->refresh_interval_ms);
      const bool due = interval.count() != 0 && Link::Clock::now() - user->last_authorized >= interval;
      if (due && !user->refreshing) co_return co_await refresh(exchange, std::move(user));
      co_return user;
    }
    const auto found = pending_.find({key, exchange.application});
    if (found == pending_.end()) co_return co_await authorize_user(exchange, key);
    const auto pending = found->second;
    auto heard = co_await pending->wait(exchange.deadline);
    if (!heard) co_return std::unexpected(Refusal(soap::make_fault(ERROR_WSMAN_OPERATION_TIMEDOUT)));
    if (*heard && is_current(exchange.application)) co_return std::move(**heard);
  }
}

asio::awaitable<Gate::Decision> Gate::authorize_user(Exchange& exchange, std::string key) {
  const auto pending = std::make_shared<Pending>();
  pending_.emplace(PendingKey(key, exchange.application), pending);
  auto decision = co_await ask(exchange, key, nullptr);
  pending_.erase({key, exchange.application});
  // Else the application has changed meanwhile: good for this request, which came before that, and for no other.
  if (is_current(exchange.application)) {
    if (decision) {
      records_[key] = *decision;
    } else {
      records_.erase(key);
    }
  }
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
  user->authorizer = decided->authorizer;
  user->rules = decided->rules;
  user->quota = decided->quota;
  user->last_authorized = user->last_activity = Link::Clock::now();
  if (!current && is_current(user->application)) records_.try_emplace(user->key, user);
  co_return user;
}

void Gate::expire(Link::Clock::time_point now) {
  std::erase_if(records_, [now](const auto& entry) { return is_idle(*entry.second, now); });
  std::erase_if(usages_,
                [now](const auto& entry) { return entry.second.use_count() == 1 && entry.second->is_over(now); });
  plugin_usages_.sweep();
}

void Gate::expire_calls(Link::Clock::time_point now) {
  std::erase_if(hosts_, [](const auto& known) { return known.expired(); });
  for (const auto& known : std::vector(hosts_)) {
    const auto host = known.lock();
    if (host && host->link()) std::shared_ptr(host->link())->expire(now);
  }
  std::vector<std::shared_ptr<Pending>> waits;
  waits.reserve(pending_.size());
  for (const auto& [key, pending] : pending_) waits.push_back(pending);
  for (const auto& pending : waits) pending->expire(now);
}

void Gate::host_died(const AuthorizationHost& host) {
  // The contexts went with the process; a record without its context would tell the next plug-in nothing.
  std::erase_if(records_, [&host](const auto& entry) { return entry.second->authorizer.get() == &host; });
}

void Gate::clear() { records_.clear(); }

}  // namespace winrmd::net
