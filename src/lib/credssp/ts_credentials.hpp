// What a CredSSP client delegates: TSCredentials and TSPasswordCreds (MS-CSSP 2.2.1.2).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.hpp"

namespace winrmd::credssp {

inline constexpr std::uint32_t password_type = 1;
inline constexpr std::size_t longest_name = 512;       // UTF-16 units of the domain, and of the user name
inline constexpr std::size_t longest_password = 1024;  // UTF-16 units

struct TsCredentials {
  std::uint32_t type = 0;        // 1 password, 2 smart card, 6 remote guard
  std::string_view credentials;  // a structure of its own for each type; within what was decoded
};

// UTF-8. Wiped when it goes; wipe what it was decoded from, too.
struct PasswordCredentials {
  PasswordCredentials() = default;
  PasswordCredentials(PasswordCredentials&&) = default;
  PasswordCredentials& operator=(PasswordCredentials&&) = default;
  ~PasswordCredentials();

  std::string domain;
  std::string user;
  std::string password;
};

// The whole of `der` must be the structure. `der` must outlive the result.
Result<TsCredentials> decode_credentials(std::string_view der);
Result<PasswordCredentials> decode_password(std::string_view der);
// The client's part, for tests: TSCredentials of the given type around TSPasswordCreds.
std::string encode_password(const PasswordCredentials& credentials, std::uint32_t type = password_type);

}  // namespace winrmd::credssp
