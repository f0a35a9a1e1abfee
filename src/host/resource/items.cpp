#include "host/resource/items.hpp"

#include <algorithm>
#include <utility>

#include "lib/xml/document.hpp"

namespace winrmd::host {
namespace {

// The markup of an a:EndpointReference, and of one w:Selector in it.
constexpr std::size_t reference_cost = 400;
constexpr std::size_t selector_cost = 40;

}  // namespace

std::size_t size_of(const ipc::EnumerationItem& item) {
  std::size_t size = item.object.size();
  if (!item.reference) return size;
  size += reference_cost + xml::escaped(item.reference->resource_uri).size();
  for (const auto& [name, value] : item.reference->selectors) {
    size += selector_cost + xml::escaped(name).size() + xml::escaped(value).size();
  }
  return size;
}

bool Items::has_room(std::size_t size) const {
  if (items_.empty()) return true;
  return items_.size() < max_held_items && size <= max_held_bytes && bytes_ <= max_held_bytes - size;
}

void Items::add(ipc::EnumerationItem item) {
  const std::size_t size = size_of(item);
  bytes_ += size;
  items_.push_back({.item = std::move(item), .size = size});
}

bool Items::fill(std::size_t max_items, std::size_t max_bytes) const {
  return !items_.empty() && (items_.size() >= max_items || bytes_ >= max_bytes);
}

std::vector<ipc::EnumerationItem> Items::take(std::size_t max_items, std::size_t max_bytes) {
  std::vector<ipc::EnumerationItem> taken;
  std::size_t bytes = 0;
  while (!items_.empty()) {
    Held& next = items_.front();
    if (!taken.empty() && (taken.size() >= max_items || bytes + next.size > max_bytes)) break;
    bytes += next.size;
    bytes_ -= next.size;
    taken.push_back(std::move(next.item));
    items_.pop_front();
  }
  return taken;
}

void Items::clear() {
  items_.clear();
  bytes_ = 0;
}

}  // namespace winrmd::host
