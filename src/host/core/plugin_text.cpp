#include "host/core/plugin_text.hpp"

#include "lib/text/utf.hpp"

namespace winrmd::host {
namespace {

constexpr char32_t replacement = 0xFFFD;

bool is_high(char16_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low(char16_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

void append(std::string& out, char32_t point) {
  const auto tail = [&out, point](unsigned shift) {
    out.push_back(static_cast<char>(0x80U | ((point >> shift) & 0x3FU)));
  };
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    out.push_back(static_cast<char>(0xC0U | (point >> 6U)));
    tail(0);
  } else if (point < 0x10000) {
    out.push_back(static_cast<char>(0xE0U | (point >> 12U)));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0U | (point >> 18U)));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

std::string lenient_utf8(const char16_t* text, std::size_t limit) {
  std::string out;
  if (text == nullptr) return out;
  for (std::size_t i = 0; i < limit && text[i] != 0; ++i) {
    const char16_t unit = text[i];
    if (is_high(unit) && i + 1 < limit && is_low(text[i + 1])) {
      append(out, 0x10000U + ((unit & 0x3FFU) << 10U) + (text[i + 1] & 0x3FFU));
      ++i;
    } else if (is_high(unit) || is_low(unit)) {
      append(out, replacement);
    } else {
      append(out, unit);
    }
  }
  return out;
}

std::optional<std::string> strict_utf8(const char16_t* text, std::size_t limit) {
  if (text == nullptr) return std::nullopt;
  std::size_t length = 0;
  while (length <= limit && text[length] != 0) ++length;
  if (length > limit) return std::nullopt;
  auto utf8 = text::to_utf8({text, length});
  if (!utf8) return std::nullopt;
  return std::move(*utf8);
}

}  // namespace winrmd::host
