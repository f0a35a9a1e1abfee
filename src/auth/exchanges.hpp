// Log-ins of several legs between two of them: what there is to go on with, by connection. A client may never come
// back, so each is dropped after a while, and the oldest when there are too many.
#pragma once

#include <cstdint>
#include <list>
#include <unordered_map>
#include <utility>

#include "auth/penalties.hpp"

namespace winrmd::auth {

inline constexpr std::size_t max_exchanges = 512;
inline constexpr std::chrono::seconds exchange_time(60);  // from one leg to the next

// T: default-constructible to "nothing", movable.
template <class T>
class Exchanges {
 public:
  // In place of what the connection had.
  void keep(std::uint64_t connection, T state, Clock::time_point now) {
    forget(connection);
    entries_.push_back({.connection = connection, .state = std::move(state), .until = now + exchange_time});
    index_[connection] = std::prev(entries_.end());
    if (entries_.size() > max_exchanges) forget(entries_.front().connection);
  }
  // Nothing when the connection has none.
  T take(std::uint64_t connection) {
    const auto found = index_.find(connection);
    if (found == index_.end()) return T();
    T state = std::move(found->second->state);
    forget(connection);
    return state;
  }
  void forget(std::uint64_t connection) {
    const auto found = index_.find(connection);
    if (found == index_.end()) return;
    entries_.erase(found->second);
    index_.erase(found);
  }
  void clear() {
    entries_.clear();
    index_.clear();
  }
  // Drops what took too long; when to ask again, or Clock::time_point::max().
  Clock::time_point expire(Clock::time_point now) {
    while (!entries_.empty() && entries_.front().until <= now) forget(entries_.front().connection);
    return entries_.empty() ? Clock::time_point::max() : entries_.front().until;
  }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t connection;
    T state;
    Clock::time_point until;
  };
  std::list<Entry> entries_;  // the oldest first
  std::unordered_map<std::uint64_t, typename std::list<Entry>::iterator> index_;
};

}  // namespace winrmd::auth
