#include "tree.hpp"

#include <fmt/format.h>

#include <optional>

#include "collection.hpp"
#include "lib/text/ascii.hpp"
#include "representation.hpp"
#include "scalars.hpp"

namespace config_tree {
namespace {

// What a URI means: one of the two.
struct Target {
  const ScalarObject* scalar = nullptr;
  const Collection* collection = nullptr;
};

Outcome<Target> find_target(const Request& request) {
  const std::string_view uri = request.resource;
  if (winrmd::text::istarts_with(uri, base_uri)) {
    auto rest = uri.substr(base_uri.size());
    if (rest.empty() || rest.front() == '/') {
      if (!rest.empty()) rest.remove_prefix(1);
      const auto relative = winrmd::text::to_lower(rest);
      if (const auto* scalar = find_scalar(relative)) return Target{.scalar = scalar};
      if (const auto* collection = find_collection(relative)) return Target{.collection = collection};
    }
  }
  return refuse(ERROR_WSMAN_INVALID_RESOURCE_URI, fmt::format("there is no '{}' in the configuration", uri));
}

// The single objects are named by their URIs alone.
Outcome<Target> find_target_of(const Request& request) {
  auto target = find_target(request);
  if (target && target->scalar != nullptr && !request.selectors.empty()) {
    return refuse(ERROR_WSMAN_UNEXPECTED_SELECTORS, fmt::format("'{}' has no selectors", request.resource));
  }
  return target;
}

Outcome<const Collection*> find_collection_of(const Request& request, std::string_view what) {
  const auto target = find_target(request);
  if (!target) return std::unexpected(target.error());
  if (target->collection == nullptr) {
    return refuse(ERROR_WSMAN_ACTION_NOT_SUPPORTED, fmt::format("'{}' cannot be {}", request.resource, what));
  }
  if (request.fragment) {
    return refuse(ERROR_WSMAN_FRAGMENT_TRANSFER_NOT_SUPPORTED, fmt::format("a part of it cannot be {}", what));
  }
  return target->collection;
}

Outcome<Instance> find_instance(const Collection& collection, const Request& request, const Snapshot& snapshot) {
  const auto objects = collection.list(snapshot);
  if (!objects) return std::unexpected(objects.error());
  return select(*objects, request.selectors);
}

Outcome<std::string> show(const Target& target, const Request& request, const Snapshot& snapshot) {
  std::string xml;
  if (target.scalar != nullptr) {
    xml = write_scalars(*target.scalar, snapshot);
  } else {
    auto object = find_instance(*target.collection, request, snapshot);
    if (!object) return std::unexpected(object.error());
    xml = std::move(object->xml);
  }
  return request.fragment ? pick_fragment(xml, *request.fragment) : std::move(xml);
}

// What was sent, as an object.
Outcome<std::string> whole_body(const Target& target, const Request& request) {
  if (!request.fragment) return request.body;
  const bool takes_parts = target.collection == nullptr || target.collection->takes_parts();
  if (!takes_parts) {
    return refuse(ERROR_WSMAN_FRAGMENT_TRANSFER_NOT_SUPPORTED, "a registration is put as a whole");
  }
  const auto name = target.scalar != nullptr ? target.scalar->name : target.collection->name();
  return wrap_fragment(name, request.resource, *request.fragment, request.body);
}

}  // namespace

Outcome<std::string> Tree::get(const Request& request) const {
  const auto target = find_target_of(request);
  if (!target) return std::unexpected(target.error());
  const auto snapshot = store_.read();
  if (!snapshot) return std::unexpected(snapshot.error());
  return show(*target, request, *snapshot);
}

Outcome<std::string> Tree::put(const Request& request) const {
  const auto target = find_target_of(request);
  if (!target) return std::unexpected(target.error());
  const auto body = whole_body(*target, request);
  if (!body) return std::unexpected(body.error());
  const auto after = store_.change([&](const Snapshot& before) -> Outcome<Change> {
    if (target->scalar != nullptr) return put_scalars(*target->scalar, *body, before);
    const auto object = find_instance(*target->collection, request, before);
    if (!object) return std::unexpected(object.error());
    return target->collection->put(before, *object, *body);
  });
  if (!after) return std::unexpected(after.error());
  // What was changed may be what the selectors named it by: nothing is shown then.
  return show(*target, request, *after).value_or(std::string());
}

Outcome<std::vector<Selector>> Tree::create(const Request& request) const {
  const auto collection = find_collection_of(request, "created");
  if (!collection) return std::unexpected(collection.error());
  std::vector<Selector> selectors;
  const auto after = store_.change([&](const Snapshot& before) -> Outcome<Change> {
    auto made = (*collection)->create(before, request.selectors, request.body);
    if (!made) return std::unexpected(made.error());
    selectors = std::move(made->selectors);
    return std::move(made->change);
  });
  if (!after) return std::unexpected(after.error());
  return selectors;
}

Outcome<void> Tree::remove(const Request& request) const {
  const auto collection = find_collection_of(request, "deleted");
  if (!collection) return std::unexpected(collection.error());
  const auto after = store_.change([&](const Snapshot& before) -> Outcome<Change> {
    const auto object = find_instance(**collection, request, before);
    if (!object) return std::unexpected(object.error());
    return (*collection)->remove(before, *object);
  });
  if (!after) return std::unexpected(after.error());
  return {};
}

Outcome<std::vector<Instance>> Tree::enumerate(const Request& request) const {
  const auto collection = find_collection_of(request, "enumerated");
  if (!collection) return std::unexpected(collection.error());
  const auto snapshot = store_.read();
  if (!snapshot) return std::unexpected(snapshot.error());
  return (*collection)->list(*snapshot);
}

Outcome<std::string> Tree::invoke(const Request& request, std::string_view action) const {
  const auto target = find_target_of(request);
  if (!target) return std::unexpected(target.error());
  const auto name = action.substr(action.rfind('/') == std::string_view::npos ? 0 : action.rfind('/') + 1);
  if (target->scalar == nullptr || !target->scalar->uri.empty() || !winrmd::text::iequals(name, "Restore")) {
    return refuse(ERROR_WSMAN_ACTION_NOT_SUPPORTED, fmt::format("'{}' has no action '{}'", request.resource, action));
  }
  const auto after = store_.change(restore_scalars);
  if (!after) return std::unexpected(after.error());
  return write_object("Restore_OUTPUT", base_uri, {});
}

}  // namespace config_tree
