// The items of one enumeration between the plug-in that reports them and the client that fetches them. No lock, no
// clock, no I/O: the caller has all three.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "lib/ipc/messages_resource.hpp"

namespace winrmd::host {

// Then the plug-in waits. One item that is larger than the second is held all the same, alone.
inline constexpr std::size_t max_held_items = 1000;
inline constexpr std::size_t max_held_bytes = std::size_t{1} << 20;

// What an item takes in a message, about: its XML, and for a reference the elements around its texts.
std::size_t size_of(const ipc::EnumerationItem& item);

class Items {
 public:
  [[nodiscard]] bool has_room(std::size_t size) const;
  void add(ipc::EnumerationItem item);
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  // An answer with these limits could not be fuller.
  [[nodiscard]] bool fill(std::size_t max_items, std::size_t max_bytes) const;
  // In the order they came: as many as the limits allow, but at least one if there is one.
  std::vector<ipc::EnumerationItem> take(std::size_t max_items, std::size_t max_bytes);
  void clear();

 private:
  struct Held {
    ipc::EnumerationItem item;
    std::size_t size = 0;
  };
  std::deque<Held> items_;
  std::size_t bytes_ = 0;
};

}  // namespace winrmd::host
