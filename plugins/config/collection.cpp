#include "collection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/text/ascii.hpp"

namespace config_tree {
namespace {

using winrmd::text::iequals;

bool fits(const Instance& object, const std::vector<Selector>& selectors) {
  return std::ranges::all_of(selectors, [&](const Selector& wanted) {
    const auto* value = find_selector(object.selectors, wanted.name);
    return value != nullptr && iequals(*value, wanted.value);
  });
}

bool is_known(const std::vector<Instance>& objects, const Selector& selector) {
  return objects.empty() || std::ranges::any_of(objects, [&](const Instance& object) {
           return find_selector(object.selectors, selector.name) != nullptr;
         });
}

}  // namespace

Outcome<Made> Collection::create(const Snapshot& /*snapshot*/, const std::vector<Selector>& /*selectors*/,
                                 std::string_view /*xml*/) const {
  return refuse(ERROR_WSMAN_ACTION_NOT_SUPPORTED, fmt::format("{} cannot be created", name()));
}

Outcome<Change> Collection::remove(const Snapshot& /*snapshot*/, const Instance& /*object*/) const {
  return refuse(ERROR_WSMAN_ACTION_NOT_SUPPORTED, fmt::format("{} cannot be deleted", name()));
}

const Collection* find_collection(std::string_view relative) {
  const std::array<const Collection*, 4> all{&listeners(), &certificate_mappings(), &descriptors(), &registrations()};
  const auto* const found = std::ranges::find_if(all, [&](const Collection* one) { return one->uri() == relative; });
  return found == all.end() ? nullptr : *found;
}

const std::string* find_selector(const std::vector<Selector>& selectors, std::string_view name) {
  const auto found =
      std::ranges::find_if(selectors, [&](const Selector& selector) { return iequals(selector.name, name); });
  return found == selectors.end() ? nullptr : &found->value;
}

Outcome<Instance> select(const std::vector<Instance>& objects, const std::vector<Selector>& selectors) {
  if (selectors.empty()) return refuse(ERROR_WSMAN_INSUFFCIENT_SELECTORS, "the selectors are missing");
  for (const auto& selector : selectors) {
    if (is_known(objects, selector)) continue;
    return refuse(ERROR_WSMAN_UNEXPECTED_SELECTORS, fmt::format("there is no selector '{}' here", selector.name));
  }
  std::vector<const Instance*> found;
  for (const auto& object : objects) {
    if (fits(object, selectors)) found.push_back(&object);
  }
  if (found.size() == 1) return *found[0];
  if (!found.empty()) return refuse(ERROR_WSMAN_AMBIGUOUS_SELECTORS, "several objects have these selectors");
  return refuse(ERROR_WSMAN_RESOURCE_NOT_FOUND, "there is no object with these selectors");
}

}  // namespace config_tree
