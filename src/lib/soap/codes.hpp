// Codes this library raises itself.
#pragma once

#include <cstdint>

namespace winrmd::soap::code {

inline constexpr std::uint32_t invalid_parameter = 87;
inline constexpr std::uint32_t soap_version_mismatch = 0x8033800D;
inline constexpr std::uint32_t invalid_header = 0x8033800F;
inline constexpr std::uint32_t must_understand = 0x80338010;
inline constexpr std::uint32_t header_required = 0x80338011;
inline constexpr std::uint32_t uri_limit = 0x8033802D;
inline constexpr std::uint32_t invalid_options = 0x80338039;
inline constexpr std::uint32_t invalid_selectors = 0x8033803D;
inline constexpr std::uint32_t schema_validation = 0x80338041;
inline constexpr std::uint32_t invalid_xml = 0x80338043;
inline constexpr std::uint32_t selector_limit = 0x8033804A;
inline constexpr std::uint32_t option_limit = 0x8033804B;
inline constexpr std::uint32_t character_set = 0x8033804C;
inline constexpr std::uint32_t unexpected_selectors = 0x8033805B;
inline constexpr std::uint32_t invalid_selector_value = 0x8033805D;
inline constexpr std::uint32_t duplicate_selectors = 0x8033805F;
inline constexpr std::uint32_t addressing_mode = 0x80338076;
inline constexpr std::uint32_t min_envelope_size = 0x8033807E;
inline constexpr std::uint32_t locale_not_supported = 0x80338087;
inline constexpr std::uint32_t quota_max_shells = 0x803381A5;
inline constexpr std::uint32_t quota_max_operations = 0x803381A6;

}  // namespace winrmd::soap::code
