#include "cache.hpp"

#include <utility>

std::optional<Decision> Cache::find(const std::string& key, Clock::time_point now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = index_.find(key);
  if (found == index_.end()) return std::nullopt;
  if (found->second->end <= now) {
    entries_.erase(found->second);
    index_.erase(found);
    return std::nullopt;
  }
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->decision;
}

void Cache::add(const std::string& key, Decision decision, Clock::time_point now) {
  if (lifetime_.count() == 0 || max_size_ == 0) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (const auto found = index_.find(key); found != index_.end()) {
    entries_.erase(found->second);
    index_.erase(found);
  }
  entries_.push_front({key, std::move(decision), now + lifetime_});
  index_[key] = entries_.begin();
  if (entries_.size() > max_size_) {
    index_.erase(entries_.back().key);
    entries_.pop_back();
  }
}
