// JSON strings from bytes of any kind, for log lines.
#pragma once

#include <string>
#include <string_view>

namespace winrmd::log {

// Appends `bytes` as a JSON string with its quotes. Bytes that are not well-formed UTF-8 become U+FFFD, one for each;
// control characters (C0, DEL and C1, which terminals obey) are escaped. Never fails.
void append_json_string(std::string& out, std::string_view bytes);

}  // namespace winrmd::log
