#include <fmt/format.h>

#include <algorithm>

#include "lib/config/sections.hpp"
#include "lib/sddl/sddl.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::config {
namespace {

bool is_url_path(std::string_view path) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~/").contains(c);
  };
  return !path.empty() && path.front() != '/' && path.back() != '/' && !path.contains("//") &&
         std::ranges::all_of(path, fits);
}

// Where a configuration file has the plug-in, name and file may be left to it.
void read_authorization(Table& application, AuthorizationPlugin& plugin, Need need) {
  const Node* node = application.take("authorization");
  if (node == nullptr) return;
  if (node->kind != Node::Kind::table) {
    return application.report("authorization", "must be written as [application.authorization]");
  }
  Table table(application.document(), *node, application.full("authorization"));
  table.get("name", plugin.name, need);
  table.get_path("file", plugin.file, need);
  table.get("parameters", plugin.parameters);
  table.get("accounts", plugin.accounts);
  table.get("quota", plugin.quota);
  table.get("default_quota_on_failure", plugin.default_quota_on_failure);
  table.finish();
  check_library(table, "file", plugin.file);
  if (plugin.default_quota_on_failure && !plugin.quota && need == Need::required) {
    table.report("default_quota_on_failure", "has no meaning without quota = true");
  }
}

void read_times_and_limits(Table& table, Application& application) {
  const Range time{.least = 1000, .most = max_time_ms};
  table.get("user_record_idle_timeout", application.user_record_idle_timeout, time);
  table.get("refresh_interval", application.refresh_interval, time);
  table.get("authorization_timeout", application.authorization_timeout, {.least = 100, .most = max_time_ms});
  table.get("system_window", application.system_window, {.least = 100, .most = max_time_ms});
  table.get("system_window_operations", application.system_window_operations, {.least = 0, .most = 0xFFFFFFFF});
  table.get("max_envelope_size_kb", application.max_envelope_size_kb, {.least = 32, .most = max_envelope_kb});
  table.get("max_operation_timeout", application.max_operation_timeout, {.least = 500, .most = max_time_ms});
  table.get("enumeration_idle_timeout", application.enumeration_idle_timeout, time);
  table.get("max_shell_idle_timeout", application.max_shell_idle_timeout, time);
}

// Who decides about requests: the plug-in, or what is said here.
void check_authority(Table& table, const Application& application) {
  const bool plugin = !application.authorization.name.empty();
  for (const std::string_view key : {"administrators", "administrator_groups", "root_sddl"}) {
    if (plugin && table.has(key)) {
      table.report(key, "has no meaning beside an authorization plug-in, which decides about that");
    }
  }
  if (!plugin && table.has("authorization") && table.document().check_files()) {
    table.report("authorization", "has no name, and there is no AuthorizationPlugin in the file of `configuration`");
  }
  if (const auto parsed = sddl::parse_for_access(application.root_sddl); !parsed) {
    table.report("root_sddl", parsed.error().message);
  }
}

Application read_application(Table& table) {
  Application application;
  Claims claims;
  table.get("path", application.path, Need::required);
  table.get("administrators", application.administrators);
  table.get("administrator_groups", application.administrator_groups);
  table.get("root_sddl", application.root_sddl);
  table.get_path("plugin_directory", application.plugin_directory);
  table.get_path("configuration", application.configuration);
  read_times_and_limits(table, application);
  const bool has_file = !application.configuration.empty();
  read_authorization(table, application.authorization, has_file ? Need::optional : Need::required);
  read_plugins(table, application.plugins, claims);
  table.finish();
  if (!table.document().failed() && !is_url_path(application.path)) {
    table.report("path", fmt::format("'{}' is no URL path without slashes at its ends, as in wsman", application.path));
  }
  read_plugin_directory(table, application.plugin_directory, application.plugins, claims);
  read_application_file(table, application, claims);
  if (application.plugins.size() > max_plugins) {
    table.report("plugin", fmt::format("there are {}, {} at most", application.plugins.size(), max_plugins));
  }
  if (!table.document().failed()) check_authority(table, application);
  application.administrator_gids = group_ids(table, "administrator_groups", application.administrator_groups);
  return application;
}

std::size_t text_size(const Application& application) {
  static constexpr std::size_t around = 128;  // numbers and lengths
  std::size_t size = application.path.size() + application.root_sddl.size() + around;
  for (const auto& name : application.administrators) size += name.size() + around;
  for (const auto& plugin : application.plugins) {
    size += plugin.name.size() + plugin.file.size() + plugin.run_as_user.size() + around;
    for (const auto& resource : plugin.resources) {
      size += resource.uri.size() + around;
      for (const auto& security : resource.security) size += security.uri.size() + security.sddl.size() + around;
    }
  }
  return size;
}

}  // namespace

void read_applications(Table& root, std::vector<Application>& applications) {
  std::size_t size = 0;
  for (const Node* node : root.tables("application")) {
    Table table(root.document(), *node, "application");
    auto application = read_application(table);
    for (const auto& other : applications) {
      if (text::iequals(other.path, application.path)) table.report("path", "another application has this path");
    }
    size += text_size(application);
    if (size > max_applications_text) {
      table.report("path",
                   fmt::format("the applications up to here have more than {} bytes of names, URIs and security "
                               "descriptors",
                               max_applications_text));
    }
    applications.push_back(std::move(application));
  }
  if (applications.empty()) root.report("application", "is missing: at least one [[application]] is needed");
  if (applications.size() > max_applications) {
    root.report("application", fmt::format("there are {}, {} at most", applications.size(), max_applications));
  }
}

}  // namespace winrmd::config
