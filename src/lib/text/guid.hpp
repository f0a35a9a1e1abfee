// GUIDs as WS-Management writes them: 8-4-4-4-12 hexadecimal digits.
#pragma once

#include <string>
#include <string_view>

namespace winrmd::text {

// A random (version 4) GUID in upper case, without `uuid:`. Ends the process if the system has no randomness to give.
std::string new_guid();

// `size` bytes from the kernel's random source.
std::string random_bytes(std::size_t size);

bool is_guid(std::string_view text);

}  // namespace winrmd::text
