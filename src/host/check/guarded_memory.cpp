#include "host/check/guarded_memory.hpp"

#include <sys/mman.h>

namespace winrmd::host {
namespace {

constexpr std::size_t space_size = std::size_t{256} << 30;
constexpr std::size_t page_size = 4096;

std::size_t whole_pages(std::size_t size) { return (size + page_size - 1) / page_size * page_size; }

void* at(std::uintptr_t address) {
  return reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr): this file makes addresses
}

}  // namespace

GuardedMemory::GuardedMemory() : reservation_(space_size), next_(whole_pages(reservation_.begin())) {}

// Never destroyed: plug-ins may have left threads behind.
GuardedMemory& GuardedMemory::structures() {
  static auto* const memory = new GuardedMemory;
  return *memory;
}

GuardedMemory& GuardedMemory::texts() {
  static auto* const memory = new GuardedMemory;
  return *memory;
}

void* GuardedMemory::take(std::size_t size) {
  const std::size_t pages = whole_pages(size);
  std::lock_guard lock(mutex_);
  if (pages < size || reservation_.end() - next_ < pages) return nullptr;
  if (::mprotect(at(next_), pages, PROT_READ | PROT_WRITE) != 0) return nullptr;
  void* const block = at(next_);
  next_ += pages;
  return block;
}

void GuardedMemory::give_back(void* block, std::size_t size) {
  // A fresh mapping instead of mprotect(): it frees the memory, too.
  ::mmap(block, whole_pages(size), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

bool GuardedMemory::contains(const void* address) const {
  const auto value = reinterpret_cast<std::uintptr_t>(address);
  return value >= reservation_.begin() && value < reservation_.end();
}

}  // namespace winrmd::host
