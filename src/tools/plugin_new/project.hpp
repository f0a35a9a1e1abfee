// `winrmctl plugin new`: a project for a plug-in, with its tests, that builds against the installed SDK.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.hpp"

namespace winrmd::tools {

struct NewPlugin {
  std::string name;    // of the plug-in and of its folder: lower-case letters, digits and hyphens
  std::string kind;    // authz, shell or resource
  std::string folder;  // where the project's folder is made; empty: here
};

// Makes NAME/ with everything in it; returns what to say about it. Nothing that is there already is touched: fails when
// there is such a folder, or the name will not do.
Result<std::string> new_plugin(const NewPlugin& wanted);

// The kinds there are.
std::vector<std::string> plugin_kinds();

}  // namespace winrmd::tools
