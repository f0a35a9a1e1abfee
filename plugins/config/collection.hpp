// A resource with several objects: listeners, certificate mappings, descriptors, plug-ins.
#pragma once

#include <string_view>
#include <vector>

#include "request.hpp"
#include "store.hpp"

namespace config_tree {

// What an object was made or changed as.
struct Made {
  Change change;
  std::vector<Selector> selectors;
};

// One per kind; without state. `xml` is the object as the client sent it, empty where it sent none.
class Collection {
 public:
  Collection() = default;
  Collection(const Collection&) = delete;
  Collection& operator=(const Collection&) = delete;
  virtual ~Collection() = default;

  [[nodiscard]] virtual std::string_view uri() const = 0;   // relative to the base, in lower case
  [[nodiscard]] virtual std::string_view name() const = 0;  // of the element
  // Whether a Put may leave elements out, so that one for a fragment can be made of it.
  [[nodiscard]] virtual bool takes_parts() const { return true; }

  [[nodiscard]] virtual Outcome<std::vector<Instance>> list(const Snapshot& snapshot) const = 0;
  // `object` is one of list().
  [[nodiscard]] virtual Outcome<Change> put(const Snapshot& snapshot, const Instance& object,
                                            std::string_view xml) const = 0;
  [[nodiscard]] virtual Outcome<Made> create(const Snapshot& snapshot, const std::vector<Selector>& selectors,
                                             std::string_view xml) const;
  [[nodiscard]] virtual Outcome<Change> remove(const Snapshot& snapshot, const Instance& object) const;
};

// The collection of that URI; null: there is none.
const Collection* find_collection(std::string_view relative);

// The one object that the selectors name; with fewer of them than it has, as long as no other fits.
Outcome<Instance> select(const std::vector<Instance>& objects, const std::vector<Selector>& selectors);

// The value of a selector; null when absent. Names are compared without case.
const std::string* find_selector(const std::vector<Selector>& selectors, std::string_view name);

// The collections.
const Collection& listeners();
const Collection& certificate_mappings();
const Collection& descriptors();
const Collection& registrations();

}  // namespace config_tree
