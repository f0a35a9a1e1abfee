// From the bytes of a body to UTF-8. Internal to the library.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "lib/soap/fault.hpp"

namespace winrmd::soap {

// The body as UTF-8: `body` itself, or what was converted into `converted`. A byte order mark stays where it was UTF-8.
std::expected<std::string_view, Fault> decode_body(std::string_view body, std::string_view charset,
                                                   std::string& converted);

}  // namespace winrmd::soap
