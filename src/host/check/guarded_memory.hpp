// Memory for what plug-ins get, while their contract is checked: each block has pages of its own, in address space that
// never comes back, and whoever touches it after it was given back is caught.
#pragma once

#include <cstddef>

#include "host/core/address_space.hpp"

namespace winrmd::host {

class GuardedMemory {
 public:
  // Structures that name an operation, and texts and arrays behind them. Made at the first use.
  static GuardedMemory& structures();
  static GuardedMemory& texts();

  // Zeroed; null when the system has no more. `size` is not 0. Thread-safe, as all of this.
  void* take(std::size_t size);
  // No access from now on. A block may be given back twice.
  void give_back(void* block, std::size_t size);
  // Also from a signal handler.
  [[nodiscard]] bool contains(const void* address) const;

 private:
  GuardedMemory();

  Reservation reservation_;
  std::mutex mutex_;
  std::uintptr_t next_;
};

}  // namespace winrmd::host
