// What a Basic log-in says. Bytes in, values out; no I/O.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.hpp"

namespace winrmd::auth {

// Far above what a client sends; the HTTP head that carried it is limited too.
inline constexpr std::size_t max_credentials_size = 4096;

// Wipes the password when it goes.
struct BasicCredentials {
  std::string user;  // as the client wrote it
  std::string password;

  BasicCredentials() = default;
  BasicCredentials(BasicCredentials&&) = default;
  BasicCredentials& operator=(BasicCredentials&&) = default;
  ~BasicCredentials();
};

// `bytes` is the decoded `user:password`, split at the first colon. Text that is not UTF-8 is taken as Latin-1, which
// some clients send. Fails without a colon, with an empty user, or beyond the size limit.
Result<BasicCredentials> parse_basic(std::string_view bytes);

}  // namespace winrmd::auth
