// xs:dateTime as WS-Enumeration uses it for expiration times.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "lib/base/result.hpp"

namespace winrmd::text {

using DateTime = std::chrono::sys_time<std::chrono::milliseconds>;

// `2026-11-25T04:00:00Z`, with an optional fraction (digits behind the third are dropped) and `Z`, `+01:00` or no zone,
// which counts as UTC. Years 0001 to 9999; no leap second, no 24:00.
Result<DateTime> parse_date_time(std::string_view text);

// `2026-11-25T04:00:00.000Z`; for the years above.
std::string format_date_time(DateTime value);

}  // namespace winrmd::text
