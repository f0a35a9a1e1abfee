#include "host/calls/arena.hpp"

#include <algorithm>

#include "host/check/guarded_memory.hpp"
#include "lib/text/utf.hpp"

namespace winrmd::host {

void Arena::GiveBack::operator()(std::byte* block) const {
  if (guarded != 0) return GuardedMemory::texts().give_back(block, guarded);
  delete[] block;
}

std::byte* Arena::block(std::size_t size) {
  if (guarded_) {
    void* const pages = GuardedMemory::texts().take(size);
    if (pages == nullptr) throw std::bad_alloc();
    return blocks_.emplace_back(static_cast<std::byte*>(pages), GiveBack{.guarded = size}).get();
  }
  return blocks_.emplace_back(new std::byte[size](), GiveBack{}).get();
}

PCWSTR Arena::text(std::string_view utf8) {
  const auto wide = text::to_utf16(utf8);
  if (!wide) {
    good_ = false;
    return array<WCHAR>(1);
  }
  WCHAR* const copy = array<WCHAR>(wide->size() + 1);
  std::ranges::copy(*wide, copy);
  return copy;
}

WSMAN_DATA* Arena::data(std::string_view utf8) {
  WSMAN_DATA* const result = array<WSMAN_DATA>(1);
  result->type = WSMAN_DATA_TYPE_TEXT;
  result->text.buffer = text(utf8);
  result->text.bufferLength = static_cast<DWORD>(std::char_traits<WCHAR>::length(result->text.buffer));
  return result;
}

BYTE* Arena::bytes(std::string_view bytes) {
  BYTE* const copy = array<BYTE>(bytes.size());
  if (copy != nullptr) std::memcpy(copy, bytes.data(), bytes.size());
  return copy;
}

}  // namespace winrmd::host
