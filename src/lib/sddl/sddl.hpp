// Security descriptors as text: the security descriptor definition language of MS-DTYP 2.5.1. No I/O, any thread.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.hpp"
#include "lib/sddl/descriptor.hpp"

namespace winrmd::sddl {

inline constexpr std::size_t max_text_size = 32'768;  // octets
inline constexpr std::size_t max_aces = 1'024;        // of one list

// The parts O:, G:, D: and S: in any order, each at most once. Not supported, and refused: mandatory labels (ML),
// conditional entries (XA, XD, XU, ZA), resource attributes (RA), scoped policies (SP); an entry in the list it has no
// meaning in; the letters for groups of a domain (DA, …) unless `domain` says which domain, `S-1-5-21-…`.
// The error reads `character N: what is wrong`; N counts from 1.
Result<SecurityDescriptor> parse(std::string_view text, const std::optional<Sid>& domain = std::nullopt);

// The same for one that decides about access: it must have a D: part, since without one it would say nothing.
Result<SecurityDescriptor> parse_for_access(std::string_view text);

// In the order O:, G:, D:, S:. parse() gives the same descriptor again (FA and its like come back as single rights).
std::string format(const SecurityDescriptor& descriptor, const std::optional<Sid>& domain = std::nullopt);

}  // namespace winrmd::sddl
