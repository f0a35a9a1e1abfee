// The winrm/config tree: which part of it a request is about, and what is done. Any thread; calls that change something
// wait for one another.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "request.hpp"
#include "store.hpp"

namespace config_tree {

class Tree {
 public:
  explicit Tree(Location location) : store_(std::move(location)) {}

  // The object, or the part of it that a fragment names.
  [[nodiscard]] Outcome<std::string> get(const Request& request) const;
  // The object (or part) as it is then.
  [[nodiscard]] Outcome<std::string> put(const Request& request) const;
  // The selectors of what was made.
  [[nodiscard]] Outcome<std::vector<Selector>> create(const Request& request) const;
  [[nodiscard]] Outcome<void> remove(const Request& request) const;
  [[nodiscard]] Outcome<std::vector<Instance>> enumerate(const Request& request) const;
  // `action`: the whole URI. The output, one element.
  [[nodiscard]] Outcome<std::string> invoke(const Request& request, std::string_view action) const;

 private:
  Store store_;
};

}  // namespace config_tree
