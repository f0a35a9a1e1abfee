#include "lib/sddl/access.hpp"

namespace winrmd::sddl {
namespace {

std::uint32_t mapped(std::uint32_t mask, const GenericMapping& mapping) {
  constexpr std::uint32_t generic =
      right::generic_read | right::generic_write | right::generic_execute | right::generic_all;
  std::uint32_t result = mask & ~generic;
  if ((mask & right::generic_read) != 0) result |= mapping.read;
  if ((mask & right::generic_write) != 0) result |= mapping.write;
  if ((mask & right::generic_execute) != 0) result |= mapping.execute;
  if ((mask & right::generic_all) != 0) result |= mapping.all;
  return result;
}

enum class Effect : std::uint8_t { none, allow, deny };

Effect effect_of(const Ace& ace) {
  if ((ace.flags & ace_flag::inherit_only) != 0) return Effect::none;
  switch (ace.type) {
    case AceType::allow:
      return Effect::allow;
    case AceType::object_allow:
      return ace.object_type.empty() ? Effect::allow : Effect::none;
    case AceType::deny:
    case AceType::object_deny:
      return Effect::deny;
    default:
      return Effect::none;
  }
}

}  // namespace

bool grants(const SecurityDescriptor& descriptor, const Holds& holds, std::uint32_t desired,
            const GenericMapping& mapping) {
  if (!descriptor.dacl) return false;
  if (descriptor.dacl->is_null) return true;
  std::uint32_t left = mapped(desired, mapping);
  for (const auto& ace : descriptor.dacl->aces) {
    if (left == 0) break;
    const auto effect = effect_of(ace);
    const auto touched = mapped(ace.mask, mapping) & left;
    if (effect == Effect::none || touched == 0) continue;
    const bool to_owner = ace.trustee == known::owner_rights;
    if (!(to_owner ? descriptor.owner && holds(*descriptor.owner) : holds(ace.trustee))) continue;
    if (effect == Effect::deny) return false;
    left &= ~touched;
  }
  return left == 0;
}

}  // namespace winrmd::sddl
