// The gate: who may use an application, and which operations, and how many. One record for each application and
// authenticated identity; the first request authorizes, all that arrive meanwhile wait for the same answer, and while
// the record lives the user's further connections need no call. docs/gate.md tells the rules.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/audit.hpp"
#include "net/exchange.hpp"
#include "net/gate/user.hpp"

namespace winrmd::net {

class Gate {
 public:
  // `default_quota` is for users whose application has no authorization plug-in that gives quotas.
  Gate(Control& control, const Catalogue& catalogue, Tokens& tokens, Audit& audit, const Quota& default_quota);

  // May this user do anything here, and is it not too much? The record is found, or made by WSManPluginAuthzUser, or
  // refreshed; the message is counted.
  asio::awaitable<std::expected<UserRef, Refusal>> admit(Exchange& exchange);

  // These applications and this default are in force from now on. Users of an application that has changed are
  // authorized anew with their next request; an authorization plug-in that has been exchanged decides no more about
  // them, and its host ends when the last context of it is released.
  void reload(const Catalogue& catalogue, const Quota& default_quota);

  [[nodiscard]] const Quota& quota_of(const UserRecord& user) const {
    return user.quota ? *user.quota : default_quota_;
  }

  // Writes down that a user was refused somebody else's shell.
  void refuse_shell(const Exchange& exchange);
  // The fault for a quota that is used up; written down too.
  std::unexpected<soap::Fault> refuse_quota(const Exchange& exchange, std::uint32_t code);

  // May the user do this top-level operation, by the plug-in or by the security descriptors, and are not too many in
  // progress? `operation` is a WSManOperation* value; `plugin` the plug-in that does it, null where the service itself
  // does.
  asio::awaitable<Outcome<Permit>> authorize(Exchange& exchange, const UserRef& user, std::uint32_t operation,
                                             PluginRef plugin = nullptr);
  // A place for one more shell of the user in the plug-in.
  Outcome<PluginSlot> shell_place(const Exchange& exchange, const UserRecord& user, const PluginRef& plugin);

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
  using PendingKey = std::pair<std::string, ApplicationRef>;  // what is decided is good for that application only
  struct Door {
    ApplicationRef application;
    std::shared_ptr<AuthorizationHost> host;   // null: no plug-in
    std::shared_ptr<const AccessRules> rules;  // where there is none
    SlidingWindow window;
  };

  // gate.cpp: records
  asio::awaitable<Decision> find_or_authorize(Exchange& exchange);
  asio::awaitable<Decision> authorize_user(Exchange& exchange, std::string key);
  asio::awaitable<Decision> refresh(Exchange& exchange, UserRef user);
  [[nodiscard]] UserRef known(const Exchange& exchange, const std::string& key);
  void host_died(const AuthorizationHost& host);

  // reload.cpp: doors
  Door* door_of(const Application& application);
  [[nodiscard]] bool is_current(const ApplicationRef& application);
  Door open_door(const ApplicationRef& application, Door* former);

  // decisions.cpp: what makes a record. `previous` is the one that is refreshed, or null.
  asio::awaitable<Decision> ask(Exchange& exchange, std::string key, const UserRecord* previous);
  asio::awaitable<Decision> ask_plugin(Exchange& exchange, std::string key);
  asio::awaitable<Outcome<std::optional<Quota>>> ask_quota(Exchange& exchange, const UserRecord& user);
  Decision decide(Exchange& exchange, std::string key, AuthzAnswer answer);
  Decision built_in(Exchange& exchange, std::string key);
  UserRef record(const Exchange& exchange, std::string key);
  asio::awaitable<Outcome<AuthzContextRef>> ask_operation(Exchange& exchange, const UserRecord& user,
                                                          std::uint32_t operation);

  Control& control_;
  Tokens& tokens_;
  Audit& audit_;
  Quota default_quota_;
  std::map<std::string, Door> doors_;                    // by application path
  std::vector<std::weak_ptr<AuthorizationHost>> hosts_;  // those of doors, and those that are being let go
  std::unordered_map<std::string, UserRef> records_;
  std::unordered_map<std::string, UsageRef> usages_;  // by owner
  PluginUsages plugin_usages_;
  std::map<PendingKey, std::shared_ptr<Pending>> pending_;
};

}  // namespace winrmd::net
