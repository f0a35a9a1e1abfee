// Who stands for whom. Tokens are minted here and nowhere else; every rule about which account a log-in or an
// authorization plug-in may have is in this file's .cpp, on the word of nobody but the configuration.
#pragma once

#include <expected>
#include <map>
#include <string>

#include "lib/config/settings.hpp"
#include "lib/ipc/messages_control.hpp"
#include "supervisor/account.hpp"

namespace winrmd::supervisor {

inline constexpr std::size_t token_size = 16;
// Live tokens of all log-ins; one that is never released is a bug in a child, and this bounds it.
inline constexpr std::size_t max_tokens = 65536;
// Live tokens that one authorization host has minted.
inline constexpr std::size_t max_tokens_per_host = 8192;
// Delegated credentials of all live tokens, in bytes; log-ins beyond that get a token without.
inline constexpr std::size_t max_delegated_total = 64U << 20;

// Wipes the delegated credential when it goes.
struct Token {
  ipc::TokenDescription identity;
  Account account;
  std::string login;        // the log-in that caused it, for the log
  std::uint64_t host = 0;   // the authorization host that minted it; 0: a log-in
  std::string delegated{};  // see ipc::MintLogin

  ~Token();
};

class Tokens {
 public:
  // Unprivileged: everybody works as `running`. Privileged: accounts come from `lookup`.
  Tokens(config::Accounts accounts, bool privileged, Account running, AccountLookup lookup);

  // Other rules from now on. Tokens that are live stay so.
  void use(config::Accounts accounts) { accounts_ = std::move(accounts); }

  template <class T>
  using Answer = std::expected<T, ipc::Failed>;

  Answer<ipc::TokenMinted> mint_login(const ipc::MintLogin& request);
  // `listed`: what the configuration lets this host choose besides the user's own account and the service's.
  Answer<ipc::TokenMinted> mint_account(const ipc::MintAccount& request, const std::vector<std::string>& listed,
                                        std::uint64_t host);
  // Null when the token is not live.
  [[nodiscard]] const Token* find(const std::string& token) const;
  // Drops the token. One that an authorization host releases must be its own (`host`); 0: anybody's.
  void release(const std::string& token, std::uint64_t host = 0);
  // Every token that winrmd-net could have held is void when it dies.
  void clear();
  [[nodiscard]] std::size_t size() const { return tokens_.size(); }

  // Work as root only where accounts.allow_root is set, whenever the token was minted.
  Answer<void> check_root(const Account& account) const;
  // The account of the service itself: what an empty token means.
  Answer<Account> service_account() const;
  // The account that a plug-in with RunAsUser runs under.
  Answer<Account> run_as_account(const std::string& name) const;

 private:
  Answer<Account> usable_account(const std::string& name) const;
  Answer<ipc::TokenMinted> mint(Account account, std::string login, std::string mechanism, std::uint64_t host);
  // Adds what only the log-in itself knows.
  Answer<ipc::TokenMinted> complete(Answer<ipc::TokenMinted> minted, const ipc::MintLogin& request);
  void delegate(Token& token, const std::string& delegated);
  void delegate_to_all(const Token& token, const std::string& delegated);
  using Place = std::map<std::string, Token>::iterator;
  void drop(Place place);

  config::Accounts accounts_;
  bool privileged_;
  Account running_;
  AccountLookup lookup_;
  std::map<std::string, Token> tokens_;
  std::map<std::uint64_t, std::size_t> per_host_;
  std::size_t delegated_total_ = 0;
};

ipc::TokenDescription describe(const Account& account);

}  // namespace winrmd::supervisor
