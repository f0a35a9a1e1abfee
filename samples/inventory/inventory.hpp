// What the plug-in keeps: how many there are of each thing. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

class Inventory {
 public:
  static constexpr std::size_t max_items = 10'000;
  static constexpr std::size_t max_name = 256;  // bytes

  enum class Added { yes, there_already, no_name, no_room };

  Added add(const std::string& name, std::uint32_t count);
  std::optional<std::uint32_t> find(const std::string& name) const;
  bool set(const std::string& name, std::uint32_t count);  // false: no such thing
  bool remove(const std::string& name);
  // Takes so many away, and says how many are left. Nothing: no such thing, or not so many.
  std::optional<std::uint32_t> take(const std::string& name, std::uint32_t count);

  // The first thing after that name, by name: a way to go through all of them while they change.
  std::optional<std::pair<std::string, std::uint32_t>> after(const std::string& name) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::uint32_t> items_;
};
