// Part of wsman.hpp: text. The interface speaks UTF-16, programs mostly UTF-8. Any thread.
#ifndef WINRMD_WSMAN_TEXT_HPP
#define WINRMD_WSMAN_TEXT_HPP

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "api.hpp"

namespace wsman {

using String = std::basic_string<WCHAR>;
using StringView = std::basic_string_view<WCHAR>;

// A text of the host as a view: good for as long as the text is. Null is the empty view.
inline StringView view(PCWSTR text) noexcept { return text == nullptr ? StringView() : StringView(text); }

// A and a are equal, for the twenty-six letters: names of streams, options and the like.
inline bool equal_no_case(StringView left, StringView right) noexcept {
  const auto folded = [](WCHAR unit) {
    return unit >= WSMAN_TEXT('A') && unit <= WSMAN_TEXT('Z') ? static_cast<WCHAR>(unit + 32) : unit;
  };
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (folded(left[i]) != folded(right[i])) return false;
  }
  return true;
}

namespace detail {

// `write(nullptr, 0, &needed)` says how many units are needed, zero included; then `write` fills them.
template <typename Text, typename Write>
std::optional<Text> converted(Write&& write) {
  std::size_t needed = 0;
  if (!write(nullptr, 0, needed) || needed == 0) return std::nullopt;
  Text text(needed, 0);
  if (!write(text.data(), text.size(), needed)) return std::nullopt;
  text.resize(needed - 1);
  return text;
}

}  // namespace detail

// Nothing for what is no UTF-16: a half of a pair alone.
inline std::optional<std::string> to_utf8(StringView text) {
  if (text.empty()) return std::string();
  return detail::converted<std::string>([text](char* buffer, std::size_t size, std::size_t& needed) {
#ifdef _WIN32
    const int made = WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text.data(), static_cast<int>(text.size()),
                                         buffer, static_cast<int>(size), nullptr, nullptr);
    needed = static_cast<std::size_t>(made) + 1;
    return made > 0;
#else
    const DWORD code = WSManPosixToUtf8(text.data(), text.size(), buffer, size, &needed);
    return code == ERROR_SUCCESS || (code == ERROR_INSUFFICIENT_BUFFER && buffer == nullptr);
#endif
  });
}

// Nothing for what is no UTF-8.
inline std::optional<String> to_wide(std::string_view text) {
  if (text.empty()) return String();
  return detail::converted<String>([text](WCHAR* buffer, std::size_t size, std::size_t& needed) {
#ifdef _WIN32
    const int made = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.data(), static_cast<int>(text.size()),
                                         buffer, static_cast<int>(size));
    needed = static_cast<std::size_t>(made) + 1;
    return made > 0;
#else
    const DWORD code = WSManPosixFromUtf8(text.data(), text.size(), buffer, size, &needed);
    return code == ERROR_SUCCESS || (code == ERROR_INSUFFICIENT_BUFFER && buffer == nullptr);
#endif
  });
}

}  // namespace wsman

#endif
