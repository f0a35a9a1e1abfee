// Registrations for tests.
#pragma once

#include <string>
#include <string_view>

namespace winrmd::config::testing {

inline constexpr std::string_view plugin_xmlns =
    "xmlns=\"http://schemas.microsoft.com/wbem/wsman/1/config/PluginConfiguration\"";

// Line 1: the root element with these attributes more. Line 2: `children`.
inline std::string registration(std::string_view attributes, std::string_view children) {
  std::string text("<PlugInConfiguration ");
  text.append(plugin_xmlns).append(" Name=\"n\" Filename=\"/p.so\" SDKVersion=\"1\" ").append(attributes);
  return text.append(">\n").append(children).append("</PlugInConfiguration>");
}

inline std::string resources(std::string_view inside) {
  return std::string("<Resources>").append(inside).append("</Resources>\n");
}

inline std::string one_resource() {
  return resources("<Resource ResourceUri=\"http://a/b\"><Capability Type=\"Shell\"/></Resource>");
}

inline std::string with_attributes(std::string_view attributes) { return registration(attributes, one_resource()); }
inline std::string with_children(std::string_view children) {
  return registration("", std::string(children) + one_resource());
}
// `inside` is on line 2.
inline std::string with_resource(std::string_view inside) {
  return registration(
      "", resources(std::string("<Resource ResourceUri=\"http://a/b\">").append(inside).append("</Resource>")));
}

}  // namespace winrmd::config::testing
