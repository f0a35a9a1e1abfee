// [[application.plugin]].
#include <fmt/format.h>

#include "lib/config/sections.hpp"

namespace winrmd::config {
namespace {

void read_output_buffering(Table& table, OutputBuffering& mode) {
  std::string name = "block";
  table.get("output_buffering", name);
  if (name != "block" && name != "drop") {
    return table.report("output_buffering", fmt::format("'{}' is not one of block, drop", name));
  }
  mode = name == "drop" ? OutputBuffering::drop : OutputBuffering::block;
}

void read_quotas(Table& plugin, PluginQuotas& quotas) {
  const Node* node = plugin.take("quotas");
  if (node == nullptr) return;
  if (node->kind != Node::Kind::table) {
    return plugin.report("quotas", "must be a table, as [application.plugin.quotas]");
  }
  Table table(plugin.document(), *node, plugin.full("quotas"));
  const Range count{.least = 1, .most = unlimited};
  const Range time{.least = 1000, .most = max_time_ms};
  table.get("max_concurrent_users", quotas.max_concurrent_users, count);
  table.get("max_operations_per_user", quotas.max_operations_per_user, count);
  table.get("max_operations", quotas.max_operations, count);
  table.get("max_shells_per_user", quotas.max_shells_per_user, count);
  table.get("max_shells", quotas.max_shells, count);
  table.get("max_commands_per_shell", quotas.max_commands_per_shell, count);
  table.get("max_processes_per_shell", quotas.max_processes_per_shell, count);
  table.get("max_memory_per_shell_mb", quotas.max_memory_per_shell_mb, {.least = 5, .most = unlimited});
  table.get("idle_timeout", quotas.idle_timeout, time);
  table.get("max_idle_timeout", quotas.max_idle_timeout, time);
  table.finish();
  if (quotas.idle_timeout && quotas.max_idle_timeout && *quotas.idle_timeout > *quotas.max_idle_timeout) {
    table.report("idle_timeout", "must not be longer than max_idle_timeout");
  }
}

Plugin read_plugin(Table& table, Claims& claims) {
  Plugin plugin;
  table.get("name", plugin.name, Need::required);
  if (!table.document().failed()) {
    if (const auto taken = claims.name(plugin.name, table.place("name"))) table.report("name", *taken);
  }
  table.get_path("file", plugin.file, Need::required);
  read_resources(table, plugin.resources, claims);
  table.get("parameters", plugin.parameters);
  table.get("enabled", plugin.enabled);
  table.get("shared_process", plugin.shared_process);
  table.get("auto_restart", plugin.auto_restart);
  table.get("disconnect", plugin.disconnect);
  table.get("process_idle_timeout", plugin.process_idle_timeout, {.least = 0, .most = max_time_ms});
  table.get("run_as_user", plugin.run_as_user);
  read_output_buffering(table, plugin.output_buffering);
  read_quotas(table, plugin.quotas);
  table.finish();
  plugin.source = table.document().name();
  if (!plugin.run_as_user.empty()) {
    plugin.run_as_place = fmt::format("{}: {}", table.place("run_as_user"), table.full("run_as_user"));
  }
  if (!plugin.enabled) return plugin;
  check_library(table, "file", plugin.file);
  check_account(table, "run_as_user", plugin.run_as_user);
  return plugin;
}

}  // namespace

void read_plugins(Table& application, std::vector<Plugin>& plugins, Claims& claims) {
  for (const Node* node : application.tables("plugin")) {
    if (application.document().failed()) return;
    Table table(application.document(), *node, application.full("plugin"));
    plugins.push_back(read_plugin(table, claims));
  }
}

}  // namespace winrmd::config
