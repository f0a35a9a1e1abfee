// What `winrmctl plugin check` does: plays scripted clients against a plug-in and says how it broke its contract.
#pragma once

#include "tools/plugin_check/options.hpp"

namespace winrmd::tools::check {

// Prints the report on standard output and returns the exit status: 0 nothing found, 1 findings, 2 it could not be
// checked, which is said on standard error.
int check_plugin(const Options& options);

}  // namespace winrmd::tools::check
