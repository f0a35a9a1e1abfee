#include <fmt/format.h>

#include "lib/config/accounts.hpp"
#include "lib/config/library_file.hpp"
#include "lib/config/plugin_xml.hpp"
#include "lib/config/plugin_xml/parts.hpp"
#include "lib/config/sections.hpp"

namespace winrmd::config {
namespace {

constexpr std::size_t max_account_name = 256;

// Windows runs a plug-in as somebody with that account's password. Here root changes to the account.
void read_run_as(ElementReader& element, std::string& account) {
  element.get("RunAsUser", account, max_account_name);
  if (account.starts_with(".\\")) account.erase(0, 2);  // this machine's
  std::string password;
  bool virtual_account = false;
  std::string groups;
  if (const auto* found = element.take("RunAsPassword"); found != nullptr && !found->empty()) {
    element.report("RunAsPassword",
                   "is not wanted: a plug-in runs as RunAsUser without a password, and none is kept. Remove it");
  }
  element.get("RunAsVirtualAccount", virtual_account);
  if (virtual_account) {
    element.report("RunAsVirtualAccount",
                   "must be false: there are no virtual accounts here; RunAsUser names a real one");
  }
  element.get("RunAsVirtualAccountGroups", groups, max_account_name);
  if (!groups.empty()) element.report("RunAsVirtualAccountGroups", "must be empty: there are no virtual accounts here");
}

void read_architecture(ElementReader& element) {
  std::string architecture = "64";
  element.get("Architecture", architecture, max_account_name, Need::optional);
  if (architecture != "64") {
    element.report("Architecture",
                   fmt::format("must be 64: plug-ins here are 64-bit libraries, not '{}'", architecture));
  }
}

void read_enumerations(ElementReader& element, Plugin& plugin) {
  static constexpr std::array<std::string_view, 2> renderings{"text", "XmlReader"};
  static constexpr std::array<std::string_view, 2> modes{"Block", "Drop"};
  std::size_t rendering = 0;  // both mean text
  element.get("XmlRenderingType", rendering, renderings);
  std::size_t mode = 0;
  element.get("OutputBufferingMode", mode, modes);
  plugin.output_buffering = static_cast<OutputBuffering>(mode);
}

// What a plug-in that is not enabled names need not be there.
void check_named(ElementReader& element, const Plugin& plugin) {
  if (element.failed() || !plugin.enabled || !element.file().errors.check_files()) return;
  if (const auto checked = check_registered_file(plugin.file); !checked) {
    element.report("Filename", checked.error().message);
  }
  if (!plugin.run_as_user.empty() && !account_exists(plugin.run_as_user)) {
    element.report("RunAsUser", fmt::format("there is no account '{}'", plugin.run_as_user));
  }
}

}  // namespace

Plugin read_plugin(XmlFile& file, const xml::Element& root, Claims& claims) {
  ElementReader element(file, root);
  Plugin plugin;
  element.get("Name", plugin.name, max_plugin_name, Need::required);
  if (!element.failed()) {
    if (const auto taken = claims.name(plugin.name, element.place("Name"))) element.report("Name", *taken);
  }
  read_filename(element, plugin.file, Need::required);
  element.get("SDKVersion", plugin.sdk_version, {.least = 1, .most = 2}, Need::required);
  read_enumerations(element, plugin);
  read_architecture(element);
  element.get("Enabled", plugin.enabled);
  element.get("UseSharedProcess", plugin.shared_process);
  element.get("AutoRestart", plugin.auto_restart);
  std::uint32_t idle_seconds = 0;
  element.get("ProcessIdleTimeoutSec", idle_seconds, {.least = 0, .most = max_time_ms / 1000});
  plugin.process_idle_timeout = std::chrono::seconds(idle_seconds);
  read_run_as(element, plugin.run_as_user);
  element.get_language(plugin.language);
  const auto* const parameters = element.child("InitializationParameters");
  const auto* const quotas = element.child("Quotas");
  read_resources(element, plugin.resources, claims);
  element.finish();
  if (parameters != nullptr && !element.failed()) plugin.initialization_xml = read_parameters(file, *parameters);
  if (quotas != nullptr && !element.failed()) plugin.quotas = read_quotas(file, *quotas);
  check_named(element, plugin);
  plugin.source = file.errors.name();
  if (!plugin.run_as_user.empty()) {
    plugin.run_as_place = fmt::format("{}: {}/@RunAsUser", element.place("RunAsUser"), root.local);
  }
  return plugin;
}

}  // namespace winrmd::config
