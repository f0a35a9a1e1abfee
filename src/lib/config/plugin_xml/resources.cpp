#include <fmt/format.h>

#include "lib/config/plugin_xml.hpp"
#include "lib/config/plugin_xml/parts.hpp"
#include "lib/config/sections.hpp"

namespace winrmd::config {
namespace {

std::string_view attribute_of(Breach::Part part) {
  switch (part) {
    case Breach::Part::type:
      return "Type";
    case Breach::Part::fragment:
      return "SupportsFragment";
    case Breach::Part::filtering:
      return "SupportsFiltering";
    case Breach::Part::uri:
      return "Uri";
    case Breach::Part::sddl:
      break;
  }
  return "Sddl";
}

void report(ElementReader& element, const std::optional<Breach>& breach) {
  if (breach && !element.failed()) element.report(attribute_of(breach->part), breach->what);
}

void read_capability(XmlFile& file, const xml::Element& element, Resource& resource) {
  ElementReader reader(file, element);
  ResourceCapability capability;
  std::size_t type = 0;
  reader.get("Type", type, capability_names, Need::required);
  capability.type = static_cast<Capability>(type + 1);
  reader.get("SupportsFragment", capability.supports_fragment);
  reader.get("SupportsFiltering", capability.supports_filtering);
  reader.finish();
  report(reader, breach_of(resource, capability));
  resource.capabilities.push_back(capability);
}

void read_security(XmlFile& file, const xml::Element& element, Resource& resource) {
  ElementReader reader(file, element);
  ResourceSecurity security;
  reader.get("Uri", security.uri, max_plugin_uri, Need::required);
  reader.get("Sddl", security.sddl, max_plugin_sddl, Need::required);
  reader.get("ExactMatch", security.exact_match);
  reader.finish();
  report(reader, breach_of(resource, security));
  resource.security.push_back(std::move(security));
}

Resource read_resource(XmlFile& file, const xml::Element& element, Claims& claims) {
  ElementReader reader(file, element);
  Resource resource{.uri = {}, .capabilities = {}};
  const auto uri = reader.spelling("ResourceUri", "ResourceURI");
  reader.get(uri, resource.uri, max_plugin_uri, Need::required);
  reader.get("ExactMatch", resource.exact_match);
  resource.supports_options = false;
  reader.get(reader.spelling("SupportsOptions", "SupportOptions"), resource.supports_options);
  if (!reader.failed() && !is_uri(resource.uri)) reader.report(uri, fmt::format("'{}' is no URI", resource.uri));
  if (!reader.failed()) {
    if (const auto taken = claims.uri(resource.uri, reader.place(uri))) reader.report(uri, *taken);
  }
  const auto capabilities = reader.children("Capability");
  const auto security = reader.children("Security");
  reader.finish();
  for (const auto* capability : capabilities) read_capability(file, *capability, resource);
  for (const auto* one : security) {
    if (resource.security.size() < max_plugin_security) {
      read_security(file, *one, resource);
    } else {
      reader.report({}, fmt::format("has more than {} Security elements", max_plugin_security));
    }
  }
  if (capabilities.empty()) reader.report({}, "has no Capability: nothing could be done with it");
  return resource;
}

}  // namespace

void read_resources(ElementReader& plugin, std::vector<Resource>& resources, Claims& claims) {
  const auto* list = plugin.child("Resources");
  if (list == nullptr) return plugin.report({}, "has no Resources");
  ElementReader reader(plugin.file(), *list);
  const auto found = reader.children("Resource");
  reader.finish();
  if (found.empty()) return reader.report({}, "has no Resource");
  if (found.size() > max_resources) {
    return reader.report({}, fmt::format("has {} Resource elements, {} at most", found.size(), max_resources));
  }
  for (const auto* one : found) {
    if (plugin.failed()) return;
    resources.push_back(read_resource(plugin.file(), *one, claims));
  }
}

}  // namespace winrmd::config
