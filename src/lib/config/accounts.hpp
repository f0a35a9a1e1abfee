// Local accounts and groups that the settings name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace winrmd::config {

bool account_exists(const std::string& name);
std::optional<std::uint32_t> group_id(const std::string& name);

}  // namespace winrmd::config
