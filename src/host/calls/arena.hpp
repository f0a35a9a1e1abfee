// Memory behind the members of a request: texts and arrays that live and die together. Where the contract is watched,
// it is memory that nobody may touch afterwards.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <vector>

#include "host/check/contract.hpp"
#include "host/core/wsman.hpp"

namespace winrmd::host {

class Arena {
 public:
  // Zeroed room for `count` values; null for 0.
  template <class T>
  T* array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);
    static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    if (count == 0) return nullptr;
    return std::launder(reinterpret_cast<T*>(block(sizeof(T) * count)));
  }

  // A zero-terminated copy in UTF-16. Text that is no UTF-8 gives an empty string and makes good() false.
  PCWSTR text(std::string_view utf8);
  // Null for an empty text.
  PCWSTR text_or_null(std::string_view utf8) { return utf8.empty() ? nullptr : text(utf8); }
  // TEXT data.
  WSMAN_DATA* data(std::string_view utf8);
  BYTE* bytes(std::string_view bytes);

  [[nodiscard]] bool good() const { return good_; }
  void clear() { blocks_.clear(); }

 private:
  struct GiveBack {
    std::size_t guarded = 0;  // size of a block of GuardedMemory; 0: it is of the heap
    void operator()(std::byte* block) const;
  };
  std::byte* block(std::size_t size);

  const bool guarded_ = contract::watching();
  std::vector<std::unique_ptr<std::byte[], GiveBack>> blocks_;
  bool good_ = true;
};

}  // namespace winrmd::host
