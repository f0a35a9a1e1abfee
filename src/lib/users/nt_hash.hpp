// The NT hash of a password: MD4 of its UTF-16. It has no salt and costs nothing, and whoever has it can log in by NTLM
// without the password: it is a password itself.
#pragma once

#include <string>

#include "lib/base/result.hpp"

namespace winrmd::users {

// 32 hexadecimal digits, capitals. `password` is UTF-8, up to max_password_size bytes. Fails where OpenSSL has no MD4:
// it is in the legacy provider, which a site can leave out. A secret: the caller wipes it.
Result<std::string> nt_hash(const std::string& password);

}  // namespace winrmd::users
