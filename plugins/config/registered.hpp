// The plug-ins of an application, and where each is written.
#pragma once

#include <string>
#include <vector>

#include "store.hpp"

namespace config_tree {

struct Registered {
  winrmd::config::Plugin plugin;
  std::string file{};     // its XML registration; empty: it is in winrmd.toml ...
  std::size_t index = 0;  // ... as this [[application.plugin]]
};

// Those of the file first. Fails for a registration that cannot be read.
Outcome<std::vector<Registered>> registered_plugins(const Snapshot& snapshot);

// The PlugInConfiguration element, without an XML declaration.
Outcome<std::string> show_plugin(const winrmd::config::Plugin& plugin);

// What a client sent: checked as the service would, and that it names a library that is there.
Outcome<winrmd::config::Plugin> read_plugin(std::string_view xml);

}  // namespace config_tree
