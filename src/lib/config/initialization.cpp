#include "lib/config/initialization.hpp"

#include "lib/config/plugin_xml/parts.hpp"

namespace winrmd::config {

std::string initialization_xml(const std::vector<std::pair<std::string, std::string>>& parameters) {
  if (parameters.empty()) return {};
  std::string xml = "<InitializationParameters>";
  for (const auto& [name, value] : parameters) {
    xml += "<Param";
    append_attribute(xml, "Name", name);
    append_attribute(xml, "Value", value);
    xml += "/>";
  }
  return xml + "</InitializationParameters>";
}

std::string initialization_xml(const Plugin& plugin) {
  return plugin.initialization_xml.empty() ? initialization_xml(plugin.parameters) : plugin.initialization_xml;
}

}  // namespace winrmd::config
