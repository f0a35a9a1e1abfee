// The gate: who may use an application, and which operations. One record for each application and authenticated
// identity; the first request authorizes, all that arrive meanwhile wait for the same answer, and while the record
// lives the user's further connections need no call. docs/gate.md tells the rules.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "net/audit.hpp"
#include "net/exchange.hpp"
#include "net/gate/authorization_host.hpp"

namespace winrmd::net {

struct UserRecord {
  std::string key;
  std::string owner;  // application + canonical name: whose shells these are (whatever the scheme)
  const Application* application = nullptr;
  TokenRef token;  // what the user's work runs under; null: the service account
  bool administrator = false;
  AuthzContextRef context;
  Link::Clock::time_point last_activity;
  Link::Clock::time_point last_authorized;
  std::size_t running = 0;  // operations in progress, open shells and commands included
  bool refreshing = false;
};
using UserRef = std::shared_ptr<UserRecord>;

// Keeps a record from expiring while an operation of its user runs.
class Activity {
 public:
  Activity() = default;
  explicit Activity(UserRef user) : user_(std::move(user)) { ++user_->running; }
  Activity(Activity&& other) noexcept = default;
  Activity& operator=(Activity&& other) noexcept {
    if (this != &other) {
      end();
      user_ = std::move(other.user_);
    }
    return *this;
  }
  Activity(const Activity&) = delete;
  Activity& operator=(const Activity&) = delete;
  ~Activity() { end(); }

 private:
  void end() {
    if (!user_) return;
    --user_->running;
    user_->last_activity = Link::Clock::now();
    user_.reset();
  }
  UserRef user_;
};

class Gate {
 public:
  Gate(Control& control, const Catalogue& catalogue, Tokens& tokens, Audit& audit);

  // May this user do anything here? The record is found, or made by WSManPluginAuthzUser, or refreshed.
  asio::awaitable<std::expected<UserRef, Refusal>> admit(Exchange& exchange);

  // Writes down that a user was refused somebody else's shell.
  void refuse_shell(const Exchange& exchange);

  // May the user do this top-level operation? `operation` is a WSManOperation* value. The context is null where the
  // plug-in reported none or there is no plug-in.
  asio::awaitable<Outcome<AuthzContextRef>> authorize(Exchange& exchange, const UserRecord& user,
                                                      std::uint32_t operation);

  // Drops records that have been idle for too long. The server's ticker calls this.
  void expire(Link::Clock::time_point now);
  // Fails calls and ends waits whose time is over. Likewise.
  void expire_calls(Link::Clock::time_point now);
  // Releases everything (service stop).
  void clear();

 private:
  using Decision = std::expected<UserRef, Refusal>;
  // Nothing: whoever asked had no time left, which says nothing about the others.
  using Pending = Promise<std::optional<Decision>>;

  asio::awaitable<Decision> authorize_user(Exchange& exchange, std::string key);
  asio::awaitable<Decision> refresh(Exchange& exchange, UserRef user);
  asio::awaitable<Decision> ask(Exchange& exchange, std::string key);
  Decision decide(Exchange& exchange, std::string key, AuthzAnswer answer);
  Decision built_in(Exchange& exchange, std::string key);
  [[nodiscard]] UserRef known(const std::string& key);
  UserRef record(const Exchange& exchange, std::string key) const;
  void host_died(const Application& application);

  Audit& audit_;
  std::map<std::string, std::shared_ptr<AuthorizationHost>> hosts_;  // by application path
  std::unordered_map<std::string, UserRef> records_;
  std::unordered_map<std::string, std::shared_ptr<Pending>> pending_;
};

}  // namespace winrmd::net
