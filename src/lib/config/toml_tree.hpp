// A TOML document as a plain tree with line numbers. toml_tree.cpp is the one file that includes toml++.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.hpp"

namespace winrmd::config {

struct Node {
  enum class Kind : std::uint8_t { string, integer, boolean, array, table, other };

  Kind kind = Kind::table;
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::string string;  // of another kind: the value as text
  std::int64_t integer = 0;
  bool boolean = false;
  std::string name;            // of a member of a table
  std::vector<Node> children;  // items of an array, members of a table in the order of the text
};

// What a kind is called in an error ("a string").
std::string_view kind_name(Node::Kind kind);

// Fails on a text that is not TOML, with `NAME:LINE: what`.
Result<Node> parse_toml(std::string_view text, std::string_view name);

}  // namespace winrmd::config
