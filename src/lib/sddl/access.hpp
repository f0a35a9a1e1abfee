// The access check: what a descriptor says about somebody.
#pragma once

#include <functional>

#include "lib/sddl/descriptor.hpp"
#include "lib/sddl/rights.hpp"

namespace winrmd::sddl {

// Which specific rights the generic ones stand for, with a kind of object.
struct GenericMapping {
  std::uint32_t read = 0;
  std::uint32_t write = 0;
  std::uint32_t execute = 0;
  std::uint32_t all = 0;
};
// Objects that know the generic rights only, where GA is the three others.
inline constexpr GenericMapping generic_only{
    .read = right::generic_read,
    .write = right::generic_write,
    .execute = right::generic_execute,
    .all = right::generic_read | right::generic_write | right::generic_execute};

// Is this one of the SIDs of the user who asks?
using Holds = std::function<bool(const Sid&)>;

// Whether `holds` is granted every right of `desired`. Entries count in their order: each right is decided by the first
// entry that is about the user and names it. Inherit-only entries do not count; OW is the user who holds the owner's
// SID. No entry about it: not granted. An empty list and a missing one grant nothing, NO_ACCESS_CONTROL everything.
// Entries for objects of a directory: OD denies whatever the object is, OA grants only where it names none.
bool grants(const SecurityDescriptor& descriptor, const Holds& holds, std::uint32_t desired,
            const GenericMapping& mapping = generic_only);

}  // namespace winrmd::sddl
