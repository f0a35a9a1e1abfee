// Where in a text an addition goes, and the text with it. Internal to the library; edit.cpp checks the results.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/config/edit/edit.hpp"
#include "lib/config/edit/toml_text.hpp"

namespace winrmd::config {

// A text and what is in it.
struct Draft {
  std::string text;
  Node tree;
  std::vector<Entry> entries;

  static Result<Draft> read(std::string_view text);
  // Index of what defines exactly this path; nowhere: nothing does.
  [[nodiscard]] std::size_t find(const Path& path) const;
  // The line end that the text uses.
  [[nodiscard]] std::string_view newline() const;
};

std::string splice(std::string_view text, Span span, std::string_view replacement);

// Each gives the whole new text.
Result<std::string> add_pair(const Draft& draft, const Path& path, const Node& value);
Result<std::string> add_table(const Draft& draft, const Path& array, const Node& table);  // as one more [[array]]
std::string add_item(const Draft& draft, const Entry& array, const Node& item);

// Header and pairs that belong to the table at `path`, with all below it; indexes of entries.
std::vector<std::size_t> family_of(const Draft& draft, const Path& path);

}  // namespace winrmd::config
