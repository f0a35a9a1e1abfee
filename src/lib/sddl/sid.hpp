// Security identifiers: `S-1-5-32-544`.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.hpp"

namespace winrmd::sddl {

inline constexpr std::size_t max_sub_authorities = 15;
inline constexpr std::uint64_t max_authority = 0xFFFF'FFFF'FFFF;  // 48 bits

struct Sid {
  std::uint64_t authority = 0;
  std::vector<std::uint32_t> sub_authorities{};  // 1 to max_sub_authorities of them

  auto operator<=>(const Sid&) const = default;
  bool operator==(const Sid&) const = default;
};

// A whole text, `S-1-` and numbers. Decimal; an authority of 2^32 and above may be written as 0x and hexadecimal
// digits.
Result<Sid> parse_sid(std::string_view text);
// As Windows writes it: the authority in hexadecimal from 2^32 on.
std::string format_sid(const Sid& sid);

// What accounts of this host are called in security descriptors; samba's convention.
inline constexpr std::uint64_t unix_authority = 22;
inline constexpr std::uint32_t unix_users = 1;
inline constexpr std::uint32_t unix_groups = 2;
inline Sid unix_user(std::uint32_t uid) { return {unix_authority, {unix_users, uid}}; }
inline Sid unix_group(std::uint32_t gid) { return {unix_authority, {unix_groups, gid}}; }

namespace known {
inline const Sid everyone{1, {0}};              // WD
inline const Sid owner_rights{3, {4}};          // OW
inline const Sid network{5, {2}};               // NU
inline const Sid authenticated_users{5, {11}};  // AU
inline const Sid administrators{5, {32, 544}};  // BA
inline const Sid users{5, {32, 545}};           // BU
}  // namespace known

// What the two letters of SDDL mean (MS-DTYP 2.5.1.1).
struct Alias {
  enum class Kind : std::uint8_t { known, domain };
  Kind kind = Kind::known;
  Sid sid{};              // known
  std::uint32_t rid = 0;  // domain: the last number, after those of the domain
};
// Nothing: there are no such letters. Upper case only.
std::optional<Alias> find_alias(std::string_view letters);
// The letters for a SID; empty: there are none. Of groups of a domain only where `domain` is given.
std::string_view alias_of(const Sid& sid, const std::optional<Sid>& domain = std::nullopt);

}  // namespace winrmd::sddl
