// The one place that changes identity.
#pragma once

#include "supervisor/account.hpp"

namespace winrmd::supervisor {

// Gives this process the account's groups, gid and uid for good: real, effective and saved. Reads back that it worked
// and that the old identity cannot be had again; ends the process at once otherwise, since going on would mean going on
// as root. Only for a process with one thread (the supervisor before it has children, or a fresh child).
void become(const Account& account);

// The exit status of a process that could not become what it should.
inline constexpr int identity_failed = 120;

}  // namespace winrmd::supervisor
