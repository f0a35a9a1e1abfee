// The rights of an access mask, and their letters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace winrmd::sddl {

namespace right {
inline constexpr std::uint32_t generic_read = 0x8000'0000;
inline constexpr std::uint32_t generic_write = 0x4000'0000;
inline constexpr std::uint32_t generic_execute = 0x2000'0000;
inline constexpr std::uint32_t generic_all = 0x1000'0000;
}  // namespace right

// Two letters; nothing: there are no such rights.
std::optional<std::uint32_t> find_right(std::string_view letters);
// Letters where every bit has some, else 0x and hexadecimal digits; nothing for 0.
std::string format_rights(std::uint32_t mask);

}  // namespace winrmd::sddl
