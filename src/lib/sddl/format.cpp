#include <fmt/format.h>

#include "lib/sddl/rights.hpp"
#include "lib/sddl/sddl.hpp"

namespace winrmd::sddl {
namespace {

std::string_view letters_of(AceType type) {
  switch (type) {
    case AceType::allow:
      return "A";
    case AceType::deny:
      return "D";
    case AceType::audit:
      return "AU";
    case AceType::alarm:
      return "AL";
    case AceType::object_allow:
      return "OA";
    case AceType::object_deny:
      return "OD";
    case AceType::object_audit:
      return "OU";
    case AceType::object_alarm:
      return "OL";
  }
  return {};
}

std::string format_flags(std::uint8_t flags) {
  constexpr std::pair<std::uint8_t, std::string_view> letters[] = {
      {ace_flag::object_inherit, "OI"}, {ace_flag::container_inherit, "CI"}, {ace_flag::no_propagate, "NP"},
      {ace_flag::inherit_only, "IO"},   {ace_flag::inherited, "ID"},         {ace_flag::success, "SA"},
      {ace_flag::failure, "FA"},
  };
  std::string result;
  for (const auto& [flag, text] : letters) {
    if ((flags & flag) != 0) result += text;
  }
  return result;
}

std::string format_trustee(const Sid& sid, const std::optional<Sid>& domain) {
  const auto alias = alias_of(sid, domain);
  return alias.empty() ? format_sid(sid) : std::string(alias);
}

std::string format_acl(const Acl& acl, const std::optional<Sid>& domain) {
  std::string result;
  if (acl.is_protected) result += "P";
  if (acl.inherit_request) result += "AR";
  if (acl.auto_inherited) result += "AI";
  if (acl.is_null) result += "NO_ACCESS_CONTROL";
  for (const auto& ace : acl.aces) {
    result += fmt::format("({};{};{};{};{};{})", letters_of(ace.type), format_flags(ace.flags), format_rights(ace.mask),
                          ace.object_type, ace.inherited_object_type, format_trustee(ace.trustee, domain));
  }
  return result;
}

}  // namespace

std::string format(const SecurityDescriptor& descriptor, const std::optional<Sid>& domain) {
  std::string result;
  if (descriptor.owner) result += "O:" + format_trustee(*descriptor.owner, domain);
  if (descriptor.group) result += "G:" + format_trustee(*descriptor.group, domain);
  if (descriptor.dacl) result += "D:" + format_acl(*descriptor.dacl, domain);
  if (descriptor.sacl) result += "S:" + format_acl(*descriptor.sacl, domain);
  return result;
}

}  // namespace winrmd::sddl
