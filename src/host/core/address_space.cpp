#include "host/core/address_space.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

#include "host/check/contract.hpp"
#include "host/check/guarded_memory.hpp"
#include "lib/log/log.hpp"

namespace winrmd::host {
namespace {

constexpr std::size_t smallest_reservation = std::size_t{64} << 20;
constexpr std::size_t slab_alignment = std::size_t{2} << 20;
constexpr std::size_t handle_space_size = std::size_t{64} << 30;
constexpr std::size_t handle_stride = 16;

void* at(std::uintptr_t address) {
  return reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr): this file makes addresses
}

}  // namespace

Reservation::Reservation(std::size_t wanted) {
  for (std::size_t size = wanted; size >= smallest_reservation; size /= 2) {
    void* const got = ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (got == MAP_FAILED) continue;
    begin_ = reinterpret_cast<std::uintptr_t>(got);
    size_ = size;
    return;
  }
  log::error("address_space_missing");
  std::abort();
}

Reservation::~Reservation() { ::munmap(at(begin_), size_); }

SlotSpace::SlotSpace(std::size_t size)
    : guarded_(contract::watching()),
      reservation_(size),
      next_((reservation_.begin() + slab_alignment - 1) / slab_alignment * slab_alignment),
      committed_(next_) {}

void* SlotSpace::take() {
  if (guarded_) return GuardedMemory::structures().take(slot_size);
  std::lock_guard lock(mutex_);
  if (next_ == committed_ && !commit_next_slab()) return nullptr;
  const std::uintptr_t slot = next_;
  next_ += slot_size;
  Slab& slab = slabs_[slot / slab_size];
  ++slab.live;
  ++slab.live_in_page[slot / page_size];
  return at(slot);
}

void SlotSpace::give_back(void* slot) {
  if (guarded_) return GuardedMemory::structures().give_back(slot, slot_size);
  const auto address = reinterpret_cast<std::uintptr_t>(slot);
  std::lock_guard lock(mutex_);
  const auto slab = slabs_.find(address / slab_size);
  if (slab == slabs_.end()) return;
  std::memset(slot, 0, slot_size);
  const std::size_t page = address / page_size;
  const auto in_page = slab->second.live_in_page.find(page);
  if (--in_page->second == 0 && next_ / page_size != page) {
    slab->second.live_in_page.erase(in_page);
    ::madvise(at(page * page_size), page_size, MADV_DONTNEED);
  }
  if (--slab->second.live == 0 && next_ / slab_size != address / slab_size) drop_slab(address / slab_size);
}

bool SlotSpace::commit_next_slab() {
  if (committed_ + slab_size > reservation_.end()) return false;
  if (::mprotect(at(committed_), slab_size, PROT_READ | PROT_WRITE) != 0) return false;
  // The slab before this one may have died while blocks were still taken from it.
  const std::uintptr_t before = committed_ / slab_size - 1;
  const auto slab = slabs_.find(before);
  if (slab != slabs_.end() && slab->second.live == 0) drop_slab(before);
  committed_ += slab_size;
  return true;
}

void SlotSpace::drop_slab(std::uintptr_t slab) {
  slabs_.erase(slab);
  // A fresh mapping instead of mprotect(): it frees the page tables too.
  ::mmap(at(slab * slab_size), slab_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

HandleSpace::HandleSpace() : reservation_(handle_space_size), next_(reservation_.begin() + handle_stride) {}

void* HandleSpace::take() {
  std::lock_guard lock(mutex_);
  if (next_ + handle_stride > reservation_.end()) return nullptr;
  void* const handle = at(next_);
  next_ += handle_stride;
  return handle;
}

}  // namespace winrmd::host
