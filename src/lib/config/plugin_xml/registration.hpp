// Reading registrations into an application. Internal to the library.
#pragma once

#include <string_view>

#include "lib/config/resource_rules.hpp"
#include "lib/config/settings.hpp"
#include "lib/config/table.hpp"

namespace winrmd::config {

// The plug-in of a PlugInConfiguration document. What is wrong goes to `errors`.
Plugin read_registration(std::string_view text, Document& errors, Claims& claims);

}  // namespace winrmd::config
