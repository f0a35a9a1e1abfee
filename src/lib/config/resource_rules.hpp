// What holds for the resources of a plug-in, in whichever form they are written. Internal to the library.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "lib/config/settings.hpp"

namespace winrmd::config {

bool is_uri(std::string_view text);

// In the order of Capability, whose first value is 1.
inline constexpr std::array<std::string_view, 9> capability_names{
    "Get", "Put", "Create", "Delete", "Invoke", "Enumerate", "Subscribe", "Shell", "Identify"};
inline std::string_view capability_name(Capability capability) {
  return capability_names.at(static_cast<std::size_t>(capability) - 1);
}

// What is wrong and with which part, so that each form names it in its own words.
struct Breach {
  enum class Part : std::uint8_t { type, fragment, filtering, uri, sddl };
  Part part;
  std::string what;
};

// The capability beside those that the resource has.
std::optional<Breach> breach_of(const Resource& resource, const ResourceCapability& added);
// The descriptor beside those that the resource has. Its uri, sddl and exact_match are set.
std::optional<Breach> breach_of(const Resource& resource, const ResourceSecurity& added);

// The names and URIs of an application's plug-ins, each claimed once. Names tell plug-ins apart in requests between
// processes; two plug-ins with one URI would make the choice a matter of order.
class Claims {
 public:
  // `place` is `FILE:LINE`. What is wrong, if somebody else has it.
  std::optional<std::string> name(const std::string& name, std::string place);
  std::optional<std::string> uri(const std::string& uri, std::string place);

 private:
  std::map<std::string, std::string> names_, uris_;
};

}  // namespace winrmd::config
