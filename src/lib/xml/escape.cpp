#include <array>
#include <cstdint>

#include "lib/xml/document.hpp"

namespace winrmd::xml {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// Bytes of `text` at `at` that form one character XML allows; 0: they do not.
std::size_t character(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const auto lead = byte(0);
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!follows(1) || !follows(2)) return 0;
    const auto code = (lead & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    return code < 0x800 || (code >= 0xD800 && code <= 0xDFFF) || code >= 0xFFFE ? 0 : 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    const auto high = (lead & 0x07U) << 2U | (byte(1) & 0x30U) >> 4U;  // the plane
    return high == 0 || high > 0x10 ? 0 : 4;
  }
  return 0;
}

enum class Kind : std::uint8_t { plain, reference, forbidden, multibyte };

constexpr auto kinds = [] {
  std::array<Kind, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = Kind::forbidden;
  table['\t'] = table['\n'] = Kind::plain;
  table['\r'] = table['&'] = table['<'] = table['>'] = table['"'] = Kind::reference;
  for (std::size_t c = 0x80; c < 0x100; ++c) table[c] = Kind::multibyte;
  return table;
}();

std::string_view reference(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return "&#xD;";  // a bare carriage return would be read back as a line feed
  }
}

}  // namespace

void escape(std::string& out, std::string_view text) {
  std::size_t copied = 0;
  std::size_t at = 0;
  const auto put = [&](std::string_view instead) {
    out.append(text, copied, at - copied).append(instead);
    copied = ++at;
  };
  while (at < text.size()) {
    switch (kinds[static_cast<unsigned char>(text[at])]) {
      case Kind::plain:
        ++at;
        break;
      case Kind::reference:
        put(reference(text[at]));
        break;
      case Kind::forbidden:
        put(replacement);
        break;
      case Kind::multibyte:
        if (const auto size = character(text, at)) {
          at += size;
        } else {
          put(replacement);
        }
        break;
    }
  }
  out.append(text, copied);
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  escape(out, text);
  return out;
}

}  // namespace winrmd::xml
