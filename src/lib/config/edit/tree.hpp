// What an edit does to the meaning of a document, to be compared with what it did to the text. Internal to the library.
#pragma once

#include "lib/config/edit/edit.hpp"

namespace winrmd::config {

// The node at `path`; null when there is none. The root for the empty path.
const Node* find_node(const Node& root, const Path& path);
Node* find_node(Node& root, const Path& path);

// The node at `path`, made with the tables above it where it is missing; null when something on the way is no table, or
// an index does not exist.
Node* make_node(Node& root, const Path& path);

// Takes the node at `path` away, if it is there.
void erase_node(Node& root, const Path& path);

// Gives `to` the value of `from`; its name stays.
void assign_value(Node& to, const Node& from);

// The same value, wherever it is written and in whatever order its members are.
bool same_value(const Node& left, const Node& right);

}  // namespace winrmd::config
