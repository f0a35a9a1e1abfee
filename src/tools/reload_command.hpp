// What `winrmctl reload` does.
#pragma once

#include <string>

#include "lib/base/result.hpp"

namespace winrmd::tools {

inline constexpr const char* default_config_file = "/etc/winrmd/winrmd.toml";

// Asks the running service to reload, and waits for its answer: what it says, or why it goes on with what it had.
// `socket` empty: the control_socket of the configuration in `config`.
Result<std::string> reload_service(const std::string& config, const std::string& socket);

}  // namespace winrmd::tools
