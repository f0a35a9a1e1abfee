// Address space that is handed out once and never again in the life of the process. Objects that plug-ins know by their
// address live here, so a plug-in that keeps a pointer too long can never hit a newer object with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace winrmd::host {

// A large reservation without access rights. The memory behind it is nobody's until somebody commits it.
class Reservation {
 public:
  // Reserves `wanted` bytes, or as much as the system gives by halving; the end of the process if not even 64 MiB.
  explicit Reservation(std::size_t wanted);
  ~Reservation();
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;

  [[nodiscard]] std::uintptr_t begin() const { return begin_; }
  [[nodiscard]] std::uintptr_t end() const { return begin_ + size_; }

 private:
  std::uintptr_t begin_ = 0;
  std::size_t size_ = 0;
};

// Small zeroed blocks. A block that was given back reads as zeros for a while and then is no memory at all; its
// address does not come back. Where the contract is watched when this is made (check/contract.hpp), it is no memory at
// once. Thread-safe.
class SlotSpace {
 public:
  static constexpr std::size_t slot_size = 256;
  static constexpr std::size_t default_size = std::size_t{4} << 40;

  explicit SlotSpace(std::size_t size = default_size);

  // Null when the reservation is used up (after 2^34 blocks of the default size).
  void* take();
  // Where memory is guarded, a slot may be given back twice.
  void give_back(void* slot);

 private:
  struct Slab {
    std::size_t live = 0;
    std::unordered_map<std::size_t, unsigned> live_in_page;
  };
  static constexpr std::size_t slab_size = std::size_t{2} << 20;
  static constexpr std::size_t page_size = 4096;

  bool commit_next_slab();
  void drop_slab(std::uintptr_t slab);

  const bool guarded_;
  Reservation reservation_;
  std::mutex mutex_;
  std::uintptr_t next_;
  std::uintptr_t committed_;
  std::unordered_map<std::uintptr_t, Slab> slabs_;
};

// Values for handles: addresses that nobody may dereference and that never repeat. Thread-safe.
class HandleSpace {
 public:
  HandleSpace();

  // Null when the reservation is used up.
  void* take();

 private:
  Reservation reservation_;
  std::mutex mutex_;
  std::uintptr_t next_;
};

}  // namespace winrmd::host
