// A security descriptor: who owns something, and who may do what with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/sddl/sid.hpp"

namespace winrmd::sddl {

// The numbers are Windows'.
enum class AceType : std::uint8_t {
  allow = 0,
  deny = 1,
  audit = 2,
  alarm = 3,
  object_allow = 5,
  object_deny = 6,
  object_audit = 7,
  object_alarm = 8
};

namespace ace_flag {
inline constexpr std::uint8_t object_inherit = 0x01;
inline constexpr std::uint8_t container_inherit = 0x02;
inline constexpr std::uint8_t no_propagate = 0x04;
inline constexpr std::uint8_t inherit_only = 0x08;
inline constexpr std::uint8_t inherited = 0x10;
inline constexpr std::uint8_t success = 0x40;
inline constexpr std::uint8_t failure = 0x80;
}  // namespace ace_flag

struct Ace {
  AceType type = AceType::allow;
  std::uint8_t flags = 0;     // of ace_flag
  std::uint32_t mask = 0;     // rights
  std::string object_type{};  // GUID in lower case; object_* only; empty: none
  std::string inherited_object_type{};
  Sid trustee{};

  bool operator==(const Ace&) const = default;
};

struct Acl {
  bool is_protected = false;     // P
  bool inherit_request = false;  // AR
  bool auto_inherited = false;   // AI
  bool is_null = false;          // NO_ACCESS_CONTROL: there is a list, which says nothing
  std::vector<Ace> aces{};

  bool operator==(const Acl&) const = default;
};

struct SecurityDescriptor {
  std::optional<Sid> owner{};
  std::optional<Sid> group{};
  std::optional<Acl> dacl{};  // who may what
  std::optional<Acl> sacl{};  // what is to be audited

  bool operator==(const SecurityDescriptor&) const = default;
};

}  // namespace winrmd::sddl
