// Strict conversion between UTF-8 (everywhere in winrmd) and UTF-16 (the plug-in interface). Nothing is repaired.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.hpp"

namespace winrmd::text {

// True for well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

// Length in bytes of the well-formed UTF-8 sequence at the front; 0 if there is none.
std::size_t sequence_length(std::string_view bytes);

Result<std::u16string> to_utf16(std::string_view utf8);
Result<std::string> to_utf8(std::u16string_view utf16);

// Bytes of UTF-16 in the given byte order (a wire body) to UTF-8; fails on an odd length too.
enum class ByteOrder { little, big };
Result<std::string> utf16_bytes_to_utf8(std::string_view bytes, ByteOrder order);

}  // namespace winrmd::text
