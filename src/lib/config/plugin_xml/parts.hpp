// The parts of a registration, one function for each. Errors go to the ElementReader's file.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "lib/config/plugin_xml/element.hpp"
#include "lib/config/resource_rules.hpp"
#include "lib/config/settings.hpp"

namespace winrmd::config {

inline constexpr std::size_t max_path = 4095;

// PlugInConfiguration, or Plugin of an application host.
Plugin read_plugin(XmlFile& file, const xml::Element& root, Claims& claims);

void read_resources(ElementReader& plugin, std::vector<Resource>& resources, Claims& claims);

PluginQuotas read_quotas(XmlFile& file, const xml::Element& element);

// An attribute of Quotas and what it sets; in the order in which they are written.
struct QuotaAttribute {
  std::string_view name;
  std::uint32_t PluginQuotas::* value;
  std::uint32_t absent;  // the value where Quotas is there without it
  std::int64_t least;
};
inline constexpr std::array<QuotaAttribute, 8> quota_attributes{{
    {"MaxConcurrentUsers", &PluginQuotas::max_concurrent_users, 5, 1},
    {"MaxConcurrentOperationsPerUser", &PluginQuotas::max_operations_per_user, 15, 1},
    {"MaxConcurrentOperations", &PluginQuotas::max_operations, 1500, 1},
    {"MaxShells", &PluginQuotas::max_shells, 25, 1},
    {"MaxShellsPerUser", &PluginQuotas::max_shells_per_user, 5, 1},
    {"MaxConcurrentCommandsPerShell", &PluginQuotas::max_commands_per_shell, 15, 1},
    {"MaxProcessesPerShell", &PluginQuotas::max_processes_per_shell, 15, 1},
    {"MaxMemoryPerShellMB", &PluginQuotas::max_memory_per_shell_mb, 1024, 5},
}};

// InitializationParameters as WSManPluginStartup gets it.
std::string read_parameters(XmlFile& file, const xml::Element& element);

// `text` as the value of an attribute in double quotes, line breaks and tabs kept.
void append_attribute(std::string& out, std::string_view name, std::string_view value);

// The path that a Filename means: `%NAME%` is the variable NAME of this process's environment.
Result<std::string> expand_filename(std::string_view written);
// Filename of `element`.
void read_filename(ElementReader& element, std::string& path, Need need);

}  // namespace winrmd::config
