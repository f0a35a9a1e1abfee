#include "lib/config/host_configuration.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/config/library_file.hpp"
#include "lib/config/plugin_xml.hpp"
#include "lib/config/plugin_xml/parts.hpp"
#include "lib/config/sections.hpp"

namespace winrmd::config {
namespace {

constexpr std::string_view section_name = "system.management.wsmanagement.config";
constexpr Range any{.least = 0, .most = 0xFFFFFFFF};
constexpr Range positive{.least = 1, .most = 0xFFFFFFFF};

const xml::Element* only(const xml::Element& element, std::string_view name) {
  const auto found = std::ranges::find(element.children, name, [](const auto* child) { return child->local; });
  return found == element.children.end() ? nullptr : *found;
}

// The section itself, or inside the configuration of a web server.
const xml::Element* find_section(const xml::Element& root) {
  if (root.local == section_name) return &root;
  if (root.local != "configuration") return nullptr;
  const auto* const server = only(root, "system.webServer");
  return server == nullptr ? nullptr : only(*server, section_name);
}

std::string place_of(ElementReader& element, std::string_view attribute) {
  return fmt::format("{}, attribute {}", element.place(attribute), attribute);
}

void read_count(ElementReader& element, std::string_view name, HostSetting<std::uint32_t>& setting, Range range,
                std::uint32_t most) {
  if (element.take(name) == nullptr) return;
  element.get(name, setting.value, range);
  setting.value = std::min(setting.value, most);
  setting.place = place_of(element, name);
}

// Times beyond the longest that the settings take mean that one.
void read_time(ElementReader& element, std::string_view name, HostConfiguration::Time& setting, Range range,
               std::chrono::milliseconds unit) {
  if (element.take(name) == nullptr) return;
  std::uint32_t count = 0;
  element.get(name, count, range);
  setting.value = std::min(std::chrono::milliseconds(count * unit.count()), std::chrono::milliseconds(max_time_ms));
  setting.place = place_of(element, name);
}

void read_operations(XmlFile& file, const xml::Element& operations, HostConfiguration& host) {
  using std::chrono::minutes;
  using std::chrono::seconds;
  ElementReader element(file, operations);
  read_count(element, "MaxEnvelopeSizeKB", host.max_envelope_size_kb, {.least = 32, .most = any.most}, max_envelope_kb);
  read_time(element, "MaxOperationTimeoutSeconds", host.max_operation_timeout, positive, seconds(1));
  const auto enumerate = element.spelling("MaxEnumerateIdleTimeoutSeconds", "MaxEnumerationIdleTimeoutSeconds");
  read_time(element, enumerate, host.enumeration_idle_timeout, positive, seconds(1));
  std::uint32_t subscriptions = 0;  // there are none
  element.get("MaxSubscribeIdleTimeoutSeconds", subscriptions, positive);
  read_time(element, "MaxShellIdleTimeoutMinutes", host.max_shell_idle_timeout, any, minutes(1));
  read_time(element, "QuotaRefreshIntervalSeconds", host.refresh_interval, any, seconds(1));
  // What Windows does with no interval at all is not known. The shortest there is errs on the safe side.
  host.refresh_interval.value = std::max<std::chrono::milliseconds>(host.refresh_interval.value, seconds(1));
  read_time(element, "QuotaSystemWindowSeconds", host.system_window, any, seconds(1));
  read_count(element, "QuotaSystemWindowOperations", host.system_window_operations, any, any.most);
  if (host.system_window.value.count() == 0) {
    host.system_window.value = seconds(1);
    host.system_window_operations.value = 0;
  }
  element.finish();
}

void read_authorization(XmlFile& file, const xml::Element& authorization, HostConfiguration& host) {
  ElementReader element(file, authorization);
  auto& plugin = host.authorization.value;
  element.get("Name", plugin.name, max_plugin_name);
  read_filename(element, plugin.file, Need::optional);
  std::uint32_t version = 1;
  element.get("SDKVersion", version, {.least = 1, .most = 1});
  element.get("SupportsQuota", plugin.quota);
  element.finish();
  if (element.failed()) return;
  if (plugin.file.empty()) {  // none, whatever the name
    plugin = {};
    return;
  }
  if (plugin.name.empty()) return element.report("Name", "is missing");
  if (file.errors.check_files()) {
    if (const auto checked = check_registered_file(plugin.file); !checked) {
      element.report("Filename", checked.error().message);
    }
  }
  host.authorization.place = element.place("Filename");
}

void read_modules(XmlFile& file, const xml::Element& modules, HostConfiguration& host, Claims& claims) {
  ElementReader element(file, modules);
  const auto* const authorization = element.child("AuthorizationPlugin");
  const auto* const list = element.child("OperationsPlugins");
  element.finish();
  if (authorization != nullptr && !element.failed()) read_authorization(file, *authorization, host);
  if (list == nullptr || element.failed()) return;
  ElementReader plugins(file, *list);
  const auto found = plugins.children("Plugin");
  plugins.finish();
  if (found.size() > max_plugins) {
    plugins.report({}, fmt::format("has {} Plugin elements, {} at most", found.size(), max_plugins));
  }
  for (const auto* plugin : found) {
    if (plugins.failed()) return;
    host.plugins.push_back(read_plugin(file, *plugin, claims));
  }
}

}  // namespace

HostConfiguration read_host_configuration(std::string_view text, Document& errors, Claims& claims) {
  HostConfiguration host;
  const auto document = parse_file(text, errors);
  if (!document) return host;
  XmlFile file{.document = *document, .errors = errors, .numbered_values = true};
  const auto* const section = find_section(document->root());
  if (section == nullptr) {
    errors.report(
        file.line_of(document->root().begin), document->root().local,
        fmt::format("is neither {} nor a configuration with system.webServer/{}", section_name, section_name));
    return host;
  }
  ElementReader element(file, *section);
  const auto* const operations = element.child("OperationsConfiguration");
  const auto* const modules = element.child("PluginModules");
  element.finish();
  if (operations != nullptr && !element.failed()) read_operations(file, *operations, host);
  if (modules != nullptr && !element.failed()) read_modules(file, *modules, host, claims);
  return host;
}

}  // namespace winrmd::config
