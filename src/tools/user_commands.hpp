// What `winrmctl user …` does with a user file. No terminal here: passwords come as arguments.
#pragma once

#include <string>

#include "lib/base/result.hpp"

namespace winrmd::tools {

inline constexpr const char* default_user_file = "/etc/winrmd/users";

// Adds a user; the file is made if there is none. Fails for a user who is there already.
Result<void> add_user(const std::string& file, const std::string& name, const std::string& account,
                      const std::string& password);
// Changes the password of a user who is there.
Result<void> change_password(const std::string& file, const std::string& name, const std::string& password);
Result<void> remove_user(const std::string& file, const std::string& name);
// One line a user: name, account (`-`: none said), and `locked` where no password can fit.
Result<std::string> list_users(const std::string& file);

}  // namespace winrmd::tools
