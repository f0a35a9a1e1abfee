// Memory behind the members of a request: texts and arrays that live and die together.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <vector>

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
    auto& block = blocks_.emplace_back(std::make_unique<std::byte[]>(sizeof(T) * count));
    return std::launder(reinterpret_cast<T*>(block.get()));
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
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  bool good_ = true;
};

}  // namespace winrmd::host
