// A log-in that takes several requests of one connection, and is the connection's from then on. One implementation for
// each kind of scheme.
#pragma once

#include <memory>
#include <string>

#include "lib/seal/protection.hpp"
#include "net/login/inquiry.hpp"

namespace winrmd::net {

// What came of one leg.
struct Leg {
  ipc::LoginStatus status = ipc::LoginStatus::unavailable;
  std::string token{};                             // for the client; may be empty in any case
  LoginRef login{};                                // of an accepted one
  std::unique_ptr<seal::Protection> protection{};  // of an accepted one; null: its messages cannot be sealed
};

// Asks winrmd-auth through its Inquiry, which must come to `accepted` or `refused` with the log-in: that writes the
// audit log. Destroyed in the middle when the client goes away or begins anew.
class Negotiation {
 public:
  Negotiation() = default;
  Negotiation(const Negotiation&) = delete;
  Negotiation& operator=(const Negotiation&) = delete;
  virtual ~Negotiation() = default;

  // The next leg, with the decoded token of its Authorization header. A token that is none is `refused`. This object
  // lives until the coroutine ends; one leg at a time.
  virtual asio::awaitable<Leg> advance(std::string token) = 0;
  // The client is gone: what is waited for ends at once.
  virtual void abandon() = 0;
};

// Negotiate and Kerberos: GSSAPI tokens, which winrmd-auth takes as they are. `origin` lives on.
std::unique_ptr<Negotiation> negotiate_gss(Logins& logins, const Origin& origin, ipc::Scheme scheme);
// CredSSP.
std::unique_ptr<Negotiation> negotiate_credssp(Logins& logins, const Origin& origin);

}  // namespace winrmd::net
