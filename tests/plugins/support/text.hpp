// UTF-16 and UTF-8, percent-escapes, and the parameters of a plug-in. The probes include nothing of the service, so
// they bring their own.
#pragma once

#include <string>
#include <string_view>

namespace probe {

// `text` ends with a zero unit; nullptr gives "". A lone surrogate becomes U+FFFD.
std::string utf8(const char16_t* text);
// `text` is taken to be valid UTF-8.
std::u16string utf16(std::string_view text);
// `%41` → `A`.
std::string unescape(std::string_view text);
// The value of <Param Name="name" Value="…"/> in what WSManPluginStartup got as extraInfo; "" when there is none.
std::string parameter(std::string_view extra_info, std::string_view name);

}  // namespace probe
