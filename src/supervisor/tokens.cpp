#include "supervisor/tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"
#include "lib/text/guid.hpp"
#include "supervisor/win32_errors.hpp"

namespace winrmd::supervisor {
namespace {

std::unexpected<ipc::Failed> refuse(std::uint32_t code, std::string text) {
  return std::unexpected(ipc::Failed{.code = code, .text = std::move(text), .from_plugin = false});
}

}  // namespace

Token::~Token() { text::wipe(delegated); }

ipc::TokenDescription describe(const Account& account) {
  return {.login_name = "",
          .mechanism = "",
          .account = account.name,
          .uid = account.uid,
          .gid = account.gid,
          .groups = {account.groups.begin(), account.groups.end()}};
}

Tokens::Tokens(config::Accounts accounts, bool privileged, Account running, AccountLookup lookup)
    : accounts_(std::move(accounts)),
      privileged_(privileged),
      running_(std::move(running)),
      lookup_(std::move(lookup)) {}

Tokens::Answer<void> Tokens::check_root(const Account& account) const {
  if (!privileged_ || account.uid != 0 || accounts_.allow_root) return {};
  return refuse(error_access_denied,
                fmt::format("account '{}' is root and accounts.allow_root is not set", account.name));
}

// An account that work may be done as: it exists, is not root unless that is allowed, and is none of the accounts that
// keep the service's own processes apart.
Tokens::Answer<Account> Tokens::usable_account(const std::string& name) const {
  auto account = lookup_(name);
  if (!account) return refuse(error_no_such_user, account.error().message);
  if (auto allowed = check_root(*account); !allowed) return std::unexpected(allowed.error());
  for (const auto* own : {&accounts_.net, &accounts_.auth, &accounts_.authorization}) {
    const auto reserved = lookup_(*own);
    if (reserved && reserved->uid == account->uid) {
      return refuse(error_access_denied, fmt::format("account '{}' belongs to the service", name));
    }
  }
  return *account;
}

Tokens::Answer<Account> Tokens::service_account() const {
  if (!privileged_) return running_;
  return usable_account(accounts_.service);
}

Tokens::Answer<Account> Tokens::run_as_account(const std::string& name) const {
  if (privileged_) return usable_account(name);
  if (name == running_.name) return running_;
  return refuse(error_privilege_not_held,
                fmt::format("the service runs as '{}' and cannot work as '{}'", running_.name, name));
}

Tokens::Answer<ipc::TokenMinted> Tokens::mint(Account account, std::string login, std::string mechanism,
                                              std::uint64_t host) {
  if (tokens_.size() >= max_tokens || (host != 0 && per_host_[host] >= max_tokens_per_host)) {
    return refuse(error_not_enough_quota, "too many live tokens");
  }
  ipc::TokenMinted minted{.token = text::random_bytes(token_size), .identity = describe(account)};
  // A token of a log-in says who that is; one that a plug-in chose stands for an account and nobody else.
  if (host == 0) {
    minted.identity.login_name = login;
    minted.identity.mechanism = std::move(mechanism);
  } else {
    ++per_host_[host];
  }
  tokens_.emplace(
      minted.token,
      Token{.identity = minted.identity, .account = std::move(account), .login = std::move(login), .host = host});
  log::debug("token_minted",
             {{"account", minted.identity.account}, {"live", static_cast<std::int64_t>(tokens_.size())}});
  return minted;
}

void Tokens::delegate(Token& token, const std::string& delegated) {
  const auto others = delegated_total_ - token.delegated.size();
  if (delegated.size() > max_delegated_total - others) {
    log::warning("too_many_delegated_credentials", {{"bytes", static_cast<std::int64_t>(delegated_total_)}});
    return;
  }
  delegated_total_ = others + delegated.size();
  text::wipe(token.delegated);
  token.delegated = delegated;
}

// winrmd-net knows one person by one token, whichever log-in it came from: the latest credential goes to all of them.
void Tokens::delegate_to_all(const Token& token, const std::string& delegated) {
  for (auto& [id, other] : tokens_) {
    if (other.login == token.login && other.account.name == token.account.name) delegate(other, delegated);
  }
}

Tokens::Answer<ipc::TokenMinted> Tokens::complete(Answer<ipc::TokenMinted> minted, const ipc::MintLogin& request) {
  if (!minted) return minted;
  auto& token = tokens_.find(minted->token)->second;
  if (!request.delegated.empty()) delegate_to_all(token, request.delegated);
  token.identity.certificate = request.certificate;
  minted->identity.certificate = request.certificate;
  return minted;
}

Tokens::Answer<ipc::TokenMinted> Tokens::mint_login(const ipc::MintLogin& request) {
  if (request.login_name.empty()) return refuse(error_invalid_parameter, "a log-in without a name");
  if (!privileged_) {
    if (!request.account.empty() && request.account != running_.name) {
      return refuse(error_privilege_not_held,
                    fmt::format("the service runs as '{}' and cannot work as '{}'", running_.name, request.account));
    }
    return complete(mint(running_, request.login_name, request.mechanism, 0), request);
  }
  if (request.account.empty()) return refuse(error_no_such_user, "the log-in names no account");
  auto account = usable_account(request.account);
  if (!account) return std::unexpected(account.error());
  const auto service = lookup_(accounts_.service);
  if (service && service->uid == account->uid) {
    return refuse(error_access_denied, fmt::format("account '{}' belongs to the service", request.account));
  }
  return complete(mint(std::move(*account), request.login_name, request.mechanism, 0), request);
}

Tokens::Answer<ipc::TokenMinted> Tokens::mint_account(const ipc::MintAccount& request,
                                                      const std::vector<std::string>& listed, std::uint64_t host) {
  const Token* client = request.for_token.empty() ? nullptr : find(request.for_token);
  if (!request.for_token.empty() && client == nullptr) {
    return refuse(error_invalid_handle, "the log-in this is for is over");
  }
  const bool own = client != nullptr && client->account.name == request.account;
  if (!own && request.account != accounts_.service && std::ranges::find(listed, request.account) == listed.end()) {
    return refuse(
        error_access_denied,
        fmt::format("account '{}' is not among the ones the configuration lets this plug-in choose", request.account));
  }
  std::string login = client == nullptr ? std::string() : client->login;
  // A delegated credential follows its user to another token of the same account, and to no other account.
  const auto with_credential = [&](Answer<ipc::TokenMinted> minted) {
    if (minted && own) delegate(tokens_.find(minted->token)->second, client->delegated);
    return minted;
  };
  if (!privileged_) {
    if (request.account != running_.name) {
      return refuse(error_privilege_not_held,
                    fmt::format("the service runs as '{}' and cannot work as '{}'", running_.name, request.account));
    }
    return with_credential(mint(running_, std::move(login), "", host));
  }
  auto account = usable_account(request.account);
  if (!account) return std::unexpected(account.error());
  return with_credential(mint(std::move(*account), std::move(login), "", host));
}

const Token* Tokens::find(const std::string& token) const {
  const auto found = tokens_.find(token);
  return found == tokens_.end() ? nullptr : &found->second;
}

void Tokens::drop(Place place) {
  if (const auto count = per_host_.find(place->second.host); count != per_host_.end()) {
    if (--count->second == 0) per_host_.erase(count);
  }
  delegated_total_ -= place->second.delegated.size();
  tokens_.erase(place);
}

void Tokens::release(const std::string& token, std::uint64_t host) {
  const auto found = tokens_.find(token);
  if (found == tokens_.end() || (host != 0 && found->second.host != host)) return;
  drop(found);
  log::debug("token_released", {{"live", static_cast<std::int64_t>(tokens_.size())}});
}

void Tokens::clear() {
  tokens_.clear();
  per_host_.clear();
  delegated_total_ = 0;
}

}  // namespace winrmd::supervisor
