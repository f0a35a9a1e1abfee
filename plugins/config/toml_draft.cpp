#include "toml_draft.hpp"

#include "lib/config/edit/tree.hpp"

namespace config_tree {

namespace config = winrmd::config;

Outcome<void> TomlDraft::take(winrmd::Result<std::string> text) {
  if (!text) return refuse(ERROR_WSMAN_CONFIG_CORRUPTED, text.error().message);
  text_ = std::move(*text);
  return {};
}

Outcome<void> TomlDraft::set(const config::Path& path, const config::Node& value) {
  return take(config::set_value(text_, path, value));
}

Outcome<void> TomlDraft::append(const config::Path& path, const config::Node& item) {
  return take(config::append_value(text_, path, item));
}

Outcome<void> TomlDraft::remove(const config::Path& path) { return take(config::remove_value(text_, path)); }

bool TomlDraft::has(const config::Path& path) const {
  const auto tree = config::parse_toml(text_, "");
  return tree && config::find_node(*tree, path) != nullptr;
}

Outcome<void> TomlDraft::remove_if_there(const config::Path& path) {
  if (!has(path)) return {};
  return remove(path);
}

}  // namespace config_tree
