// What programs find in their environment: made from scratch, never inherited as a whole.
#pragma once

#include <string>
#include <vector>

#include "supervisor/account.hpp"

namespace winrmd::supervisor {

// For winrmd-net and winrmd-auth.
std::vector<std::string> service_environment(const std::string& log_level);

// For a host that works as `account`. Where no identity changes (`own`), PATH and the sanitizers' options are the
// caller's; otherwise nothing of the caller's environment but its language gets through.
std::vector<std::string> host_environment(const Account& account, bool own, const std::string& log_level);

}  // namespace winrmd::supervisor
