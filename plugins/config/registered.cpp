#include "registered.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "lib/config/edit/file.hpp"
#include "lib/config/plugin_xml.hpp"
#include "lib/xml/document.hpp"

namespace config_tree {
namespace {

namespace config = winrmd::config;

Outcome<std::vector<std::string>> files_in(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with('.') && name.ends_with(".xml")) files.push_back(entry.path().string());
  }
  if (error) {
    const bool denied = error == std::errc::permission_denied;
    return refuse(denied ? DWORD{ERROR_ACCESS_DENIED} : DWORD{ERROR_WSMAN_CONFIG_CORRUPTED},
                  fmt::format("cannot read '{}': {}", folder, error.message()));
  }
  std::ranges::sort(files);
  return files;
}

// A relative path means another file for each process.
Outcome<void> check_path(std::string_view xml) {
  const auto document = winrmd::xml::Document::parse(xml);
  if (!document) return refuse(ERROR_WSMAN_INVALID_XML, document.error().message);
  const auto* file = document->root().attribute("Filename");
  if (file != nullptr && !file->starts_with('/') && !file->starts_with('%')) {
    return refuse(ERROR_WSMAN_INVALID_FILEPATH, fmt::format("Filename: '{}' is no absolute path", *file));
  }
  return {};
}

}  // namespace

Outcome<std::vector<Registered>> registered_plugins(const Snapshot& snapshot) {
  std::vector<Registered> found;
  const auto& app = snapshot.app();
  for (std::size_t i = 0; i < app.plugins.size(); ++i) found.push_back({.plugin = app.plugins[i], .index = i});
  if (app.plugin_directory.empty()) return found;
  const auto files = files_in(app.plugin_directory);
  if (!files) return std::unexpected(files.error());
  for (const auto& file : *files) {
    const auto text = config::read_file(file);
    if (!text) {
      return refuse(
          text.error().denied ? DWORD{ERROR_ACCESS_DENIED} : DWORD{ERROR_WSMAN_PLUGIN_CONFIGURATION_CORRUPTED},
          text.error().message);
    }
    auto plugin = config::read_plugin_xml(*text, file);
    if (!plugin) return refuse(ERROR_WSMAN_PLUGIN_CONFIGURATION_CORRUPTED, plugin.error().message);
    found.push_back({.plugin = std::move(*plugin), .file = file});
  }
  return found;
}

Outcome<std::string> show_plugin(const config::Plugin& plugin) {
  const auto document = winrmd::xml::Document::parse(config::write_plugin_xml(plugin));
  if (!document) return refuse(ERROR_WSMAN_PLUGIN_CONFIGURATION_CORRUPTED, document.error().message);
  return document->fragment(document->root());
}

Outcome<config::Plugin> read_plugin(std::string_view xml) {
  if (xml.empty()) return refuse(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "PlugInConfiguration: is missing");
  if (auto checked = check_path(xml); !checked) return std::unexpected(checked.error());
  auto plugin = config::read_plugin_xml(xml, "request");
  if (!plugin) return refuse(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, plugin.error().message);
  if (::access(plugin->file.c_str(), F_OK) != 0) {
    return refuse(ERROR_WSMAN_FILE_NOT_PRESENT, fmt::format("Filename: there is no '{}'", plugin->file));
  }
  return std::move(*plugin);
}

}  // namespace config_tree
