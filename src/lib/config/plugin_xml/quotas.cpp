#include <fmt/format.h>

#include <algorithm>

#include "lib/config/plugin_xml/parts.hpp"

namespace winrmd::config {
namespace {

constexpr std::uint32_t absent_idle_ms = 180'000;
constexpr Range idle_range{.least = 1000, .most = 0xFFFFFFFF};

std::optional<std::chrono::milliseconds> time_of(std::uint32_t ms) {
  if (ms >= unlimited) return std::nullopt;
  return std::chrono::milliseconds(ms);
}

}  // namespace

PluginQuotas read_quotas(XmlFile& file, const xml::Element& element) {
  ElementReader reader(file, element);
  PluginQuotas quotas;
  for (const auto& attribute : quota_attributes) {
    quotas.*attribute.value = attribute.absent;
    reader.get(attribute.name, quotas.*attribute.value, {.least = attribute.least, .most = 0xFFFFFFFF});
  }
  // Where one of the two is absent, the default must not contradict what is said.
  const bool has_idle = reader.take("IdleTimeoutms") != nullptr;
  const bool has_ceiling = reader.take("MaxIdleTimeoutms") != nullptr;
  std::uint32_t idle = absent_idle_ms;
  reader.get("IdleTimeoutms", idle, idle_range);
  std::uint32_t ceiling = has_idle ? std::max(idle, absent_idle_ms) : absent_idle_ms;
  reader.get("MaxIdleTimeoutms", ceiling, idle_range);
  if (!has_idle) idle = std::min(idle, ceiling);
  reader.finish();
  if (has_idle && has_ceiling && idle < unlimited && idle > ceiling) {
    reader.report("IdleTimeoutms", fmt::format("must not be more than MaxIdleTimeoutms, {}", ceiling));
  }
  quotas.idle_timeout = time_of(idle);
  quotas.max_idle_timeout = time_of(ceiling);
  return quotas;
}

}  // namespace winrmd::config
