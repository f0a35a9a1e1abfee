// Who the clients of a check are.
#pragma once

#include <string>

#include "lib/ipc/messages_control.hpp"

namespace winrmd::tools::check {

// The account this process runs under.
std::string own_account();
// The same, logged in as `user`; empty: under the name of the account.
ipc::TokenDescription own_identity(const std::string& user = {});
// An account that an authorization plug-in asked for; it need not exist.
ipc::TokenDescription other_identity(const std::string& account);

}  // namespace winrmd::tools::check
