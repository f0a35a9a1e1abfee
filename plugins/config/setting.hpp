// The settings of the tree that have one value: what each is called, what it means here, and who may change it.
// docs/config-tree.md has this table for people.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "lib/config/settings.hpp"
#include "store.hpp"

namespace config_tree {

enum class Kind : std::uint8_t { number, flag, text };
enum class Access : std::uint8_t { writable, read_only, deprecated };

// What of all listeners together one setting stands for.
enum class Switch : std::uint8_t {
  none,
  allow_unencrypted,
  basic,
  kerberos,
  negotiate,
  certificate,
  credssp,
  channel_binding
};

// A key of [limits]; an application may have its own value under the same name.
struct Limit {
  std::string_view key{};  // empty: none
  std::uint32_t winrmd::config::Limits::* number = nullptr;
  std::chrono::milliseconds winrmd::config::Limits::* time = nullptr;
  std::optional<std::uint32_t> winrmd::config::Application::* own_number = nullptr;
  std::optional<std::chrono::milliseconds> winrmd::config::Application::* own_time = nullptr;
  std::int64_t unit_ms = 1;  // of the setting, where it is a time
};

struct Setting {
  std::string_view path;  // below Config
  Kind kind = Kind::text;
  Access access = Access::read_only;
  std::int64_t least = 0, most = 0;  // of a number that may be written
  // One of these says what the value is.
  std::string_view fixed{};
  Limit limit{};
  Switch of_listeners = Switch::none;
  std::string (*computed)(const Snapshot&) = nullptr;
  std::string_view application_key{};  // of a text that may be written
};

// In the order in which Windows has them.
std::span<const Setting> all_settings();
// Those below `place` ("Service/"; empty: all).
std::span<const Setting> settings_below(std::string_view place);

std::string value_of(const Setting& setting, const Snapshot& snapshot);

}  // namespace config_tree
