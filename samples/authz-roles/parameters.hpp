// What WSManPluginStartup gets of the plug-in's configuration, as XML:
// <InitializationParameters><Param Name="roles" Value="/etc/winrmd/roles"/></InitializationParameters>
#pragma once

#include <optional>
#include <string>
#include <string_view>

// The value of the parameter `name`; nothing if it is missing or the text is not of this shape. UTF-8.
std::optional<std::string> find_parameter(std::string_view xml, std::string_view name);
