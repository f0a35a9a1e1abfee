// Which limits hold where.
#pragma once

#include "net/catalogue.hpp"

namespace winrmd::net {

// The limits for what is asked of an application: its own, and those of the service where it has none.
inline ipc::LimitSetup limits_of(const Application& application, ipc::LimitSetup limits) {
  const auto take = [](std::uint32_t own, std::uint32_t& limit) {
    if (own != 0) limit = own;
  };
  take(application.max_envelope_size, limits.max_envelope_size);
  take(application.max_operation_timeout_ms, limits.max_operation_timeout_ms);
  take(application.max_shell_idle_timeout_ms, limits.max_shell_idle_timeout_ms);
  take(application.enumeration_idle_timeout_ms, limits.enumeration_idle_timeout_ms);
  return limits;
}

}  // namespace winrmd::net
