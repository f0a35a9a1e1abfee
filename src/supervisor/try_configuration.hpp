// The configuration of `winrmd try` as a file, for the plug-in that shows it to clients.
#pragma once

#include <string>

#include "lib/base/result.hpp"
#include "lib/config/settings.hpp"

namespace winrmd::supervisor {

// Adds the plug-in that shows `file` to the application, where it was built: it lies beside the text shell. Nothing can
// be changed with it.
void add_config_plugin(config::Application& application, const std::string& programs, const std::string& file);

// The text of that file. Listeners have the ports that they got.
Result<std::string> try_configuration(const config::Settings& settings);

}  // namespace winrmd::supervisor
