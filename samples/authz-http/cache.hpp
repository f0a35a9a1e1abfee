// Decisions for a while. Bounded in time and number: the least recently used goes first. Any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "policy.hpp"

class Cache {
 public:
  using Clock = std::chrono::steady_clock;

  // `lifetime` 0: keeps nothing.
  Cache(std::chrono::seconds lifetime, std::size_t max_size) : lifetime_(lifetime), max_size_(max_size) {}

  std::optional<Decision> find(const std::string& key, Clock::time_point now);
  void add(const std::string& key, Decision decision, Clock::time_point now);

 private:
  struct Entry {
    std::string key;
    Decision decision;
    Clock::time_point end;
  };

  const std::chrono::seconds lifetime_;
  const std::size_t max_size_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // the most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> index_;
};
