// TSRequest, the message of the CredSSP protocol (MS-CSSP 2.2.1), and what binds it to the TLS session it travels in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.hpp"

namespace winrmd::credssp {

inline constexpr std::uint32_t oldest_version = 2;
inline constexpr std::uint32_t own_version = 6;
inline constexpr std::uint32_t first_version_with_nonce = 5;
inline constexpr std::size_t nonce_size = 32;
inline constexpr std::size_t largest_request = 64U << 10;  // bytes of DER

// Absent fields are empty optionals; what is there may be empty.
struct TsRequest {
  std::uint32_t version = own_version;
  std::optional<std::string> token{};         // the one entry of negoTokens
  std::optional<std::string> auth_info{};     // TSCredentials, sealed
  std::optional<std::string> pub_key_auth{};  // proof that both ends know the same TLS key, sealed
  std::optional<std::uint32_t> error_code{};  // NTSTATUS
  std::optional<std::string> nonce{};         // of the client, nonce_size bytes
};

// The whole of `der` must be one TSRequest of a version from oldest_version on. Never crashes; copies what it returns.
Result<TsRequest> decode_request(std::string_view der);
std::string encode(const TsRequest& request);

// The version that both ends speak when the client has named `client`.
constexpr std::uint32_t common_version(std::uint32_t client) { return client < own_version ? client : own_version; }
// Versions 2 and 5 have no errorCode, and their clients do not expect one.
constexpr bool knows_error_code(std::uint32_t version) { return version == 3 || version == 4 || version >= 6; }

// What the two ends seal as pubKeyAuth. `nonce` counts from first_version_with_nonce on; `public_key` is the
// SubjectPublicKey of the server's TLS certificate. Empty: no hash could be computed, the caller must refuse.
std::string client_binding(std::uint32_t version, std::string_view nonce, std::string_view public_key);
std::string server_binding(std::uint32_t version, std::string_view nonce, std::string_view public_key);
// In a time that does not depend on where the two differ. False when one is empty.
bool same_binding(std::string_view a, std::string_view b);

}  // namespace winrmd::credssp
