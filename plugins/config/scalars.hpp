// The resources that are one object of settings: winrm/config and its parts client, service, winrs, and theirs.
#pragma once

#include <string>
#include <string_view>

#include "store.hpp"

namespace config_tree {

// Which settings an object has.
struct ScalarObject {
  std::string_view uri;    // relative to the base: "service/auth"; empty: all
  std::string_view name;   // of its element
  std::string_view place;  // what the settings' paths begin with: "Service/Auth/"
};

// Null: there is no such object. `relative` is in lower case.
const ScalarObject* find_scalar(std::string_view relative);

std::string write_scalars(const ScalarObject& object, const Snapshot& snapshot);

// What a Put of this representation changes. It may leave elements out; those with the value that is there already are
// fine, whoever may write them.
Outcome<Change> put_scalars(const ScalarObject& object, std::string_view xml, const Snapshot& snapshot);

// Every setting that can be written, as it is when nobody says anything.
Outcome<Change> restore_scalars(const Snapshot& snapshot);

}  // namespace config_tree
