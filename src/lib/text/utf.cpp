#include "lib/text/utf.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstring>

namespace winrmd::text {
namespace {

constexpr std::size_t block = 8;
constexpr char32_t invalid = 0xFFFFFFFF;

// How many bytes at the front are ASCII, counted in whole blocks; the rest of a run is left to the caller's loop.
std::size_t ascii_blocks(std::string_view bytes) {
  std::size_t i = 0;
  for (; i + block <= bytes.size(); i += block) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, block);
    if ((word & 0x8080808080808080ULL) != 0) break;
  }
  return i;
}

// The continuation bytes of a sequence: their bits, or `invalid`. `low` and `high` bound the first of them, which is
// where overlong forms, surrogates and values above U+10FFFF show.
char32_t continuation(std::string_view bytes, std::size_t at, std::size_t count, unsigned low, unsigned high) {
  if (bytes.size() - at <= count) return invalid;
  char32_t bits = 0;
  for (std::size_t i = 1; i <= count; ++i) {
    const auto c = static_cast<unsigned char>(bytes[at + i]);
    if (c < (i == 1 ? low : 0x80) || c > (i == 1 ? high : 0xBF)) return invalid;
    bits = bits << 6 | (c & 0x3F);
  }
  return bits;
}

// Decodes the sequence at `at` and moves past it; `invalid` (and no move) if it is not well-formed (Unicode table 3-7).
char32_t next(std::string_view bytes, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(bytes[at]);
  if (lead < 0x80) {
    ++at;
    return lead;
  }
  if (lead < 0xC2 || lead > 0xF4) return invalid;
  const std::size_t count = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  const char32_t bits = continuation(bytes, at, count, low, high);
  if (bits == invalid) return invalid;
  at += count + 1;
  return static_cast<char32_t>(lead & (0x3F >> count)) << (6 * count) | bits;
}

char* put_utf8(char* out, char32_t c) {
  if (c < 0x80) {
    *out++ = static_cast<char>(c);
  } else if (c < 0x800) {
    *out++ = static_cast<char>(0xC0 | c >> 6);
    *out++ = static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    *out++ = static_cast<char>(0xE0 | c >> 12);
    *out++ = static_cast<char>(0x80 | (c >> 6 & 0x3F));
    *out++ = static_cast<char>(0x80 | (c & 0x3F));
  } else {
    *out++ = static_cast<char>(0xF0 | c >> 18);
    *out++ = static_cast<char>(0x80 | (c >> 12 & 0x3F));
    *out++ = static_cast<char>(0x80 | (c >> 6 & 0x3F));
    *out++ = static_cast<char>(0x80 | (c & 0x3F));
  }
  return out;
}

bool is_high_surrogate(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low_surrogate(char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

// `unit(i)` gives the i-th of `count` UTF-16 units as char32_t.
template <class Units>
Result<std::string> encode_utf8(std::size_t count, Units unit) {
  std::size_t room = count;
  for (std::size_t i = 0; i < count; ++i) {
    const char32_t u = unit(i);
    room += static_cast<std::size_t>(u >= 0x80) + static_cast<std::size_t>(u >= 0x800);
  }
  std::string result;
  std::size_t i = 0;
  result.resize_and_overwrite(room, [&](char* begin, std::size_t) {
    char* out = begin;
    while (i < count) {
      for (; i + block <= count; i += block) {
        char32_t all = 0;
        for (std::size_t k = 0; k < block; ++k) all |= unit(i + k);
        if (all >= 0x80) break;
        for (std::size_t k = 0; k < block; ++k) *out++ = static_cast<char>(unit(i + k));
      }
      if (i == count) break;
      char32_t c = unit(i);
      if (is_low_surrogate(c)) break;
      if (is_high_surrogate(c)) {
        if (i + 1 == count || !is_low_surrogate(unit(i + 1))) break;
        c = 0x10000 + ((c - 0xD800) << 10) + (unit(++i) - 0xDC00);
      }
      ++i;
      out = put_utf8(out, c);
    }
    return static_cast<std::size_t>(out - begin);
  });
  if (i < count) return fail(fmt::format("bad UTF-16: lone surrogate at unit {}", i));
  return result;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    at += ascii_blocks(bytes.substr(at));
    // After a block that is not all ASCII, go on one by one to its end before the block check is tried again.
    for (const std::size_t end = at + block; at < bytes.size() && at < end;) {
      if (next(bytes, at) == invalid) return false;
    }
  }
  return true;
}

std::size_t sequence_length(std::string_view bytes) {
  std::size_t length = 0;
  if (!bytes.empty()) next(bytes, length);
  return length;
}

Result<std::u16string> to_utf16(std::string_view utf8) {
  std::u16string result;
  std::size_t at = 0;
  result.resize_and_overwrite(utf8.size(), [&](char16_t* begin, std::size_t) {
    char16_t* out = begin;
    while (at < utf8.size()) {
      const std::size_t ascii = ascii_blocks(utf8.substr(at));
      for (std::size_t i = 0; i < ascii; ++i) out[i] = static_cast<unsigned char>(utf8[at + i]);
      out += ascii;
      at += ascii;
      for (const std::size_t end = at + block; at < utf8.size() && at < end;) {
        const char32_t c = next(utf8, at);
        if (c == invalid) return std::size_t{0};
        if (c >= 0x10000) {
          *out++ = static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
          *out++ = static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF));
        } else {
          *out++ = static_cast<char16_t>(c);
        }
      }
    }
    return static_cast<std::size_t>(out - begin);
  });
  if (at < utf8.size()) return fail(fmt::format("bad UTF-8 at byte {}", at));
  return result;
}

Result<std::string> to_utf8(std::u16string_view utf16) {
  return encode_utf8(utf16.size(), [&](std::size_t i) { return static_cast<char32_t>(utf16[i]); });
}

Result<std::string> utf16_bytes_to_utf8(std::string_view bytes, ByteOrder order) {
  if (bytes.size() % 2 != 0) return fail("bad UTF-16: odd number of bytes");
  const std::size_t low = order == ByteOrder::little ? 0 : 1;
  return encode_utf8(bytes.size() / 2, [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(bytes[2 * i + low]) |
                                 static_cast<unsigned char>(bytes[2 * i + 1 - low]) << 8);
  });
}

}  // namespace winrmd::text
