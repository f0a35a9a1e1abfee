// The codes that winrmd-net itself raises, by the names of wsmerror.h and winerror.h.
#pragma once

#include <cstdint>

namespace winrmd::net::code {

inline constexpr std::uint32_t access_denied = 5;
inline constexpr std::uint32_t invalid_parameter = 87;
inline constexpr std::uint32_t busy = 170;
inline constexpr std::uint32_t operation_aborted = 995;
inline constexpr std::uint32_t internal_error = 1359;
inline constexpr std::uint32_t action_not_supported = 0x80338013;
inline constexpr std::uint32_t enumeration_context_invalid = 0x8033801B;
inline constexpr std::uint32_t enumeration_filtering_not_supported = 0x80338018;
inline constexpr std::uint32_t enumeration_filter_dialect_unavailable = 0x80338019;
inline constexpr std::uint32_t enumeration_cannot_process_filter = 0x8033801A;
inline constexpr std::uint32_t operation_timed_out = 0x80338029;
inline constexpr std::uint32_t invalid_resource_uri = 0x8033803B;
inline constexpr std::uint32_t schema_validation = 0x80338041;
inline constexpr std::uint32_t server_envelope_limit = 0x80338049;
inline constexpr std::uint32_t options_not_supported = 0x80338051;
inline constexpr std::uint32_t insufficient_selectors = 0x8033805A;
inline constexpr std::uint32_t unexpected_selectors = 0x8033805B;
inline constexpr std::uint32_t fragment_transfer_not_supported = 0x80338077;
inline constexpr std::uint32_t enumeration_mode_unsupported = 0x80338086;
inline constexpr std::uint32_t shell_invalid_input_stream = 0x8033818B;
inline constexpr std::uint32_t shell_invalid_desired_streams = 0x8033818D;
inline constexpr std::uint32_t redirect_requested = 0x80338199;
inline constexpr std::uint32_t quota_max_shells = 0x803381A5;
inline constexpr std::uint32_t invalid_redirect_error = 0x803381B5;
inline constexpr std::uint32_t redirect_location_too_long = 0x803381B6;
inline constexpr std::uint32_t redirect_location_invalid = 0x803381B7;
inline constexpr std::uint32_t enumerate_commands_filter_expected = 0x803381C0;
inline constexpr std::uint32_t enumerate_commands_mode = 0x803381C1;
inline constexpr std::uint32_t create_shell_name_invalid = 0x803381C2;
inline constexpr std::uint32_t disconnect_not_supported = 0x803381C5;
inline constexpr std::uint32_t command_id_invalid = 0x803381D4;
inline constexpr std::uint32_t shell_id_invalid = 0x803381D5;
inline constexpr std::uint32_t command_id_conflict = 0x803381D6;
inline constexpr std::uint32_t shell_id_conflict = 0x803381D7;
inline constexpr std::uint32_t quota_max_commands_per_shell = 0x803381E9;

}  // namespace winrmd::net::code
