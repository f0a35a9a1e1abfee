// What the plug-in answers: completions, tokens, and the release of contexts.
#include <algorithm>
#include <utility>

#include "host/authz/authorizations.hpp"
#include "host/check/contract.hpp"
#include "host/core/plugin_text.hpp"
#include "host/core/thrown.hpp"
#include "lib/log/log.hpp"

namespace winrmd::host {
namespace {

// Whom a token stands for, in a form that can be compared: user and groups, whatever their order.
std::string identity_text(const ipc::TokenDescription& identity) {
  auto groups = identity.groups;
  std::ranges::sort(groups);
  std::string text = std::to_string(identity.uid) + ':' + std::to_string(identity.gid);
  for (const auto group : groups) text += ',' + std::to_string(group);
  return text;
}

}  // namespace

Authorizations::PendingPtr Authorizations::claim(const void* sender, Kind kind, void* context) {
  std::lock_guard lock(mutex_);
  const auto found = by_sender_.find(sender);
  if (found == by_sender_.end() || found->second->kind != kind) {
    // Completed twice, never called, or invented: only the value is looked at.
    log::warning("authz_completion_unknown", {{"plugin", plugin_.name()}});
    report_unknown(sender, kind, found != by_sender_.end());
    return nullptr;
  }
  auto pending = std::move(found->second);
  by_sender_.erase(found);
  if (contract::watching()) answered_.emplace(sender, kind);
  if (!pending->abandoned) {
    by_frame_.erase(pending->frame);
    return pending;
  }
  std::erase(abandoned_, pending);
  services_.handles.close_token(pending->client_token);
  log::warning("authz_completion_late", {{"plugin", plugin_.name()}});
  if (context != nullptr) post_release(context);
  pending->sender->revoke();
  return nullptr;
}

void Authorizations::report_unknown(const void* sender, Kind kind, bool pending) {
  const std::string function = std::string(entry_point(kind)) + "Complete";
  const auto answered = answered_.find(sender);
  if (answered != answered_.end()) {
    contract::report(contract::breach::completed_twice, function,
                     " names sender details whose call was completed before");
  } else {
    contract::report(contract::breach::call_refused, function,
                     pending ? " was called for a call of another entry point" : " names no call that is pending");
  }
}

DWORD Authorizations::user_complete(const void* sender, void* context, HANDLE token, bool administrator, DWORD code,
                                    PCWSTR text) {
  const auto pending = claim(sender, Kind::user, context);
  if (!pending) return code_invalid_parameter;
  ipc::AuthzCompleted answer;
  answer.error_code = code;
  if (code == code_success) {
    answer.administrator = administrator;
    choose_token(*pending, token, answer);
  } else {
    answer.extended_information = lenient_utf8(text, max_extended_information);
  }
  finish(*pending, std::move(answer), context);
  return code_success;
}

DWORD Authorizations::operation_complete(const void* sender, void* context, DWORD code, PCWSTR text) {
  const auto pending = claim(sender, Kind::operation, context);
  if (!pending) return code_invalid_parameter;
  ipc::AuthzCompleted answer;
  answer.error_code = code;
  if (code != code_success) answer.extended_information = lenient_utf8(text, max_extended_information);
  finish(*pending, std::move(answer), context);
  return code_success;
}

DWORD Authorizations::quota_complete(const void* sender, const WSMAN_AUTHZ_QUOTA* quota, DWORD code, PCWSTR text) {
  // Copied before anything is answered: the structure often lies on the caller's stack.
  std::optional<ipc::AuthzQuota> given;
  if (code == code_success && quota != nullptr) {
    given = {.max_shells = quota->maxAllowedConcurrentShells,
             .max_operations = quota->maxAllowedConcurrentOperations,
             .timeslot_seconds = quota->timeslotSize,
             .max_operations_per_timeslot = quota->maxAllowedOperationsPerTimeslot};
  }
  const auto pending = claim(sender, Kind::quota, nullptr);
  if (!pending) return code_invalid_parameter;
  ipc::AuthzCompleted answer;
  answer.error_code = code;
  answer.quota = given;
  if (code != code_success) answer.extended_information = lenient_utf8(text, max_extended_information);
  if (contract::watching()) watch_quota(given ? quota : nullptr);
  finish(*pending, std::move(answer), nullptr);
  if (code != code_success || given) return code_success;
  log::warning("authz_quota_missing", {{"plugin", plugin_.name()}});
  return code_invalid_parameter;
}

void Authorizations::watch_quota(const WSMAN_AUTHZ_QUOTA* quota) {
  std::lock_guard lock(mutex_);
  // Another answer may be put together at the same place already.
  const auto is_query = [](const auto& entry) { return entry.second->kind == Kind::quota; };
  if (std::ranges::none_of(by_sender_, is_query)) quota_watch_.remember(quota);
}

void Authorizations::finish(Pending& pending, ipc::AuthzCompleted answer, void* context) {
  if (context != nullptr) {
    std::lock_guard lock(mutex_);
    if (answer.error_code == code_success) {
      answer.context = next_context_++;
      contexts_.emplace(answer.context, context);
    } else {
      post_release(context);  // nobody will refer to it
    }
  }
  services_.handles.close_token(pending.client_token);
  services_.outbox.post(answer, pending.frame);
  pending.sender->revoke();
}

void Authorizations::choose_token(const Pending& pending, HANDLE token, ipc::AuthzCompleted& answer) {
  if (token == nullptr) {
    answer.choice = ipc::TokenChoice::service;
    return;
  }
  const bool borrowed = services_.handles.borrowed(token);
  // Ownership passes with success: a handle of the plug-in's own is closed here.
  const auto chosen = borrowed ? services_.handles.token(token) : services_.handles.close_token(token);
  if (!chosen) {
    answer.choice = ipc::TokenChoice::invalid;
    log::warning("authz_token_invalid", {{"plugin", plugin_.name()}});
    return;
  }
  answer.choice = ipc::TokenChoice::token;
  answer.account = chosen->identity.account;
  answer.identity = identity_text(chosen->identity);
  const bool clients_own = chosen->id == pending.token;
  if (clients_own || chosen->minted.exchange(false)) {
    answer.token = chosen->id;
    return;
  }
  // Somebody else's token, or one that was passed on before: a fresh one for the same account, if the configuration
  // allows that account to this client.
  mint_for(pending, chosen->identity.account, answer);
}

void Authorizations::mint_for(const Pending& pending, const std::string& account, ipc::AuthzCompleted& answer) {
  auto minted = services_.supervisor.mint(account, pending.token);
  if (minted) {
    answer.token = std::move(minted->token);
    answer.identity = identity_text(minted->identity);
    answer.account = std::move(minted->identity.account);
    return;
  }
  answer.choice = ipc::TokenChoice::invalid;
  answer.account.clear();
  log::warning("authz_token_refused",
               {{"plugin", plugin_.name()}, {"account", account}, {"reason", minted.error().text}});
}

std::shared_ptr<Token> Authorizations::minted_token(ipc::TokenMinted minted) {
  auto* const token = new Token;
  token->id = std::move(minted.token);
  token->identity = std::move(minted.identity);
  token->minted = true;
  return {token, [&supervisor = services_.supervisor](Token* it) {
            if (it->minted) supervisor.release(it->id);
            delete it;
          }};
}

DWORD Authorizations::token_for_account(PCWSTR account, HANDLE client_token, HANDLE* token) {
  if (token == nullptr) return code_invalid_parameter;
  *token = nullptr;
  const auto name = strict_utf8(account, max_account_name);
  if (!name || name->empty()) return code_invalid_parameter;
  std::string for_token;
  if (client_token != nullptr) {
    const auto client = services_.handles.token(client_token);
    if (!client) return code_invalid_handle;
    for_token = client->id;
  }
  auto minted = services_.supervisor.mint(*name, for_token);
  if (!minted) {
    log::warning("authz_token_refused",
                 {{"plugin", plugin_.name()}, {"account", *name}, {"reason", minted.error().text}});
    return minted.error().code == code_success ? code_access_denied : minted.error().code;
  }
  *token = services_.handles.make_token(minted_token(std::move(*minted)), false);
  return *token == nullptr ? code_out_of_memory : code_success;
}

void Authorizations::release_context(std::uint64_t number) {
  std::lock_guard lock(mutex_);
  const auto found = contexts_.find(number);
  if (found == contexts_.end()) {
    log::warning("authz_context_unknown", {{"context", static_cast<std::int64_t>(number)}});
    return;
  }
  post_release(found->second);
  contexts_.erase(found);
}

void Authorizations::release_all() {
  std::lock_guard lock(mutex_);
  for (const auto& [number, context] : std::exchange(contexts_, {})) post_release(context);
}

void Authorizations::post_release(void* context) {
  services_.pool.post([this, context] {
    // A context was reported, so the plug-in has been started.
    const auto entry = plugin_.start();
    if (!entry || (*entry)->authz_release_context == nullptr) {
      log::warning("authz_release_missing", {{"plugin", plugin_.name()}});
      contract::report(contract::breach::entry_point_missing,
                       "contexts are reported, and WSManPluginAuthzReleaseContext is not exported");
      return;
    }
    try {
      (*entry)->authz_release_context(context);
    } catch (...) {
      keep_thrown();
      log_thrown(plugin_.name(), "WSManPluginAuthzReleaseContext");
    }
  });
}

}  // namespace winrmd::host
