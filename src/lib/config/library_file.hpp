// Files that the configuration names: what can be said about them without loading them.
#pragma once

#include <cstddef>
#include <string>

#include "lib/base/result.hpp"

namespace winrmd::config {

// Fails when the file cannot be opened, is not a regular file, is not a 64-bit shared library, or (for root) can be
// changed by others than root. The message names the file. Reads only its head; runs nothing of it.
Result<void> check_library_file(const std::string& path);

// The same in Windows' words, for the Filename of a registration: where there is no such file the message ends with
// `(ERROR_WSMAN_FILE_NOT_PRESENT)`.
Result<void> check_registered_file(const std::string& path);

// The content of a file that says what code is run: a regular file that (for root) only root can change, of `most`
// bytes. A relative path is taken from the folder `folder` (a descriptor) or, with AT_FDCWD, from the working folder.
Result<std::string> read_trusted_file(int folder, const std::string& path, std::size_t most);

// For root: fails when others than root can change the file or folder behind the descriptor. `path` is for the message.
Result<void> check_trusted(int file, const std::string& path);

}  // namespace winrmd::config
