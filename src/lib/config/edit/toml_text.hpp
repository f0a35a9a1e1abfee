// Where the parts of a TOML text stand, in bytes: what an edit replaces, and nothing beside it. toml++ says what a text
// means; this says where that is written. Internal to the library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "lib/config/edit/edit.hpp"

namespace winrmd::config {

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

inline constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

// A header, a `key = value`, or an item of an array.
struct Entry {
  enum class Kind : std::uint8_t { table, array_table, pair, inline_pair, item };

  Kind kind = Kind::pair;
  Path path;                        // of the table or value that it defines
  Span span;                        // from the first byte of its key or bracket to the last of its value or bracket
  Span value;                       // pair, inline_pair, item
  std::size_t section = nowhere;    // pair: index of the header above it; nowhere: the document itself
  std::size_t container = nowhere;  // inline_pair, item: index of the entry whose value it stands in

  [[nodiscard]] bool is_header() const { return kind == Kind::table || kind == Kind::array_table; }
};

// All of them, in the order of the text; an inline table or array before what is in it. `text` must be a text that
// parse_toml() takes; for any other the result is of no use, but nothing worse happens.
std::vector<Entry> scan_toml(std::string_view text);

// Where the text goes on after blanks, line ends and comments.
std::size_t skip_blank(std::string_view text, std::size_t at);

// ... after spaces and tabs.
std::size_t skip_indent(std::string_view text, std::size_t at);
bool is_line_end(std::string_view text, std::size_t at);  // and the end of the text

// First byte of the line of `at`, and the first behind its line end.
std::size_t line_begin(std::string_view text, std::size_t at);
std::size_t line_end(std::string_view text, std::size_t at);

bool starts_with(const Path& path, const Path& start);

}  // namespace winrmd::config
