// Base64 (RFC 4648, standard alphabet).
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.hpp"

namespace winrmd::text {

std::string base64_encode(std::string_view bytes);

// Space, tab, CR and LF are allowed anywhere (clients wrap lines); padding may be missing at the end; anything else
// outside the alphabet, padding in the middle or in part, a lone final character, or a last character with bits that
// belong to no byte fails.
Result<std::string> base64_decode(std::string_view text);

}  // namespace winrmd::text
