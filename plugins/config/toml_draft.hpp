// The text of winrmd.toml while it is changed.
#pragma once

#include <string>
#include <utility>

#include "lib/config/edit/edit.hpp"
#include "outcome.hpp"

namespace config_tree {

class TomlDraft {
 public:
  explicit TomlDraft(std::string text) : text_(std::move(text)) {}

  Outcome<void> set(const winrmd::config::Path& path, const winrmd::config::Node& value);
  Outcome<void> append(const winrmd::config::Path& path, const winrmd::config::Node& item);
  Outcome<void> remove(const winrmd::config::Path& path);
  Outcome<void> remove_if_there(const winrmd::config::Path& path);
  [[nodiscard]] bool has(const winrmd::config::Path& path) const;

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  Outcome<void> take(winrmd::Result<std::string> text);

  std::string text_;
};

}  // namespace config_tree
