// Who has been admitted, and what an admitted user's operation holds while it lasts.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/gate/access_rules.hpp"
#include "net/gate/authorization_host.hpp"
#include "net/gate/plugin_usage.hpp"
#include "net/gate/quota.hpp"

namespace winrmd::net {

struct UserRecord {
  std::string key;
  std::string owner;  // application + canonical name: whose shells these are (whatever the scheme)
  ApplicationRef application;
  TokenRef token;        // what the user's work runs under; null: the service account
  std::string identity;  // who that is; another one at re-authorization ends the record
  bool administrator = false;
  std::shared_ptr<AuthorizationHost> authorizer;  // of the plug-in that admitted the user; null: there was none
  std::shared_ptr<const AccessRules> rules;       // what decides where there was none
  AuthzContextRef context;
  std::optional<Quota> quota;  // the plug-in's; none: the default
  UsageRef usage;              // of the owner: all its records share it
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

// What authorization of a top-level operation gives it, to be kept until the operation is over.
struct Permit {
  AuthzContextRef context;  // null where the plug-in reported none or there is no plug-in
  OperationSlot slot;       // its place among the user's concurrent operations
  PluginSlot plugin_slot;   // its place among the plug-in's; none where the service itself does it
  Activity activity;        // keeps the user's record
};

}  // namespace winrmd::net
