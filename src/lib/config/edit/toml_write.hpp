// TOML of values. Internal to the library.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lib/config/edit/edit.hpp"

namespace winrmd::config {

std::string write_key(std::string_view name);        // quoted where it has to be
std::string write_keys(std::span<const Step> path);  // joined with dots; indexes are left out
std::string write_value(const Node& value);          // on one line

}  // namespace winrmd::config
