#include <fmt/format.h>

#include "lib/config/initialization.hpp"
#include "lib/config/plugin_xml.hpp"
#include "lib/config/plugin_xml/parts.hpp"

namespace winrmd::config {
namespace {

std::string_view word(bool value) { return value ? "true" : "false"; }

void append_number(std::string& out, std::string_view name, std::int64_t value) {
  out += fmt::format(" {}=\"{}\"", name, value);
}

void append_flag(std::string& out, std::string_view name, bool value) {
  out += fmt::format(" {}=\"{}\"", name, word(value));
}

// What differs from false.
void append_if(std::string& out, std::string_view name, bool value) {
  if (value) append_flag(out, name, value);
}

void append_resource(std::string& out, const Resource& resource) {
  out += "    <Resource";
  append_attribute(out, "ResourceUri", resource.uri);
  append_if(out, "SupportsOptions", resource.supports_options);
  append_flag(out, "ExactMatch", resource.exact_match);
  out += ">\n";
  for (const auto& security : resource.security) {
    out += "      <Security";
    append_attribute(out, "Uri", security.uri);
    append_attribute(out, "Sddl", security.sddl);
    append_flag(out, "ExactMatch", security.exact_match);
    out += "/>\n";
  }
  for (const auto& capability : resource.capabilities) {
    out += fmt::format("      <Capability Type=\"{}\"", capability_name(capability.type));
    append_if(out, "SupportsFragment", capability.supports_fragment);
    append_if(out, "SupportsFiltering", capability.supports_filtering);
    out += "/>\n";
  }
  out += "    </Resource>\n";
}

void append_quotas(std::string& out, const PluginQuotas& quotas) {
  out += "  <Quotas";
  for (const auto& attribute : quota_attributes) append_number(out, attribute.name, quotas.*attribute.value);
  constexpr std::chrono::milliseconds none(unlimited);
  append_number(out, "IdleTimeoutms", quotas.idle_timeout.value_or(none).count());
  append_number(out, "MaxIdleTimeoutms", quotas.max_idle_timeout.value_or(none).count());
  out += "/>\n";
}

void append_head(std::string& out, const Plugin& plugin) {
  out += "<PlugInConfiguration";
  append_attribute(out, "xmlns", plugin_namespace);
  append_attribute(out, "Name", plugin.name);
  append_attribute(out, "Filename", plugin.file);
  append_number(out, "SDKVersion", plugin.sdk_version);
  append_attribute(out, "XmlRenderingType", "text");
  append_number(out, "Architecture", 64);
  append_flag(out, "Enabled", plugin.enabled);
  append_flag(out, "UseSharedProcess", plugin.shared_process);
  append_flag(out, "AutoRestart", plugin.auto_restart);
  append_number(out, "ProcessIdleTimeoutSec",
                std::chrono::ceil<std::chrono::seconds>(plugin.process_idle_timeout).count());
  if (!plugin.run_as_user.empty()) append_attribute(out, "RunAsUser", plugin.run_as_user);
  append_attribute(out, "OutputBufferingMode", plugin.output_buffering == OutputBuffering::drop ? "Drop" : "Block");
  if (!plugin.language.empty()) append_attribute(out, "xml:lang", plugin.language);
  out += ">\n";
}

}  // namespace

std::string write_plugin_xml(const Plugin& plugin) {
  std::string out;
  append_head(out, plugin);
  if (const auto parameters = initialization_xml(plugin); !parameters.empty()) {
    out += "  " + parameters + "\n";
  }
  out += "  <Resources>\n";
  for (const auto& resource : plugin.resources) append_resource(out, resource);
  out += "  </Resources>\n";
  if (plugin.quotas != PluginQuotas{}) append_quotas(out, plugin.quotas);
  return out + "</PlugInConfiguration>\n";
}

}  // namespace winrmd::config
