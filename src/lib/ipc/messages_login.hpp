// Between winrmd-net and winrmd-auth. The seam is the same for schemes of one and of several legs: `connection` names
// the log-in context, which lives in winrmd-auth until it is complete, refused, or net says Cancel for that id.
#pragma once

#include <string>

#include "lib/ipc/messages.hpp"

namespace winrmd::ipc {

enum class Scheme : std::uint8_t { basic = 0, last = basic };

struct Login {
  static constexpr auto type = MessageType::login;
  std::uint64_t connection = 0;
  Scheme scheme = Scheme::basic;
  std::string token;  // decoded from base64; for Basic `user:password`. Wiped by whoever is done with it
  std::string peer;   // address without port
  bool tls = false;
  auto fields(this auto& self) { return std::tie(self.connection, self.scheme, self.token, self.peer, self.tls); }
};

enum class LoginStatus : std::uint8_t { accepted = 0, more = 1, refused = 2, unavailable = 3, last = unavailable };

struct LoginResult {
  static constexpr auto type = MessageType::login_result;
  LoginStatus status = LoginStatus::refused;
  std::string reply;      // token for the client's next leg, or the final one
  std::string name;       // canonical authenticated name
  std::string mechanism;  // as WSMAN_SENDER_DETAILS::authenticationMechanism says it
  std::string account;    // local account behind the token, as the supervisor said
  std::string token;      // supervisor's token; from now on net owns the reference and releases it
  auto fields(this auto& self) {
    return std::tie(self.status, self.reply, self.name, self.mechanism, self.account, self.token);
  }
};

}  // namespace winrmd::ipc
