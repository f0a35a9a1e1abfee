#include <fmt/format.h>

#include <algorithm>

#include "lib/config/sections.hpp"

namespace winrmd::config {
namespace {

bool is_uri(std::string_view text) {
  const auto scheme = text.substr(0, text.find(':'));
  const auto is_scheme_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
           c == '.';
  };
  const auto is_printable = [](char c) { return c > 0x20 && c < 0x7f && c != '<' && c != '>' && c != '"'; };
  return !scheme.empty() && scheme.size() < text.size() && std::ranges::all_of(scheme, is_scheme_character) &&
         std::ranges::all_of(text, is_printable);
}

bool is_url_path(std::string_view path) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~/").contains(c);
  };
  return !path.empty() && path.front() != '/' && path.back() != '/' && !path.contains("//") &&
         std::ranges::all_of(path, fits);
}

// One item of `resources`: a URI, or a table with a URI and what differs from the defaults.
Resource read_resource(Table& plugin, const Node& node) {
  Resource resource;
  if (node.kind == Node::Kind::string) {
    resource.uri = node.string;
  } else if (node.kind == Node::Kind::table) {
    Table table(plugin.document(), node, plugin.full("resources"));
    table.get("uri", resource.uri, Need::required);
    table.get("exact_match", resource.exact_match);
    table.get("supports_options", resource.supports_options);
    table.finish();
  }
  if (!plugin.document().failed() && !is_uri(resource.uri)) {
    plugin.document().report(node.line, plugin.full("resources"),
                             fmt::format("'{}' is no URI; each item is a URI or a table with a uri", resource.uri));
  }
  return resource;
}

void read_resources(Table& table, std::vector<Resource>& resources) {
  const Node* list = table.take("resources");
  if (list == nullptr) return table.report("resources", "is missing");
  if (list->kind != Node::Kind::array || list->children.empty()) {
    return table.report("resources", "must be an array of at least one URI");
  }
  for (const auto& item : list->children) resources.push_back(read_resource(table, item));
  if (resources.size() > max_resources) {
    table.report("resources", fmt::format("there are {}, {} at most", resources.size(), max_resources));
  }
}

Plugin read_plugin(Table& table) {
  Plugin plugin;
  table.get("name", plugin.name, Need::required);
  table.get_path("file", plugin.file, Need::required);
  read_resources(table, plugin.resources);
  table.get("parameters", plugin.parameters);
  table.get("shared_process", plugin.shared_process);
  table.get("disconnect", plugin.disconnect);
  table.get("process_idle_timeout", plugin.process_idle_timeout, {.least = 0, .most = max_time_ms});
  table.finish();
  check_library(table, "file", plugin.file);
  return plugin;
}

// Names tell plug-ins apart in requests between processes; two plug-ins with one URI would make the choice a matter of
// order.
void check_clashes(Table& table, const std::vector<Plugin>& earlier, const Plugin& plugin) {
  for (const auto& other : earlier) {
    if (other.name == plugin.name) table.report("name", fmt::format("another plug-in is called '{}'", plugin.name));
  }
  std::vector<std::string> uris;
  for (const auto& other : earlier) {
    for (const auto& resource : other.resources) uris.push_back(resource.uri);
  }
  for (const auto& resource : plugin.resources) {
    if (std::ranges::find(uris, resource.uri) != uris.end()) {
      table.report("resources", fmt::format("'{}' belongs to a plug-in already", resource.uri));
    }
    uris.push_back(resource.uri);
  }
}

void read_plugins(Table& application, std::vector<Plugin>& plugins) {
  for (const Node* node : application.tables("plugin")) {
    Table table(application.document(), *node, application.full("plugin"));
    auto plugin = read_plugin(table);
    check_clashes(table, plugins, plugin);
    plugins.push_back(std::move(plugin));
  }
  if (plugins.size() > max_plugins) {
    application.report("plugin", fmt::format("there are {}, {} at most", plugins.size(), max_plugins));
  }
}

void read_authorization(Table& application, AuthorizationPlugin& plugin) {
  const Node* node = application.take("authorization");
  if (node == nullptr) return;
  if (node->kind != Node::Kind::table) {
    return application.report("authorization", "must be written as [application.authorization]");
  }
  Table table(application.document(), *node, application.full("authorization"));
  table.get("name", plugin.name, Need::required);
  table.get_path("file", plugin.file, Need::required);
  table.get("parameters", plugin.parameters);
  table.get("accounts", plugin.accounts);
  table.get("quota", plugin.quota);
  table.get("default_quota_on_failure", plugin.default_quota_on_failure);
  table.finish();
  check_library(table, "file", plugin.file);
  if (plugin.default_quota_on_failure && !plugin.quota) {
    table.report("default_quota_on_failure", "has no meaning without quota = true");
  }
}

Application read_application(Table& table) {
  Application application;
  const Range time{.least = 1000, .most = max_time_ms};
  table.get("path", application.path, Need::required);
  table.get("administrators", application.administrators);
  table.get("user_record_idle_timeout", application.user_record_idle_timeout, time);
  table.get("refresh_interval", application.refresh_interval, time);
  table.get("authorization_timeout", application.authorization_timeout, {.least = 100, .most = max_time_ms});
  table.get("system_window", application.system_window, {.least = 100, .most = max_time_ms});
  table.get("system_window_operations", application.system_window_operations, {.least = 0, .most = 0xFFFFFFFF});
  read_authorization(table, application.authorization);
  read_plugins(table, application.plugins);
  table.finish();
  if (!table.document().failed() && !is_url_path(application.path)) {
    table.report("path", fmt::format("'{}' is no URL path without slashes at its ends, as in wsman", application.path));
  }
  if (!application.administrators.empty() && !application.authorization.name.empty()) {
    table.report("administrators", "has no meaning beside an authorization plug-in, which decides who is one");
  }
  return application;
}

}  // namespace

void read_applications(Table& root, std::vector<Application>& applications) {
  for (const Node* node : root.tables("application")) {
    Table table(root.document(), *node, "application");
    auto application = read_application(table);
    for (const auto& other : applications) {
      if (other.path == application.path) table.report("path", "another application has this path");
    }
    applications.push_back(std::move(application));
  }
  if (applications.empty()) root.report("application", "is missing: at least one [[application]] is needed");
  if (applications.size() > max_applications) {
    root.report("application", fmt::format("there are {}, {} at most", applications.size(), max_applications));
  }
}

}  // namespace winrmd::config
