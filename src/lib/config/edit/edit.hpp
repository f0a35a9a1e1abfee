// Changes to a configuration file that leave everything else in it as it is: comments, order, blank lines, other keys.
// Text in, text out; no I/O. After each change the new text is read again and compared with the old: what differs must
// be what was asked for, or the change is refused. Any thread may call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "lib/base/result.hpp"
#include "lib/config/toml_tree.hpp"

namespace winrmd::config {

// Where something is: {"listener", 0, "port"} is `port` of the first [[listener]]. Names are not split at dots.
using Step = std::variant<std::string, std::size_t>;
using Path = std::vector<Step>;

// "listener[0].port", for errors.
std::string show_path(const Path& path);

// Values to write. A table becomes an inline table, an array is written on one line.
Node text_value(std::string text);
Node number_value(std::int64_t number);
Node flag_value(bool flag);
Node list_value(std::vector<Node> items);
Node table_value(std::vector<std::pair<std::string, Node>> members);

// Gives the key at `path` this value. A key that is not there is added at the end of its table; so is a table that is
// not there. Items of an array that the new value has too stay where they are, with the comments beside them. Refused
// for a table or [[table]]s, for an index that does not exist, and below something that is no table.
Result<std::string> set_value(std::string_view text, const Path& path, const Node& value);

// Takes away a key, an item, a [table] with all below it, or one [[table]]. Comments behind a removed key stay, as
// comments above one do; those between the lines of a removed table go with it. Refused when nothing is there.
Result<std::string> remove_value(std::string_view text, const Path& path);

// Adds an item to the array at `path`. One that is not there is made, as [[tables]] when the item is a table.
Result<std::string> append_value(std::string_view text, const Path& path, const Node& item);

}  // namespace winrmd::config
