// XML of the tree: what is written, and what clients write.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "outcome.hpp"

namespace config_tree {

inline constexpr std::string_view base_uri = "http://schemas.microsoft.com/wbem/wsman/1/config";

// A value and where it stands: "Service/Auth/Basic" below the root element.
struct Leaf {
  std::string path;
  std::string text;

  bool operator==(const Leaf&) const = default;
};

// One element with these leaves; neighbours that begin alike share their parents.
std::string write_object(std::string_view name, std::string_view uri, const std::vector<Leaf>& leaves);

// The leaves of an object that a client sent, in their order, blanks at their ends taken off. The root must have this
// name, in whatever case; every element belongs to the tree's namespaces. An element comes once.
Outcome<std::vector<Leaf>> read_object(std::string_view xml, std::string_view name);

// Fragments: a path such as `Service/MaxConnections`, of steps that may have a prefix and a number (`ListeningOn[2]`).
// The part of the object that it means, as one element.
Outcome<std::string> pick_fragment(std::string_view object, std::string_view path);
// An object that has nothing but this part. `content` is the part, an element; with or without a XmlFragment around it.
Outcome<std::string> wrap_fragment(std::string_view name, std::string_view uri, std::string_view path,
                                   std::string_view content);

}  // namespace config_tree
