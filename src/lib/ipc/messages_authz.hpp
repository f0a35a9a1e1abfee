// Between winrmd-net and an authorization host. Contexts that the plug-in reports never leave the host: net holds a
// number for each report and gives it back exactly once with AuthzReleaseContext.
#pragma once

#include <optional>
#include <string>

#include "lib/ipc/messages.hpp"

namespace winrmd::ipc {

// net → host: call WSManPluginAuthzUser. Sender name and mechanism come from the supervisor's description of `token`.
struct AuthzUser {
  static constexpr auto type = MessageType::authz_user;
  std::string token;  // the log-in's token
  std::string http_url;
  std::string locale;  // what the client asked for, as in `de-DE`; may be empty
  auto fields(this auto& self) { return std::tie(self.token, self.http_url, self.locale); }
};

// net → host: call WSManPluginAuthzOperation.
struct AuthzOperation {
  static constexpr auto type = MessageType::authz_operation;
  std::string token;
  std::string http_url;
  std::string locale;
  std::uint32_t operation = 0;  // a WSManOperation* value of wsman_posix.h
  std::string action;
  std::string resource_uri;
  auto fields(this auto& self) {
    return std::tie(self.token, self.http_url, self.locale, self.operation, self.action, self.resource_uri);
  }
};

// net → host: call WSManPluginAuthzQueryQuota.
struct AuthzQueryQuota {
  static constexpr auto type = MessageType::authz_query_quota;
  std::string token;
  std::string http_url;
  std::string locale;
  auto fields(this auto& self) { return std::tie(self.token, self.http_url, self.locale); }
};

// WSMAN_AUTHZ_QUOTA. 0xFFFFFFFF: unlimited (not for the time slot's length).
struct AuthzQuota {
  std::uint32_t max_shells = 0;
  std::uint32_t max_operations = 0;
  std::uint32_t timeslot_seconds = 0;
  std::uint32_t max_operations_per_timeslot = 0;
  auto fields(this auto& self) {
    return std::tie(self.max_shells, self.max_operations, self.timeslot_seconds, self.max_operations_per_timeslot);
  }
};

enum class TokenChoice : std::uint8_t {
  service = 0,  // NULL: the host's process identity
  token = 1,    // `token` holds its id
  invalid = 2,  // a value that is no live token handle
  last = invalid
};

// host → net: the plug-in completed. Also the answer when the call could not be made at all (`from_plugin` false:
// library missing, entry point missing, Startup failed).
struct AuthzCompleted {
  static constexpr auto type = MessageType::authz_completed;
  std::uint32_t error_code = 0;
  std::string extended_information;  // empty when none was given or on success
  bool from_plugin = true;
  std::uint64_t context = 0;  // number of the reported context; 0: none
  TokenChoice choice = TokenChoice::service;
  std::string token;
  std::string account;   // local account behind `token`, as the supervisor said; empty for the service account
  std::string identity;  // the user and groups behind `token`: two that are equal are the same identity
  bool administrator = false;
  std::optional<AuthzQuota> quota;  // of AuthzQueryQuota; none: the plug-in gave none, the default is meant
  auto fields(this auto& self) {
    return std::tie(self.error_code, self.extended_information, self.from_plugin, self.context, self.choice, self.token,
                    self.account, self.identity, self.administrator, self.quota);
  }
};

// net → host: nobody waits for the request with this frame id any more. A completion that still comes is refused and
// what it reports is released.
struct AuthzCancel {
  static constexpr auto type = MessageType::authz_cancel;
  auto fields(this auto&) { return std::tuple<>(); }
};

struct AuthzReleaseContext {
  static constexpr auto type = MessageType::authz_release_context;
  std::uint64_t context = 0;
  auto fields(this auto& self) { return std::tie(self.context); }
};

}  // namespace winrmd::ipc
