// Error codes that the host itself gives, with the reason for each.
#pragma once

#include <cstdint>
#include <string>

namespace winrmd::host {

inline constexpr std::uint32_t code_success = 0;
inline constexpr std::uint32_t code_access_denied = 5;
inline constexpr std::uint32_t code_invalid_handle = 6;
inline constexpr std::uint32_t code_out_of_memory = 14;
inline constexpr std::uint32_t code_not_supported = 50;
inline constexpr std::uint32_t code_invalid_parameter = 87;
inline constexpr std::uint32_t code_busy = 170;
inline constexpr std::uint32_t code_aborted = 995;
inline constexpr std::uint32_t code_not_found = 1168;
inline constexpr std::uint32_t code_pull_in_progress = 0x80338006;
inline constexpr std::uint32_t code_no_enumeration = 0x8033801B;
inline constexpr std::uint32_t code_timed_out = 0x80338029;
inline constexpr std::uint32_t code_unexpected_selectors = 0x8033805B;  // no such shell or command
inline constexpr std::uint32_t code_plugin_failed = 0x80338083;
inline constexpr std::uint32_t code_load_failed = 0x8033809A;
inline constexpr std::uint32_t code_entry_point_missing = 0x803380A9;
inline constexpr std::uint32_t code_invalid_response = 0x8033816D;
inline constexpr std::uint32_t code_shutting_down = 0x8033816E;
inline constexpr std::uint32_t code_invalid_input_stream = 0x8033818B;
inline constexpr std::uint32_t code_invalid_output_stream = 0x8033818D;
inline constexpr std::uint32_t code_file_not_present = 0x80338192;
inline constexpr std::uint32_t code_quota_operations = 0x803381A6;
inline constexpr std::uint32_t code_disconnected = 0x803381C4;
inline constexpr std::uint32_t code_disconnect_not_supported = 0x803381C5;
inline constexpr std::uint32_t code_duplicate_command = 0x803381D6;
inline constexpr std::uint32_t code_duplicate_shell = 0x803381D7;

struct Failure {
  std::uint32_t code = 0;
  std::string text{};
  bool from_plugin = false;
};

}  // namespace winrmd::host
