// `configuration` of an application.
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>

#include "lib/config/host_configuration.hpp"
#include "lib/config/library_file.hpp"
#include "lib/config/plugin_xml.hpp"
#include "lib/config/sections.hpp"

namespace winrmd::config {
namespace {

// What is in neither file is as in Windows' application host.
template <class To, class T>
void take(Table& table, std::string_view key, To& to, const HostSetting<T>& from) {
  if (!table.has(key)) {
    to = from.value;
  } else if (!from.place.empty()) {
    table.report(key, fmt::format("is said in {}, too", from.place));
  }
}

void take_settings(Table& table, Application& application, const HostConfiguration& host) {
  take(table, "max_envelope_size_kb", application.max_envelope_size_kb, host.max_envelope_size_kb);
  take(table, "max_operation_timeout", application.max_operation_timeout, host.max_operation_timeout);
  take(table, "enumeration_idle_timeout", application.enumeration_idle_timeout, host.enumeration_idle_timeout);
  take(table, "max_shell_idle_timeout", application.max_shell_idle_timeout, host.max_shell_idle_timeout);
  if (application.max_shell_idle_timeout == std::chrono::milliseconds(0)) application.max_shell_idle_timeout.reset();
  take(table, "refresh_interval", application.refresh_interval, host.refresh_interval);
  take(table, "system_window", application.system_window, host.system_window);
  take(table, "system_window_operations", application.system_window_operations, host.system_window_operations);
}

// One authorization plug-in: the parts that Windows' form has no attribute for may be in the settings.
void take_authorization(Table& table, AuthorizationPlugin& to, const HostSetting<AuthorizationPlugin>& from) {
  if (from.value.name.empty()) return;
  if (!to.name.empty() || !to.file.empty() || to.quota) {
    return table.report(
        "authorization",
        fmt::format("there is an AuthorizationPlugin at {}: name, file and quota are said there", from.place));
  }
  to.name = from.value.name;
  to.file = from.value.file;
  to.quota = from.value.quota;
  if (to.default_quota_on_failure && !to.quota) {
    table.report("authorization",
                 fmt::format("default_quota_on_failure has no meaning without SupportsQuota at {}", from.place));
  }
}

}  // namespace

void read_application_file(Table& table, Application& application, Claims& claims) {
  auto& document = table.document();
  if (document.failed() || !document.check_files() || application.configuration.empty()) return;
  const auto text = read_trusted_file(AT_FDCWD, application.configuration, max_plugin_xml);
  if (!text) return table.report("configuration", text.error().message);
  Document errors(application.configuration, true);
  auto host = read_host_configuration(*text, errors, claims);
  if (errors.failed()) return document.report(Error{errors.error()});
  take_settings(table, application, host);
  take_authorization(table, application.authorization, host.authorization);
  std::ranges::move(host.plugins, std::back_inserter(application.plugins));
  if (application.plugins.empty()) {
    table.report("configuration",
                 fmt::format("'{}' has no Plugin, and the application no other plug-in", application.configuration));
  }
}

}  // namespace winrmd::config
