#include "lib/config/resource_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/sddl/sddl.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::config {
bool is_uri(std::string_view text) {
  const auto scheme = text.substr(0, text.find(':'));
  const auto is_scheme_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
           c == '.';
  };
  const auto is_printable = [](char c) { return c > 0x20 && c < 0x7f && c != '<' && c != '>' && c != '"'; };
  return !scheme.empty() && scheme.size() < text.size() && std::ranges::all_of(scheme, is_scheme_character) &&
         std::ranges::all_of(text, is_printable);
}

std::optional<Breach> breach_of(const Resource& resource, const ResourceCapability& added) {
  using enum Capability;
  for (const auto& other : resource.capabilities) {
    if (other.type == added.type) {
      return Breach{Breach::Part::type, fmt::format("'{}' is there twice", capability_name(added.type))};
    }
    if (other.type == shell || added.type == shell) {
      return Breach{Breach::Part::type, "'Shell' excludes every other capability of the resource"};
    }
  }
  const bool whole = added.type == get || added.type == put || added.type == create || added.type == remove;
  if (added.supports_fragment && !whole) return Breach{Breach::Part::fragment, "is for Get, Put, Create and Delete"};
  const bool filtered = added.type == enumerate || added.type == subscribe;
  if (added.supports_filtering && !filtered) return Breach{Breach::Part::filtering, "is for Enumerate and Subscribe"};
  return std::nullopt;
}

std::optional<Breach> breach_of(const Resource& resource, const ResourceSecurity& added) {
  if (!is_uri(added.uri)) return Breach{Breach::Part::uri, fmt::format("'{}' is no URI", added.uri)};
  if (!text::istarts_with(added.uri, resource.uri)) {
    return Breach{Breach::Part::uri,
                  fmt::format("'{}' does not begin with the resource's '{}'", added.uri, resource.uri)};
  }
  for (const auto& other : resource.security) {
    if (other.exact_match == added.exact_match && text::iequals(other.uri, added.uri)) {
      return Breach{Breach::Part::uri, fmt::format("'{}' has a security descriptor already", added.uri)};
    }
  }
  if (const auto parsed = sddl::parse_for_access(added.sddl); !parsed) {
    return Breach{Breach::Part::sddl, parsed.error().message};
  }
  return std::nullopt;
}

std::optional<std::string> Claims::name(const std::string& name, std::string place) {
  const auto [entry, fresh] = names_.emplace(name, std::move(place));
  if (fresh) return std::nullopt;
  return fmt::format("another plug-in is called '{}', at {}", name, entry->second);
}

std::optional<std::string> Claims::uri(const std::string& uri, std::string place) {
  const auto [entry, fresh] = uris_.emplace(text::to_lower(uri), std::move(place));  // requests are matched likewise
  if (fresh) return std::nullopt;
  return fmt::format("'{}' belongs to a plug-in already, at {}", uri, entry->second);
}

}  // namespace winrmd::config
