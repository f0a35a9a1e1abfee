// UTF-16 for plug-ins. Declared and documented in include/wsman_posix.h.
#include <string>
#include <string_view>

#include "host/wsmsvc/seam.hpp"
#include "lib/text/utf.hpp"

using winrmd::wsmsvc::guarded;

namespace {

char16_t folded(char16_t unit) {
  return unit >= u'A' && unit <= u'Z' ? static_cast<char16_t>(unit - u'A' + u'a') : unit;
}

template <typename Fold>
int compare(PCWSTR left, PCWSTR right, Fold fold) {
  if (left == nullptr || right == nullptr) return int{left != nullptr} - int{right != nullptr};
  for (;; ++left, ++right) {
    const char16_t a = fold(*left);
    const char16_t b = fold(*right);
    if (a != b) return a < b ? -1 : 1;
    if (a == u'\0') return 0;
  }
}

template <typename Text, typename Unit>
DWORD deliver(const Text& text, Unit* buffer, std::size_t size, std::size_t* needed) {
  if (needed != nullptr) *needed = text.size() + 1;
  if (size < text.size() + 1) return ERROR_INSUFFICIENT_BUFFER;
  text.copy(buffer, text.size());
  buffer[text.size()] = Unit{};
  return ERROR_SUCCESS;
}

}  // namespace

size_t WSManPosixLength(PCWSTR text) { return text == nullptr ? 0 : std::u16string_view(text).size(); }

int WSManPosixCompare(PCWSTR left, PCWSTR right) {
  return compare(left, right, [](char16_t unit) { return unit; });
}

int WSManPosixCompareNoCase(PCWSTR left, PCWSTR right) { return compare(left, right, folded); }

DWORD WSManPosixToUtf8(PCWSTR text, size_t length, char* buffer, size_t size, size_t* needed) {
  if (text == nullptr || (buffer == nullptr && size != 0)) return ERROR_INVALID_PARAMETER;
  return guarded([&]() -> DWORD {
    const std::u16string_view units =
        length == WSMAN_POSIX_TERMINATED ? std::u16string_view(text) : std::u16string_view(text, length);
    const auto utf8 = winrmd::text::to_utf8(units);
    return utf8 ? deliver(*utf8, buffer, size, needed) : ERROR_NO_UNICODE_TRANSLATION;
  });
}

DWORD WSManPosixFromUtf8(const char* text, size_t length, PWSTR buffer, size_t size, size_t* needed) {
  if (text == nullptr || (buffer == nullptr && size != 0)) return ERROR_INVALID_PARAMETER;
  return guarded([&]() -> DWORD {
    const std::string_view bytes =
        length == WSMAN_POSIX_TERMINATED ? std::string_view(text) : std::string_view(text, length);
    const auto utf16 = winrmd::text::to_utf16(bytes);
    return utf16 ? deliver(*utf16, buffer, size, needed) : ERROR_NO_UNICODE_TRANSLATION;
  });
}
