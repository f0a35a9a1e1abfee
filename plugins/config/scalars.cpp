#include "scalars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "lib/text/ascii.hpp"
#include "listener_switch.hpp"
#include "representation.hpp"
#include "setting.hpp"

namespace config_tree {
namespace {

namespace config = winrmd::config;

constexpr auto objects = std::to_array<ScalarObject>({
    {"", "Config", ""},
    {"client", "Client", "Client/"},
    {"client/auth", "Auth", "Client/Auth/"},
    {"client/defaultports", "DefaultPorts", "Client/DefaultPorts/"},
    {"service", "Service", "Service/"},
    {"service/auth", "Auth", "Service/Auth/"},
    {"service/defaultports", "DefaultPorts", "Service/DefaultPorts/"},
    {"winrs", "Winrs", "Winrs/"},
});

std::string uri_of(const ScalarObject& object) {
  return object.uri.empty() ? std::string(base_uri) : fmt::format("{}/{}", base_uri, object.uri);
}

std::unexpected<Refusal> invalid(const Setting& setting, std::string_view what) {
  return refuse(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, fmt::format("{}: {}", setting.path, what));
}

std::optional<std::int64_t> read_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || text.starts_with('-')) return std::nullopt;
  return number;
}

// The text as value_of() would write it.
Outcome<std::string> normal_form(const Setting& setting, const std::string& text) {
  if (setting.kind == Kind::number) {
    const auto number = read_number(text);
    if (!number || *number > 0xFFFF'FFFFLL) return invalid(setting, fmt::format("'{}' is no number of 32 bits", text));
    return fmt::format("{}", *number);
  }
  if (setting.kind == Kind::flag) {
    if (text == "1" || winrmd::text::iequals(text, "true")) return "true";
    if (text == "0" || winrmd::text::iequals(text, "false")) return "false";
    return invalid(setting, fmt::format("'{}' is not true or false", text));
  }
  return text;
}

bool is_port(const Setting& setting) { return setting.path.contains("/DefaultPorts/"); }

Outcome<void> check_access(const Setting& setting, const std::string& value) {
  if (is_port(setting) && (read_number(value).value_or(0) < 1 || read_number(value).value_or(0) > 65'535)) {
    return refuse(ERROR_WSMAN_CONFIG_PORT_INVALID, fmt::format("{}: a port is 1 to 65535", setting.path));
  }
  if (setting.access == Access::deprecated) {
    return refuse(ERROR_WSMAN_DEPRECATED_CONFIG_SETTING, fmt::format("{}: cannot be changed any more", setting.path));
  }
  if (setting.access == Access::read_only) {
    return refuse(ERROR_WSMAN_CONFIG_READONLY_PROPERTY, fmt::format("{}: cannot be changed here", setting.path));
  }
  return {};
}

std::string write_time(std::int64_t ms) {
  return ms % 1000 == 0 ? fmt::format("{}s", ms / 1000) : fmt::format("{}ms", ms);
}

Outcome<void> set_limit(TomlDraft& draft, const Setting& setting, const std::string& value, const Snapshot& snapshot) {
  const auto number = read_number(value).value_or(-1);
  if (number < setting.least || number > setting.most) {
    return invalid(setting, fmt::format("must be between {} and {}, not {}", setting.least, setting.most, value));
  }
  const auto& limit = setting.limit;
  const config::Path own{"application", snapshot.application, std::string(limit.key)};
  const bool has_own = (limit.own_number != nullptr || limit.own_time != nullptr) && draft.has(own);
  const auto path = has_own ? own : config::Path{"limits", std::string(limit.key)};
  return draft.set(path, limit.time != nullptr ? config::text_value(write_time(number * limit.unit_ms))
                                               : config::number_value(number));
}

// The settings that a representation changes, with their new values.
using Wishes = std::vector<std::pair<const Setting*, std::string>>;

Outcome<Wishes> read_wishes(const ScalarObject& object, std::string_view xml, const Snapshot& snapshot) {
  const auto leaves = read_object(xml, object.name);
  if (!leaves) return std::unexpected(leaves.error());
  Wishes wishes;
  std::set<std::string, std::less<>> seen;
  for (const auto& leaf : *leaves) {
    const auto path = std::string(object.place) + leaf.path;
    const auto known = settings_below(path);
    if (known.empty() || known.front().path != path) {
      // A group without anything in it.
      if (leaf.text.empty() && !settings_below(path + '/').empty()) continue;
      return refuse(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, fmt::format("{}: there is no such setting", path));
    }
    const auto& setting = known.front();
    if (!seen.insert(path).second) return invalid(setting, "is there twice");
    auto value = normal_form(setting, leaf.text);
    if (!value) return std::unexpected(value.error());
    if (*value == value_of(setting, snapshot)) continue;
    if (auto checked = check_access(setting, *value); !checked) return std::unexpected(checked.error());
    wishes.emplace_back(&setting, std::move(*value));
  }
  return wishes;
}

}  // namespace

const ScalarObject* find_scalar(std::string_view relative) {
  const auto* const found = std::ranges::find(objects, relative, &ScalarObject::uri);
  return found == objects.end() ? nullptr : found;
}

std::string write_scalars(const ScalarObject& object, const Snapshot& snapshot) {
  std::vector<Leaf> leaves;
  for (const auto& setting : settings_below(object.place)) {
    leaves.push_back(
        {.path = std::string(setting.path.substr(object.place.size())), .text = value_of(setting, snapshot)});
  }
  return write_object(object.name, uri_of(object), leaves);
}

Outcome<Change> put_scalars(const ScalarObject& object, std::string_view xml, const Snapshot& snapshot) {
  const auto wishes = read_wishes(object, xml, snapshot);
  if (!wishes) return std::unexpected(wishes.error());
  TomlDraft draft(snapshot.text);
  std::map<Switch, std::string> switches;
  for (const auto& [setting, value] : *wishes) {
    Outcome<void> done;
    if (setting->of_listeners != Switch::none) {
      switches[setting->of_listeners] = value;
    } else if (!setting->limit.key.empty()) {
      done = set_limit(draft, *setting, value, snapshot);
    } else {
      done = draft.set({"application", snapshot.application, std::string(setting->application_key)},
                       config::text_value(value));
    }
    if (!done) return std::unexpected(done.error());
  }
  if (auto done = set_switches(draft, snapshot.settings, switches); !done) return std::unexpected(done.error());
  return Change{.text = draft.text()};
}

Outcome<Change> restore_scalars(const Snapshot& snapshot) {
  TomlDraft draft(snapshot.text);
  for (const auto& setting : all_settings()) {
    for (const auto key : {setting.limit.key, setting.application_key}) {
      if (key.empty()) continue;
      Outcome<void> done = draft.remove_if_there({"limits", std::string(key)});
      if (done) done = draft.remove_if_there({"application", snapshot.application, std::string(key)});
      if (!done) return std::unexpected(done.error());
    }
  }
  if (auto done = reset_switches(draft, snapshot.settings); !done) return std::unexpected(done.error());
  return Change{.text = draft.text()};
}

}  // namespace config_tree
