// xs:duration as WS-Management headers and shell bodies use it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "lib/base/result.hpp"

namespace winrmd::text {

// `PT20S`, `PT60.000S`, `P1DT2H`, `P1W`; years and months other than 0 are refused as ambiguous; so are negative and
// empty durations and anything above 2^31 - 1 milliseconds times 1000 (about 68 years), so that sums cannot overflow.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// `PT900.000S`
std::string format_seconds(std::chrono::milliseconds value);
// `P0DT0H1M5S`
std::string format_days(std::chrono::milliseconds value);

}  // namespace winrmd::text
