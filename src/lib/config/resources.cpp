// `resources` of [[application.plugin]].
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "lib/config/plugin_xml.hpp"
#include "lib/config/sections.hpp"

namespace winrmd::config {
namespace {

std::string_view key_of(Breach::Part part) {
  switch (part) {
    case Breach::Part::type:
      return "type";
    case Breach::Part::fragment:
      return "supports_fragment";
    case Breach::Part::filtering:
      return "supports_filtering";
    case Breach::Part::uri:
      return "uri";
    case Breach::Part::sddl:
      break;
  }
  return "sddl";
}

// A name, or a table with a `type` and what differs from the defaults.
void read_capability(Table& table, const Node& node, Resource& resource) {
  auto& document = table.document();
  const auto key = table.full("capabilities");
  ResourceCapability capability;
  std::string type = node.string;
  if (node.kind == Node::Kind::table) {
    Table one(document, node, key);
    one.get("type", type, Need::required);
    one.get("supports_fragment", capability.supports_fragment);
    one.get("supports_filtering", capability.supports_filtering);
    one.finish();
  } else if (node.kind != Node::Kind::string) {
    return document.report(node.line, key, "each item is a name or a table with a type");
  }
  const auto* const found = std::ranges::find(capability_names, type);
  if (found == capability_names.end()) {
    return document.report(node.line, key,
                           fmt::format("'{}' is not one of {}", type, fmt::join(capability_names, ", ")));
  }
  capability.type = static_cast<Capability>(found - capability_names.begin() + 1);
  if (const auto breach = breach_of(resource, capability)) {
    const bool flag = breach->part != Breach::Part::type;
    document.report(node.line, flag ? fmt::format("{}.{}", key, key_of(breach->part)) : key, breach->what);
  }
  resource.capabilities.push_back(capability);
}

void read_capabilities(Table& table, Resource& resource) {
  const Node* list = table.take("capabilities");
  if (list == nullptr) return;
  if (list->kind != Node::Kind::array || list->children.empty()) {
    return table.report("capabilities", "must be an array of at least one name");
  }
  resource.capabilities.clear();
  for (const auto& item : list->children) read_capability(table, item, resource);
}

void read_security(Table& table, Resource& resource) {
  const auto list = table.tables("security");
  for (const Node* item : list) {
    Table one(table.document(), *item, table.full("security"));
    ResourceSecurity security{.uri = resource.uri, .sddl = {}};
    one.get("uri", security.uri);
    one.get("sddl", security.sddl, Need::required);
    one.get("exact_match", security.exact_match);
    one.finish();
    if (table.document().failed()) return;
    if (const auto breach = breach_of(resource, security)) one.report(key_of(breach->part), breach->what);
    resource.security.push_back(std::move(security));
  }
  if (list.size() > max_plugin_security) {
    table.report("security", fmt::format("there are {}, {} at most", list.size(), max_plugin_security));
  }
}

// One item of `resources`: a URI, or a table with a URI and what differs from the defaults.
Resource read_resource(Table& plugin, const Node& node) {
  auto& document = plugin.document();
  const auto key = plugin.full("resources");
  Resource resource;
  if (node.kind == Node::Kind::string) resource.uri = node.string;
  if (node.kind != Node::Kind::table) {
    if (!is_uri(resource.uri)) {
      document.report(node.line, key,
                      fmt::format("'{}' is no URI; each item is a URI or a table with a uri", resource.uri));
    }
    return resource;
  }
  Table table(document, node, key);
  table.get("uri", resource.uri, Need::required);
  if (!document.failed() && !is_uri(resource.uri)) {
    document.report(node.line, key,
                    fmt::format("'{}' is no URI; each item is a URI or a table with a uri", resource.uri));
  }
  table.get("exact_match", resource.exact_match);
  table.get("supports_options", resource.supports_options);
  if (!document.failed()) read_capabilities(table, resource);
  if (!document.failed()) read_security(table, resource);
  table.finish();
  return resource;
}

}  // namespace

void read_resources(Table& plugin, std::vector<Resource>& resources, Claims& claims) {
  const Node* list = plugin.take("resources");
  if (list == nullptr) return plugin.report("resources", "is missing");
  if (list->kind != Node::Kind::array || list->children.empty()) {
    return plugin.report("resources", "must be an array of at least one URI");
  }
  if (list->children.size() > max_resources) {
    return plugin.report("resources", fmt::format("there are {}, {} at most", list->children.size(), max_resources));
  }
  auto& document = plugin.document();
  for (const auto& item : list->children) {
    auto resource = read_resource(plugin, item);
    if (document.failed()) return;
    const auto taken = claims.uri(resource.uri, fmt::format("{}:{}", document.name(), item.line));
    if (taken) document.report(item.line, plugin.full("resources"), *taken);
    resources.push_back(std::move(resource));
  }
}

}  // namespace winrmd::config
