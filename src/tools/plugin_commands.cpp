#include "tools/plugin_commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <type_traits>
#include <utility>
#include <vector>

#include "lib/config/edit/edit.hpp"
#include "lib/config/edit/file.hpp"
#include "lib/config/library_file.hpp"
#include "lib/config/plugin_xml.hpp"
#include "lib/config/settings.hpp"

namespace winrmd::tools {
namespace {

using config::Application;
using config::Plugin;
using config::Settings;

constexpr std::string_view takes_effect = "The running service goes by it after `winrmctl reload`.\n";

struct Found {
  const Application* application = nullptr;
  const Plugin* plugin = nullptr;
  config::Path path;  // in the configuration file, for a plug-in that is registered there
};

// Other editors of the same folder are waited for.
constexpr std::chrono::seconds patience{10};

template <class T>
Result<T> plain(config::FileResult<T> result) {
  if (!result) return fail(std::move(result.error().message));
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(*result);
  }
}

Result<std::string> read_text(const std::string& path) { return plain(config::read_file(path)); }

bool is_xml(const PluginPlace& place, const Plugin& plugin) {
  return !plugin.source.empty() && plugin.source != place.config;
}

std::vector<Found> matches(const PluginPlace& place, const Settings& settings, const std::string& name) {
  std::vector<Found> found;
  for (std::size_t i = 0; i < settings.applications.size(); ++i) {
    const auto& application = settings.applications[i];
    if (!place.application.empty() && application.path != place.application) continue;
    std::size_t in_file = 0;
    for (const auto& plugin : application.plugins) {
      if (plugin.name == name) found.push_back({&application, &plugin, {"application", i, "plugin", in_file}});
      if (!is_xml(place, plugin)) ++in_file;
    }
  }
  return found;
}

Result<Found> find(const PluginPlace& place, const Settings& settings, const std::string& name) {
  auto found = matches(place, settings, name);
  if (found.empty()) return fail(fmt::format("no plug-in '{}' is registered", name));
  if (found.size() > 1)
    return fail(fmt::format("several applications have a plug-in '{}': say which, with --application", name));
  return std::move(found.front());
}

// The one that a new plug-in goes to.
Result<const Application*> application_for(const PluginPlace& place, const Settings& settings) {
  std::vector<const Application*> fitting;
  for (const auto& application : settings.applications) {
    if (place.application.empty() ? !application.plugin_directory.empty() : application.path == place.application) {
      fitting.push_back(&application);
    }
  }
  if (fitting.empty() && !place.application.empty())
    return fail(fmt::format("there is no application '{}'", place.application));
  if (fitting.empty() || fitting.front()->plugin_directory.empty()) {
    return fail(fmt::format("{} says no plugin_directory, the folder for registrations", place.config));
  }
  if (fitting.size() > 1) return fail("several applications have a plugin_directory: say which, with --application");
  return fitting.front();
}

std::string kind_of(const Plugin& plugin) {
  const auto is_shell = [](const config::Resource& resource) {
    return std::ranges::any_of(resource.capabilities,
                               [](const auto& one) { return one.type == config::Capability::shell; });
  };
  const bool shells = std::ranges::any_of(plugin.resources, is_shell);
  const bool others = !std::ranges::all_of(plugin.resources, is_shell);
  return shells && others ? "shell,resource" : shells ? "shell" : "resource";
}

// Writes the file's new text; puts the old one back when the configuration cannot be read with it.
Result<void> change(const PluginPlace& place, const std::string& path, const std::string& before,
                    const std::string& after) {
  if (auto done = plain(config::replace_file(path, after)); !done) return done;
  const auto settings = config::load(place.config);
  if (settings) return {};
  if (const auto back = plain(config::replace_file(path, before)); !back) {
    return fail(
        fmt::format("{}; and '{}' could not be put back: {}", settings.error().message, path, back.error().message));
  }
  return std::unexpected(settings.error());
}

}  // namespace

Result<std::string> list_plugins(const PluginPlace& place) {
  const auto settings = config::load(place.config);
  if (!settings) return std::unexpected(settings.error());
  std::string lines;
  for (const auto& application : settings->applications) {
    if (!place.application.empty() && application.path != place.application) continue;
    if (const auto& one = application.authorization; !one.name.empty()) {
      lines +=
          fmt::format("{}\t{}\tauthorization\tenabled\t{}\t{}\n", application.path, one.name, one.file, place.config);
    }
    for (const auto& plugin : application.plugins) {
      lines += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", application.path, plugin.name, kind_of(plugin),
                           plugin.enabled ? "enabled" : "disabled", plugin.file,
                           plugin.source.empty() ? place.config : plugin.source);
    }
  }
  return lines;
}

Result<std::string> show_plugin(const PluginPlace& place, const std::string& name) {
  const auto settings = config::load(place.config);
  if (!settings) return std::unexpected(settings.error());
  const auto found = find(place, *settings, name);
  if (!found) return std::unexpected(found.error());
  return config::write_plugin_xml(*found->plugin);
}

Result<std::string> register_plugin(const PluginPlace& place, const std::string& file) {
  const auto settings = config::load(place.config);
  if (!settings) return std::unexpected(settings.error());
  const auto application = application_for(place, *settings);
  if (!application) return std::unexpected(application.error());
  const auto text = read_text(file);
  if (!text) return std::unexpected(text.error());
  const auto plugin = config::read_plugin_xml(*text, file);
  if (!plugin) return std::unexpected(plugin.error());
  if (const auto library = config::check_library_file(plugin->file); !library) return std::unexpected(library.error());
  const auto path = (*application)->plugin_directory + "/" + config::registration_file(plugin->name);
  const auto lock = plain(config::EditLock::take(path, patience));
  if (!lock) return std::unexpected(lock.error());
  if (::access(path.c_str(), F_OK) == 0) return fail(fmt::format("'{}' is there already", path));
  if (const auto written = plain(config::replace_file(path, *text)); !written) return std::unexpected(written.error());
  // Its name and its resources must not be another's.
  if (const auto after = config::load(place.config); !after) {
    (void)config::remove_file(path);
    return std::unexpected(after.error());
  }
  return fmt::format("{}: '{}' of application '{}'. {}", path, plugin->name, (*application)->path, takes_effect);
}

Result<std::string> enable_plugin(const PluginPlace& place, const std::string& name, bool enabled) {
  const auto settings = config::load(place.config);
  if (!settings) return std::unexpected(settings.error());
  auto found = find(place, *settings, name);
  if (!found) return std::unexpected(found.error());
  if (found->plugin->enabled == enabled)
    return fmt::format("'{}' is {} already.\n", name, enabled ? "enabled" : "disabled");
  const bool xml = is_xml(place, *found->plugin);
  const std::string path = xml ? found->plugin->source : place.config;
  const auto lock = plain(config::EditLock::take(path, patience));
  if (!lock) return std::unexpected(lock.error());
  const auto before = read_text(path);
  if (!before) return before;
  auto key = found->path;
  key.emplace_back("enabled");
  const auto after =
      xml ? config::set_enabled(*before, enabled) : config::set_value(*before, key, config::flag_value(enabled));
  if (!after) return fail(fmt::format("{}: {}", path, after.error().message));
  if (const auto done = change(place, path, *before, *after); !done) return std::unexpected(done.error());
  return std::string(takes_effect);
}

Result<std::string> unregister_plugin(const PluginPlace& place, const std::string& name) {
  const auto settings = config::load(place.config);
  if (!settings) return std::unexpected(settings.error());
  const auto found = find(place, *settings, name);
  if (!found) return std::unexpected(found.error());
  if (found->application->plugins.size() == 1) {
    return fail(fmt::format("'{}' is the only plug-in of its application", name));
  }
  const bool xml = is_xml(place, *found->plugin);
  const std::string path = xml ? found->plugin->source : place.config;
  const auto lock = plain(config::EditLock::take(path, patience));
  if (!lock) return std::unexpected(lock.error());
  const auto before = read_text(path);
  if (!before) return before;
  if (xml) {
    if (const auto removed = plain(config::remove_file(path)); !removed) return std::unexpected(removed.error());
    return std::string(takes_effect);
  }
  const auto after = config::remove_value(*before, found->path);
  if (!after) return fail(fmt::format("{}: {}", path, after.error().message));
  if (const auto done = change(place, path, *before, *after); !done) return std::unexpected(done.error());
  return std::string(takes_effect);
}

}  // namespace winrmd::tools
