// Text that a plug-in hands over: UTF-16 up to a zero, of unknown length and quality. Reading stops at a limit, so a
// missing terminator costs a bounded amount of time and memory.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace winrmd::host {

// In UTF-16 units.
inline constexpr std::size_t max_extended_information = std::size_t{1} << 20;
inline constexpr std::size_t max_stream_name = 256;
inline constexpr std::size_t max_state_uri = 1024;
inline constexpr std::size_t max_account_name = 256;

// For text that is never refused: longer text is cut at `limit`, units that are no UTF-16 become U+FFFD. Null gives an
// empty string.
std::string lenient_utf8(const char16_t* text, std::size_t limit);

// For names: nothing when the text is longer than `limit` or no UTF-16.
std::optional<std::string> strict_utf8(const char16_t* text, std::size_t limit);

}  // namespace winrmd::host
