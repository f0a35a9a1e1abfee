// User files on disk. Blocking file I/O; any thread.
#pragma once

#include <functional>
#include <string>

#include "lib/base/result.hpp"
#include "lib/users/private_file.hpp"
#include "lib/users/user_file.hpp"

namespace winrmd::users {

// Reads the file, see read_private_file. A bad line is an error.
Result<UserFile> read_user_file(const std::string& path, FileStamp* stamp = nullptr);

// Replaces the file by what `edit` makes of it, see edit_private_file.
Result<void> edit_user_file(const std::string& path, bool create, const std::function<Result<void>(UserFile&)>& edit);

}  // namespace winrmd::users
