#include "inventory.hpp"

Inventory::Added Inventory::add(const std::string& name, std::uint32_t count) {
  if (name.empty() || name.size() > max_name) return Added::no_name;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (items_.count(name) != 0) return Added::there_already;
  if (items_.size() >= max_items) return Added::no_room;
  items_.emplace(name, count);
  return Added::yes;
}

std::optional<std::uint32_t> Inventory::find(const std::string& name) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = items_.find(name);
  if (found == items_.end()) return std::nullopt;
  return found->second;
}

bool Inventory::set(const std::string& name, std::uint32_t count) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = items_.find(name);
  if (found == items_.end()) return false;
  found->second = count;
  return true;
}

bool Inventory::remove(const std::string& name) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return items_.erase(name) != 0;
}

std::optional<std::uint32_t> Inventory::take(const std::string& name, std::uint32_t count) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = items_.find(name);
  if (found == items_.end() || found->second < count) return std::nullopt;
  return found->second -= count;
}

std::optional<std::pair<std::string, std::uint32_t>> Inventory::after(const std::string& name) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = items_.upper_bound(name);
  if (found == items_.end()) return std::nullopt;
  return std::make_pair(found->first, found->second);
}
