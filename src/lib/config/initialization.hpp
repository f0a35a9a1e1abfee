// What WSManPluginStartup gets as extraInfo.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lib/config/settings.hpp"

namespace winrmd::config {

// `<InitializationParameters><Param Name="…" Value="…"/></InitializationParameters>`; empty when there are none.
std::string initialization_xml(const std::vector<std::pair<std::string, std::string>>& parameters);
// The element of the plug-in's XML file, else its parameters in that form.
std::string initialization_xml(const Plugin& plugin);

}  // namespace winrmd::config
