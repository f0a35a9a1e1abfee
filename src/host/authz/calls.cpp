// From winrmd-net's question to the call of the entry point.
#include <utility>

#include "host/authz/authorizations.hpp"
#include "host/check/contract.hpp"
#include "host/core/locale.hpp"
#include "host/core/thrown.hpp"

namespace winrmd::host {

Authorizations::~Authorizations() {
  for (const auto& [sender, pending] : by_sender_) services_.handles.close_token(pending->client_token);
}

void Authorizations::authorize_user(std::uint64_t frame, const ipc::AuthzUser& message) {
  begin(frame, {.kind = Kind::user, .token = message.token, .http_url = message.http_url, .locale = message.locale});
}

void Authorizations::authorize_operation(std::uint64_t frame, const ipc::AuthzOperation& message) {
  begin(frame, {.kind = Kind::operation,
                .token = message.token,
                .http_url = message.http_url,
                .locale = message.locale,
                .operation = message.operation,
                .action = message.action,
                .resource_uri = message.resource_uri});
}

void Authorizations::query_quota(std::uint64_t frame, const ipc::AuthzQueryQuota& message) {
  begin(frame, {.kind = Kind::quota, .token = message.token, .http_url = message.http_url, .locale = message.locale});
}

void Authorizations::begin(std::uint64_t frame, Request request) {
  auto pending = std::make_shared<Pending>();
  pending->kind = request.kind;
  pending->frame = frame;
  pending->token = request.token;
  {
    std::lock_guard lock(mutex_);
    quota_watch_.look();
    if (request.kind == Kind::quota) quota_watch_.forget();
    by_frame_[frame] = pending;
    if (!refusing_) {
      services_.pool.post([this, pending, request = std::move(request)] { run(pending, request); });
      return;
    }
  }
  fail(pending, {.code = code_shutting_down});
}

void Authorizations::run(const PendingPtr& pending, const Request& request) {
  const auto entry = plugin_.start();
  if (!entry) return fail(pending, entry.error());
  if (request.kind == Kind::quota && (*entry)->authz_query_quota == nullptr) {
    return fail(pending,
                {.code = code_entry_point_missing, .text = "The plug-in does not export WSManPluginAuthzQueryQuota."});
  }
  if (prepare(pending, request)) call(**entry, pending, request);
}

bool Authorizations::prepare(const PendingPtr& pending, const Request& request) {
  auto identity = describe(request.token);
  if (!identity) {
    fail(pending, identity.error());
    return false;
  }
  auto token = std::make_shared<Token>();
  token->id = request.token;
  token->identity = *identity;
  const HANDLE client_token = services_.handles.make_token(std::move(token), true);
  auto sender = Sender::make(services_.space, *identity, request.http_url, client_token);
  if (!sender || client_token == nullptr) {
    services_.handles.close_token(client_token);
    fail(pending, {.code = code_invalid_parameter, .text = "The request holds text that is not valid."});
    return false;
  }
  std::lock_guard lock(mutex_);
  if (pending->abandoned) {
    services_.handles.close_token(client_token);
    return false;
  }
  pending->client_token = client_token;
  pending->sender = std::move(sender);
  by_sender_[pending->sender->get()] = pending;
  return true;
}

void Authorizations::enter(const EntryPoints& entry, WSMAN_SENDER_DETAILS* sender, Arena& arena,
                           const Request& request) {
  switch (request.kind) {
    case Kind::user:
      return entry.authz_user(plugin_.context(), sender, 0);
    case Kind::operation:
      return entry.authz_operation(plugin_.context(), sender, 0, request.operation, arena.text(request.action),
                                   arena.text(request.resource_uri));
    case Kind::quota:
      return entry.authz_query_quota(plugin_.context(), sender, 0);
  }
}

void Authorizations::call(const EntryPoints& entry, const PendingPtr& pending, const Request& request) {
  const LocaleScope locale(request.locale);
  WSMAN_SENDER_DETAILS* const sender = pending->sender->get();
  try {
    enter(entry, sender, pending->sender->arguments(), request);
    return;
  } catch (...) {
    keep_thrown();
    log_thrown(plugin_.name(), entry_point(pending->kind));
  }
  fail(pending, {.code = code_plugin_failed, .text = "The plug-in threw an exception."});
}

void Authorizations::fail(const PendingPtr& pending, const Failure& failure) {
  {
    std::lock_guard lock(mutex_);
    if (by_frame_.erase(pending->frame) == 0) return;  // answered, or nobody waits
    abandon(pending);
  }
  services_.outbox.post(refusal(failure), pending->frame);
}

ipc::AuthzCompleted Authorizations::refusal(const Failure& failure) {
  ipc::AuthzCompleted answer;
  answer.error_code = failure.code;
  answer.extended_information = failure.text;
  answer.from_plugin = failure.from_plugin;
  return answer;
}

SupervisorLink::Answer<ipc::TokenDescription> Authorizations::describe(const std::string& token) {
  {
    std::lock_guard lock(mutex_);
    const auto found = described_.find(token);
    if (found != described_.end()) return found->second;
  }
  auto answer = services_.supervisor.describe(token);
  if (!answer) return answer;
  std::lock_guard lock(mutex_);
  if (described_.emplace(token, *answer).second) described_order_.push_back(token);
  if (described_order_.size() > max_described_tokens) {
    described_.erase(described_order_.front());
    described_order_.pop_front();
  }
  return answer;
}

void Authorizations::cancel(std::uint64_t frame) {
  std::lock_guard lock(mutex_);
  const auto found = by_frame_.find(frame);
  if (found == by_frame_.end()) return;
  abandon(found->second);
  by_frame_.erase(found);
}

void Authorizations::abandon(const PendingPtr& pending) {
  pending->abandoned = true;
  // The plug-in may still read the sender details: they stay until it completes the call.
  if (!pending->sender || !by_sender_.contains(pending->sender->get())) return;
  abandoned_.push_back(pending);
  if (abandoned_.size() <= max_abandoned_calls) return;
  const PendingPtr oldest = std::move(abandoned_.front());
  abandoned_.pop_front();
  if (by_sender_.erase(oldest->sender->get()) > 0) services_.handles.close_token(oldest->client_token);
}

void Authorizations::end_all() {
  std::lock_guard lock(mutex_);
  refusing_ = true;
  quota_watch_.look();
  for (const auto& [frame, pending] : std::exchange(by_frame_, {})) {
    services_.outbox.post(refusal({.code = code_shutting_down}), frame);
    abandon(pending);
  }
}

std::string_view Authorizations::entry_point(Kind kind) {
  switch (kind) {
    case Kind::user:
      return "WSManPluginAuthzUser";
    case Kind::operation:
      return "WSManPluginAuthzOperation";
    case Kind::quota:
      return "WSManPluginAuthzQueryQuota";
  }
  return {};
}

void Authorizations::report_open() {
  std::lock_guard lock(mutex_);
  for (const auto& [sender, pending] : by_sender_) {
    contract::report(contract::breach::never_completed, entry_point(pending->kind), ": its completion did not come");
  }
}

bool Authorizations::quiet() {
  std::lock_guard lock(mutex_);
  return by_sender_.empty() && by_frame_.empty();
}

}  // namespace winrmd::host
