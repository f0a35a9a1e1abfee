// The configuration of Windows' application host: the element system.management.wsmanagement.config, alone or in a
// web.config. Internal to the library.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/config/plugin_xml/file.hpp"
#include "lib/config/resource_rules.hpp"
#include "lib/config/settings.hpp"

namespace winrmd::config {

template <class T>
struct HostSetting {
  T value;              // first: what an absent attribute means
  std::string place{};  // `FILE:LINE, attribute NAME`; empty: absent
};

struct HostConfiguration {
  using Time = HostSetting<std::chrono::milliseconds>;
  HostSetting<std::uint32_t> max_envelope_size_kb{150};
  Time max_operation_timeout{std::chrono::seconds(60)};
  Time enumeration_idle_timeout{std::chrono::seconds(60)};
  Time max_shell_idle_timeout{std::chrono::minutes(15)};  // 0: no ceiling of its own
  Time refresh_interval{std::chrono::seconds(900)};
  Time system_window{std::chrono::seconds(2)};
  HostSetting<std::uint32_t> system_window_operations{1000};  // 0: no limit
  HostSetting<AuthorizationPlugin> authorization{{}};
  std::vector<Plugin> plugins{};
};

// What is wrong goes to `errors`, which has the file's name.
HostConfiguration read_host_configuration(std::string_view text, Document& errors, Claims& claims);

}  // namespace winrmd::config
