// What a client asks, in UTF-8, and what it gets.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace config_tree {

struct Selector {
  std::string name;
  std::string value;

  bool operator==(const Selector&) const = default;
};

struct Request {
  std::string resource;  // URI
  std::vector<Selector> selectors{};
  std::optional<std::string> fragment{};  // a path to a part of the object
  std::string body{};                     // one XML element; empty: none
};

// One of several objects below a URI, and what tells it from the others.
struct Instance {
  std::vector<Selector> selectors;
  std::string xml;
};

}  // namespace config_tree
