// What an NTLM message of a client must look like before the library sees it. gss-ntlmssp 1.2.0 reads a session key and
// a signature without looking at their sizes; and what it takes but we do not want (NTLM version 1, users without a
// name) is refused here, too. Bytes in, value out; no I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.hpp"

namespace winrmd::gss {

// Flags of [MS-NLMP] 2.2.2.5 that matter here.
inline constexpr std::uint32_t ntlm_unicode = 0x00000001;
inline constexpr std::uint32_t ntlm_seal = 0x00000020;
inline constexpr std::uint32_t ntlm_extended_security = 0x00080000;
inline constexpr std::uint32_t ntlm_128 = 0x20000000;
inline constexpr std::uint32_t ntlm_key_exchange = 0x40000000;

inline constexpr std::size_t max_ntlm_name_size = 512;  // user and domain, bytes as sent

// Looks at every NTLM message in `token`, which may be one, or SPNEGO around one, or hold none. `negotiated` are the
// flags of our challenge, where there was one.
Result<void> check_ntlm(std::string_view token, std::optional<std::uint32_t> negotiated);

// A raw first message of a client that leaves out what it does not use, with zeros in its place up to the size that the
// library insists on; nothing for any other token.
std::optional<std::string> fill_up(std::string_view token);

// The flags of the challenge that `token` is or holds; nothing when there is none.
std::optional<std::uint32_t> challenge_flags(std::string_view token);

}  // namespace winrmd::gss
