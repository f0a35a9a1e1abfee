// The Authorization header.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.hpp"
#include "lib/ipc/messages_login.hpp"

namespace winrmd::net {

// The whole value of a request that logs in with the client certificate of its TLS connection.
inline constexpr std::string_view certificate_profile =
    "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual";

// As it is written in both directions; the one of Scheme::certificate is certificate_profile.
std::string_view scheme_name(ipc::Scheme scheme);

// Wiped when it is done with.
struct Credentials {
  ipc::Scheme scheme = ipc::Scheme::basic;
  std::string token{};  // decoded; empty with a certificate, and where a client sends the scheme's name alone

  Credentials(ipc::Scheme s, std::string&& t) : scheme(s), token(std::move(t)) {}
  Credentials(Credentials&&) = default;
  Credentials& operator=(Credentials&&) = delete;
  ~Credentials();
};

// A scheme we know, and base64 without anything between or around it. Names of schemes are compared without case.
Result<Credentials> parse_authorization(std::string_view value);

}  // namespace winrmd::net
