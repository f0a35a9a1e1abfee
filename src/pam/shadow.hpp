// What the shadow entry of an account says. PAM's account checks say nothing about an account whose password was locked
// (`usermod --lock`), so for log-ins without that password nobody else would.
#pragma once

#include <string>

#include "lib/base/result.hpp"

namespace winrmd::pam {

struct ShadowEntry {
  std::string hash;
  long expires = -1;  // days since 1970; -1: never
};

// The error says what is wrong with it. `today` in days since 1970. A hash behind a `!` was locked by somebody; a `!`
// or
// `*` without a hash is an account that never had a password, which is how accounts for other schemes look.
Result<void> check_entry(const ShadowEntry& entry, long today);

// Looks at the entry of this account; one that has none (it is not in the local files) is fine here. Needs root.
Result<void> check_shadow(const std::string& account);

}  // namespace winrmd::pam
