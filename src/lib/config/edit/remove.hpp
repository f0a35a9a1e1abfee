// The text without one of its entries. Internal to the library; edit.cpp checks the result.
#pragma once

#include "lib/config/edit/place.hpp"

namespace winrmd::config {

std::string remove_entry(const Draft& draft, std::size_t index);

}  // namespace winrmd::config
