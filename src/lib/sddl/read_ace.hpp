// Parts of the grammar: one entry of a list, and a SID or its letters.
#pragma once

#include "lib/sddl/cursor.hpp"
#include "lib/sddl/descriptor.hpp"

namespace winrmd::sddl {

enum class ListKind : std::uint8_t { access, audit };  // D:, S:

// `(type;flags;rights;object;inherited object;SID)`
Result<Ace> read_ace(Cursor& cursor, ListKind kind, const std::optional<Sid>& domain);
// Two letters, or `S-1-…`.
Result<Sid> read_sid(Cursor& cursor, const std::optional<Sid>& domain);

}  // namespace winrmd::sddl
