// What a library exports, read from its file: nothing of it is run.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "lib/base/result.hpp"
#include "lib/ipc/messages_control.hpp"
#include "tools/plugin_check/options.hpp"

namespace winrmd::tools::check {

// The names of the defined functions in its dynamic symbol table. Fails where the file is no 64-bit library that can be
// read; bounded in time and memory whatever the file holds.
Result<std::set<std::string>> exported_functions(const std::string& file);

// The kind whose entry points are there, the first of authorization, shell, resource; an error when there are none.
Result<Kind> kind_of(const std::set<std::string>& exported);
Result<Kind> kind_named(std::string_view name);
std::string_view name_of(Kind kind);

// Entry points that a plug-in of that kind needs and that are not there.
std::vector<std::string> missing_entry_points(Kind kind, const std::set<std::string>& exported);

// The operations on resources that it has.
std::vector<ipc::Capability> resource_operations(const std::set<std::string>& exported);

}  // namespace winrmd::tools::check
