// UTF-16 of the plug-in interface and UTF-8 of everything else here.
#pragma once

#include <string>
#include <string_view>

namespace text_shell {

// Lone surrogates become U+FFFD. A null pointer gives an empty string.
std::string to_utf8(const char16_t* text);
// Bytes that are no UTF-8 become U+FFFD.
std::u16string to_utf16(std::string_view utf8);

bool equals_ignoring_case(std::string_view a, std::string_view b);  // ASCII letters only

}  // namespace text_shell
