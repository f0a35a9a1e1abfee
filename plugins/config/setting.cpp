#include "setting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "listener_switch.hpp"

namespace config_tree {
namespace {

using winrmd::config::Application;
using winrmd::config::Capability;
using winrmd::config::Limits;

constexpr std::int64_t two_weeks_ms = 14LL * 86'400'000;

constexpr Setting fixed(std::string_view path, Kind kind, std::string_view value, Access access = Access::read_only) {
  return {.path = path, .kind = kind, .access = access, .fixed = value};
}
constexpr Setting computed(std::string_view path, Kind kind, std::string (*value)(const Snapshot&)) {
  return {.path = path, .kind = kind, .computed = value};
}
constexpr Setting number(std::string_view path, std::int64_t least, std::int64_t most, Limit limit) {
  return {.path = path, .kind = Kind::number, .access = Access::writable, .least = least, .most = most, .limit = limit};
}
constexpr Setting listeners(std::string_view path, Switch which) {
  return {.path = path,
          .kind = which == Switch::channel_binding ? Kind::text : Kind::flag,
          .access = Access::writable,
          .of_listeners = which};
}

std::string root_sddl(const Snapshot& snapshot) { return snapshot.app().root_sddl; }

std::string allow_remote(const Snapshot& snapshot) {
  const bool any = std::ranges::any_of(snapshot.settings.listeners, [](const winrmd::config::Listener& listener) {
    return !listener.address.starts_with("127.") && listener.address != "::1";
  });
  return any ? "true" : "false";
}

std::string allow_shells(const Snapshot& snapshot) {
  const auto& app = snapshot.app();
  const bool any =
      !app.plugin_directory.empty() || std::ranges::any_of(app.plugins, [](const winrmd::config::Plugin& plugin) {
        return plugin.enabled && std::ranges::any_of(plugin.resources, [](const auto& resource) {
                 return std::ranges::any_of(resource.capabilities, [](const auto& capability) {
                   return capability.type == Capability::shell;
                 });
               });
      });
  return any ? "true" : "false";
}

constexpr std::string_view no_limit_32 = "4294967295";
constexpr std::string_view no_limit_31 = "2147483647";

constexpr auto table = std::to_array<Setting>({
    number("MaxEnvelopeSizekb", 32, 2048,
           {.key = "max_envelope_size_kb",
            .number = &Limits::max_envelope_size_kb,
            .own_number = &Application::max_envelope_size_kb}),
    number("MaxTimeoutms", 500, two_weeks_ms,
           {.key = "max_operation_timeout",
            .time = &Limits::max_operation_timeout,
            .own_time = &Application::max_operation_timeout}),
    number("MaxBatchItems", 1, 1'000'000, {.key = "max_batch_items", .number = &Limits::max_batch_items}),
    fixed("MaxProviderRequests", Kind::number, no_limit_32),
    // There is no client here; these are Windows' defaults.
    fixed("Client/NetworkDelayms", Kind::number, "5000"),
    fixed("Client/URLPrefix", Kind::text, "wsman"),
    fixed("Client/AllowUnencrypted", Kind::flag, "false"),
    fixed("Client/Auth/Basic", Kind::flag, "true"),
    fixed("Client/Auth/Digest", Kind::flag, "true"),
    fixed("Client/Auth/Kerberos", Kind::flag, "true"),
    fixed("Client/Auth/Negotiate", Kind::flag, "true"),
    fixed("Client/Auth/Certificate", Kind::flag, "true"),
    fixed("Client/Auth/CredSSP", Kind::flag, "false"),
    fixed("Client/DefaultPorts/HTTP", Kind::number, "5985"),
    fixed("Client/DefaultPorts/HTTPS", Kind::number, "5986"),
    fixed("Client/TrustedHosts", Kind::text, ""),
    {.path = "Service/RootSDDL",
     .kind = Kind::text,
     .access = Access::writable,
     .computed = root_sddl,
     .application_key = "root_sddl"},
    fixed("Service/MaxConcurrentOperations", Kind::number, no_limit_32, Access::deprecated),
    number("Service/MaxConcurrentOperationsPerUser", 1, 1'000'000,
           {.key = "max_operations_per_user", .number = &Limits::max_operations_per_user}),
    number("Service/EnumerationTimeoutms", 1000, two_weeks_ms,
           {.key = "enumeration_idle_timeout",
            .time = &Limits::enumeration_idle_timeout,
            .own_time = &Application::enumeration_idle_timeout}),
    number("Service/MaxConnections", 1, 100'000, {.key = "max_connections", .number = &Limits::max_connections}),
    number("Service/MaxPacketRetrievalTimeSeconds", 1, two_weeks_ms / 1000,
           {.key = "request_read_timeout", .time = &Limits::request_read_timeout, .unit_ms = 1000}),
    listeners("Service/AllowUnencrypted", Switch::allow_unencrypted),
    listeners("Service/Auth/Basic", Switch::basic),
    listeners("Service/Auth/Kerberos", Switch::kerberos),
    listeners("Service/Auth/Negotiate", Switch::negotiate),
    listeners("Service/Auth/Certificate", Switch::certificate),
    listeners("Service/Auth/CredSSP", Switch::credssp),
    listeners("Service/Auth/CbtHardeningLevel", Switch::channel_binding),
    fixed("Service/DefaultPorts/HTTP", Kind::number, "5985"),
    fixed("Service/DefaultPorts/HTTPS", Kind::number, "5986"),
    fixed("Service/IPv4Filter", Kind::text, "*"),
    fixed("Service/IPv6Filter", Kind::text, "*"),
    fixed("Service/EnableCompatibilityHttpListener", Kind::flag, "false"),
    fixed("Service/EnableCompatibilityHttpsListener", Kind::flag, "false"),
    fixed("Service/CertificateThumbprint", Kind::text, ""),
    computed("Service/AllowRemoteAccess", Kind::flag, allow_remote),
    computed("Winrs/AllowRemoteShellAccess", Kind::flag, allow_shells),
    number("Winrs/IdleTimeout", 1000, two_weeks_ms, {.key = "shell_idle_timeout", .time = &Limits::shell_idle_timeout}),
    fixed("Winrs/MaxConcurrentUsers", Kind::number, no_limit_31),
    fixed("Winrs/MaxShellRunTime", Kind::number, no_limit_31),
    fixed("Winrs/MaxProcessesPerShell", Kind::number, no_limit_31),
    fixed("Winrs/MaxMemoryPerShellMB", Kind::number, no_limit_31),
    number("Winrs/MaxShellsPerUser", 1, 100'000,
           {.key = "max_shells_per_user", .number = &Limits::max_shells_per_user}),
});

std::string limit_of(const Limit& limit, const Snapshot& snapshot) {
  const auto& limits = snapshot.settings.limits;
  const auto& app = snapshot.app();
  if (limit.number != nullptr) {
    const auto own = limit.own_number != nullptr ? app.*limit.own_number : std::nullopt;
    return fmt::format("{}", own.value_or(limits.*limit.number));
  }
  const auto own = limit.own_time != nullptr ? app.*limit.own_time : std::nullopt;
  return fmt::format("{}", own.value_or(limits.*limit.time).count() / limit.unit_ms);
}

}  // namespace

std::span<const Setting> all_settings() { return table; }

std::span<const Setting> settings_below(std::string_view place) {
  const auto below = [place](const Setting& setting) { return setting.path.starts_with(place); };
  const auto first = std::ranges::find_if(table, below);
  const auto last = std::find_if_not(first, table.end(), below);
  return {first, last};
}

std::string value_of(const Setting& setting, const Snapshot& snapshot) {
  if (!setting.limit.key.empty()) return limit_of(setting.limit, snapshot);
  if (setting.of_listeners != Switch::none) return switch_value(setting.of_listeners, snapshot.settings);
  if (setting.computed != nullptr) return setting.computed(snapshot);
  return std::string(setting.fixed);
}

}  // namespace config_tree
