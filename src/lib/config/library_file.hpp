// The look at a plug-in file that is possible without loading it.
#pragma once

#include <string>

#include "lib/base/result.hpp"

namespace winrmd::config {

// Fails when the file cannot be opened, is not a regular file, is not a 64-bit shared library, or (for root) can be
// changed by others than root. The message names the file. Reads only its head; runs nothing of it.
Result<void> check_library_file(const std::string& path);

}  // namespace winrmd::config
