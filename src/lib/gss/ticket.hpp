// Kerberos tickets for who has given a password.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.hpp"

namespace winrmd::gss {

// Asks a KDC for a ticket-granting ticket of `principal` (`user@REALM`), forwardable where the realm allows that. The
// result is like AcceptContext::delegated(): a secret that the caller wipes; the password is not
// in it. Waits for KDCs that do not answer as long as the library does, which can be half a minute.
Result<std::string> ticket_with_password(const std::string& principal, const std::string& password);

}  // namespace winrmd::gss
