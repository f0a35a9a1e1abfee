// The codes of the Windows interface that the supervisor's refusals carry; they end up in faults.
#pragma once

#include <cstdint>

namespace winrmd::supervisor {

inline constexpr std::uint32_t error_access_denied = 5;
inline constexpr std::uint32_t error_invalid_handle = 6;
inline constexpr std::uint32_t error_not_supported = 50;
inline constexpr std::uint32_t error_invalid_parameter = 87;
inline constexpr std::uint32_t error_not_found = 1168;
inline constexpr std::uint32_t error_privilege_not_held = 1314;
inline constexpr std::uint32_t error_no_such_user = 1317;
inline constexpr std::uint32_t error_no_system_resources = 1450;
inline constexpr std::uint32_t error_not_enough_quota = 1816;

}  // namespace winrmd::supervisor
