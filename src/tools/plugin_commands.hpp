// What `winrmctl plugin list|show|register|enable|disable|unregister` does: with the configuration's files only. A
// running service learns of it with `winrmctl reload`. What would leave a configuration that cannot be read is not
// done.
#pragma once

#include <string>

#include "lib/base/result.hpp"

namespace winrmd::tools {

struct PluginPlace {
  std::string config;         // the service's configuration file
  std::string application{};  // path of the application, as in `wsman`; empty: the only one that fits
};

// One line a plug-in: application, name, what it is for (shell, resource, authorization), `enabled` or `disabled`, the
// library, the file of its registration.
Result<std::string> list_plugins(const PluginPlace& place);
// The plug-in's registration in Windows' XML form.
Result<std::string> show_plugin(const PluginPlace& place, const std::string& name);
// Copies a PlugInConfiguration document into the application's plugin_directory. Fails when the document, its library,
// or what it makes of the configuration is not in order; nothing is changed then.
Result<std::string> register_plugin(const PluginPlace& place, const std::string& file);
// Writes Enabled where the plug-in is registered, in XML or in the configuration file.
Result<std::string> enable_plugin(const PluginPlace& place, const std::string& name, bool enabled);
// Takes the registration away; the library stays.
Result<std::string> unregister_plugin(const PluginPlace& place, const std::string& name);

}  // namespace winrmd::tools
