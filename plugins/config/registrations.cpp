// winrm/config/plugin: the plug-ins of the application. New ones go to its plugin_directory.
#include <fmt/format.h>

#include <algorithm>

#include "collection.hpp"
#include "lib/config/edit/file.hpp"
#include "lib/config/plugin_xml.hpp"
#include "lib/text/ascii.hpp"
#include "registered.hpp"
#include "toml_draft.hpp"

namespace config_tree {
namespace {

namespace config = winrmd::config;

// The same but for what a registration cannot say, and where it is.
bool same_plugin(config::Plugin left, const config::Plugin& right) {
  left.source = right.source;
  left.run_as_place = right.run_as_place;
  left.disconnect = right.disconnect;
  left.language = right.language;
  left.sdk_version = right.sdk_version;
  return config::write_plugin_xml(left) == config::write_plugin_xml(right);
}

Outcome<Change> change_file(const Snapshot& snapshot, const std::string& file, std::optional<std::string> text) {
  return Change{.text = snapshot.text, .files = {{.path = file, .text = std::move(text)}}};
}

class Registrations : public Collection {
 public:
  [[nodiscard]] std::string_view uri() const override { return "plugin"; }
  [[nodiscard]] std::string_view name() const override { return "PlugInConfiguration"; }
  [[nodiscard]] bool takes_parts() const override { return false; }

  [[nodiscard]] Outcome<std::vector<Instance>> list(const Snapshot& snapshot) const override {
    const auto plugins = registered_plugins(snapshot);
    if (!plugins) return std::unexpected(plugins.error());
    std::vector<Instance> objects;
    for (const auto& one : *plugins) {
      auto xml = show_plugin(one.plugin);
      if (!xml) return std::unexpected(xml.error());
      objects.push_back({.selectors = {{"Name", one.plugin.name}}, .xml = std::move(*xml)});
    }
    return objects;
  }

  [[nodiscard]] Outcome<Change> put(const Snapshot& snapshot, const Instance& object,
                                    std::string_view xml) const override {
    const auto before = find(snapshot, object);
    if (!before) return std::unexpected(before.error());
    auto wanted = read_plugin(xml);
    if (!wanted) return std::unexpected(wanted.error());
    if (wanted->name != before->plugin.name) {
      return refuse(ERROR_WSMAN_CONFIG_READONLY_PROPERTY, "Name: cannot be changed");
    }
    if (same_plugin(*wanted, before->plugin)) return Change{.text = snapshot.text};
    if (!before->file.empty()) return change_file(snapshot, before->file, config::write_plugin_xml(*wanted));
    const bool enabled = wanted->enabled;
    wanted->enabled = before->plugin.enabled;
    if (!same_plugin(*wanted, before->plugin)) {
      return refuse(
          ERROR_WSMAN_CONFIG_READONLY_PROPERTY,
          fmt::format("'{}' stands in the configuration file of the service: only Enabled can be changed here",
                      wanted->name));
    }
    TomlDraft draft(snapshot.text);
    auto done = draft.set({"application", snapshot.application, "plugin", before->index, "enabled"},
                          config::flag_value(enabled));
    if (!done) return std::unexpected(done.error());
    return Change{.text = draft.text()};
  }

  [[nodiscard]] Outcome<Made> create(const Snapshot& snapshot, const std::vector<Selector>& selectors,
                                     std::string_view xml) const override {
    const auto* name = find_selector(selectors, "Name");
    if (name == nullptr) return refuse(ERROR_WSMAN_INSUFFCIENT_SELECTORS, "the selector Name is missing");
    const auto plugin = read_plugin(xml);
    if (!plugin) return std::unexpected(plugin.error());
    if (plugin->name != *name) {
      return refuse(ERROR_WSMAN_INVALID_SELECTOR_VALUE,
                    fmt::format("Name: is '{}' in the selector, '{}' in the registration", *name, plugin->name));
    }
    const auto others = registered_plugins(snapshot);
    if (!others) return std::unexpected(others.error());
    const auto same = [&](const Registered& one) { return winrmd::text::iequals(one.plugin.name, plugin->name); };
    if (std::ranges::any_of(*others, same)) {
      return refuse(ERROR_WSMAN_ALREADY_EXISTS, fmt::format("there is a plug-in '{}'", plugin->name));
    }
    const auto& folder = snapshot.app().plugin_directory;
    if (folder.empty()) {
      return refuse(ERROR_NOT_SUPPORTED, "the configuration of the service says no plugin_directory");
    }
    auto change = change_file(snapshot, folder + "/" + config::registration_file(plugin->name),
                              config::write_plugin_xml(*plugin));
    return Made{.change = std::move(*change), .selectors = {{"Name", plugin->name}}};
  }

  [[nodiscard]] Outcome<Change> remove(const Snapshot& snapshot, const Instance& object) const override {
    const auto plugin = find(snapshot, object);
    if (!plugin) return std::unexpected(plugin.error());
    if (!plugin->file.empty()) return change_file(snapshot, plugin->file, std::nullopt);
    TomlDraft draft(snapshot.text);
    auto done = draft.remove({"application", snapshot.application, "plugin", plugin->index});
    if (!done) return std::unexpected(done.error());
    return Change{.text = draft.text()};
  }

 private:
  static Outcome<Registered> find(const Snapshot& snapshot, const Instance& object) {
    auto plugins = registered_plugins(snapshot);
    if (!plugins) return std::unexpected(plugins.error());
    const auto found = std::ranges::find_if(
        *plugins, [&](const Registered& one) { return one.plugin.name == object.selectors[0].value; });
    if (found == plugins->end()) return refuse(ERROR_WSMAN_RESOURCE_NOT_FOUND, "there is no such plug-in any more");
    return std::move(*found);
  }
};

}  // namespace

const Collection& registrations() {
  static const Registrations instance;
  return instance;
}

}  // namespace config_tree
