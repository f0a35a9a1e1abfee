// winrm/config/service/security: who may use which resource, where no authorization plug-in decides. One object for
// each resource of a plug-in, and one for each part of it that has a descriptor of its own.
#include <fmt/format.h>

#include <algorithm>

#include "collection.hpp"
#include "lib/config/plugin_xml.hpp"
#include "lib/text/ascii.hpp"
#include "registered.hpp"
#include "representation.hpp"
#include "toml_draft.hpp"

namespace config_tree {
namespace {

namespace config = winrmd::config;

constexpr std::string_view collection_uri = "http://schemas.microsoft.com/wbem/wsman/1/config/service/security";
constexpr std::string_view element = "Security";

// A descriptor and where it is; `security` is the size of the list where there is none yet.
struct Place {
  Registered owner;
  std::size_t resource = 0;
  std::size_t security = 0;
  config::ResourceSecurity value;
};

Outcome<std::vector<Place>> places(const Snapshot& snapshot) {
  const auto plugins = registered_plugins(snapshot);
  if (!plugins) return std::unexpected(plugins.error());
  std::vector<Place> found;
  for (const auto& owner : *plugins) {
    for (std::size_t r = 0; r < owner.plugin.resources.size(); ++r) {
      const auto& resource = owner.plugin.resources[r];
      for (std::size_t s = 0; s < resource.security.size(); ++s) {
        found.push_back({.owner = owner, .resource = r, .security = s, .value = resource.security[s]});
      }
      const bool has_own = std::ranges::any_of(
          resource.security, [&](const config::ResourceSecurity& one) { return one.uri == resource.uri; });
      if (has_own) continue;
      // What applies is the descriptor of the application.
      found.push_back({.owner = owner,
                       .resource = r,
                       .security = resource.security.size(),
                       .value = {.uri = resource.uri, .sddl = snapshot.app().root_sddl}});
    }
  }
  return found;
}

Instance instance_of(const Place& place) {
  const auto& value = place.value;
  const std::string exact = value.exact_match ? "true" : "false";
  return {
      .selectors = {{"Uri", value.uri}, {"ExactMatch", exact}},
      .xml = write_object(element, collection_uri, {{"Uri", value.uri}, {"ExactMatch", exact}, {"Sddl", value.sddl}})};
}

Outcome<std::string> read_sddl(std::string_view xml, const config::ResourceSecurity& current) {
  const auto leaves = read_object(xml, element);
  if (!leaves) return std::unexpected(leaves.error());
  auto sddl = current.sddl;
  for (const auto& leaf : *leaves) {
    if (leaf.path == "Sddl") {
      sddl = leaf.text;
    } else if (leaf.path == "Uri" || leaf.path == "ExactMatch") {
      const bool same = leaf.path == "Uri" ? leaf.text == current.uri
                                           : winrmd::text::iequals(leaf.text, current.exact_match ? "true" : "false");
      if (!same) {
        return refuse(ERROR_WSMAN_CONFIG_READONLY_PROPERTY, fmt::format("Security/{}: cannot be changed", leaf.path));
      }
    } else {
      return refuse(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR,
                    fmt::format("Security/{}: there is no such setting", leaf.path));
    }
  }
  return sddl;
}

Outcome<void> write(TomlDraft& draft, const Snapshot& snapshot, const Place& place, const std::string& sddl) {
  const config::Path resource{"application",     snapshot.application, "plugin",
                              place.owner.index, "resources",          place.resource};
  auto uri = resource;
  uri.emplace_back("uri");
  const bool is_table = draft.has(uri);
  auto list = resource;
  list.emplace_back("security");
  const auto descriptor = config::table_value({{"sddl", config::text_value(sddl)}});
  if (!is_table) {  // a URI alone
    return draft.set(resource, config::table_value({{"uri", config::text_value(place.value.uri)},
                                                    {"security", config::list_value({descriptor})}}));
  }
  if (place.security == place.owner.plugin.resources[place.resource].security.size()) {
    return draft.append(list, descriptor);
  }
  list.emplace_back(place.security);
  list.emplace_back("sddl");
  return draft.set(list, config::text_value(sddl));
}

class Descriptors : public Collection {
 public:
  [[nodiscard]] std::string_view uri() const override { return "service/security"; }
  [[nodiscard]] std::string_view name() const override { return element; }

  [[nodiscard]] Outcome<std::vector<Instance>> list(const Snapshot& snapshot) const override {
    const auto all = places(snapshot);
    if (!all) return std::unexpected(all.error());
    std::vector<Instance> objects;
    for (const auto& place : *all) objects.push_back(instance_of(place));
    return objects;
  }

  [[nodiscard]] Outcome<Change> put(const Snapshot& snapshot, const Instance& object,
                                    std::string_view xml) const override {
    const auto all = places(snapshot);
    if (!all) return std::unexpected(all.error());
    const auto place =
        std::ranges::find_if(*all, [&](const Place& one) { return instance_of(one).selectors == object.selectors; });
    if (place == all->end()) return refuse(ERROR_WSMAN_INVALID_CONFIGSDDL_URL, "there is no such resource any more");
    const auto sddl = read_sddl(xml, place->value);
    if (!sddl) return std::unexpected(sddl.error());
    if (*sddl == place->value.sddl) return Change{.text = snapshot.text};
    if (place->owner.file.empty()) {
      TomlDraft draft(snapshot.text);
      if (auto done = write(draft, snapshot, *place, *sddl); !done) return std::unexpected(done.error());
      return Change{.text = draft.text()};
    }
    auto plugin = place->owner.plugin;
    auto& list = plugin.resources[place->resource].security;
    if (place->security == list.size()) list.push_back(place->value);
    list[place->security].sddl = *sddl;
    return Change{.text = snapshot.text,
                  .files = {{.path = place->owner.file, .text = config::write_plugin_xml(plugin)}}};
  }
};

}  // namespace

const Collection& descriptors() {
  static const Descriptors instance;
  return instance;
}

}  // namespace config_tree
