// Bytes written as in the tables of the protocol, for tests.
#pragma once

#include <string>
#include <string_view>

namespace winrmd::credssp {

inline int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// Lower-case hexadecimal digits; spaces are skipped.
inline std::string from_hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ') digits += c;
  }
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(digit(digits[i]) * 16 + digit(digits[i + 1]));
  }
  return bytes;
}

}  // namespace winrmd::credssp
