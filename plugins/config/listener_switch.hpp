// Windows has one switch for each log-in scheme; here each listener has its own. A switch is on where any listener has
// it on, and is set for all listeners that can have it.
#pragma once

#include <map>
#include <string>

#include "setting.hpp"
#include "toml_draft.hpp"

namespace config_tree {

std::string switch_value(Switch which, const winrmd::config::Settings& settings);

// Writes what these switches, and no others, shall be. Refused where no listener can have what is wanted.
Outcome<void> set_switches(TomlDraft& draft, const winrmd::config::Settings& settings,
                           const std::map<Switch, std::string>& wanted);

// Takes away every key that a switch could have set.
Outcome<void> reset_switches(TomlDraft& draft, const winrmd::config::Settings& settings);

}  // namespace config_tree
