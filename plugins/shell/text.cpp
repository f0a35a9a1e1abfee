#include "text.hpp"

#include <algorithm>
#include <cstdint>

namespace text_shell {
namespace {

constexpr char32_t replacement = 0xFFFD;

void append(std::string& out, char32_t point) {
  const auto tail = [&out, point](unsigned shift) {
    out.push_back(static_cast<char>(0x80U | ((point >> shift) & 0x3FU)));
  };
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
    return;
  }
  if (point < 0x800) {
    out.push_back(static_cast<char>(0xC0U | (point >> 6U)));
  } else if (point < 0x10000) {
    out.push_back(static_cast<char>(0xE0U | (point >> 12U)));
    tail(6);
  } else {
    out.push_back(static_cast<char>(0xF0U | (point >> 18U)));
    tail(12);
    tail(6);
  }
  tail(0);
}

// Takes one character; an ill-formed byte is taken alone.
char32_t take(std::string_view& utf8) {
  const auto byte = [&utf8](std::size_t i) { return static_cast<unsigned char>(utf8[i]); };
  const unsigned char lead = byte(0);
  std::size_t tails = 0;
  char32_t point = lead;
  char32_t least = 0;
  if (lead >= 0xC2 && lead <= 0xDF) tails = 1, point = lead & 0x1FU, least = 0x80;
  if (lead >= 0xE0 && lead <= 0xEF) tails = 2, point = lead & 0x0FU, least = 0x800;
  if (lead >= 0xF0 && lead <= 0xF4) tails = 3, point = lead & 0x07U, least = 0x10000;
  bool good = lead < 0x80 || (tails > 0 && utf8.size() > tails);
  for (std::size_t i = 1; good && i <= tails; ++i) {
    good = (byte(i) & 0xC0U) == 0x80U;
    point = (point << 6U) | (byte(i) & 0x3FU);
  }
  good = good && point >= least && point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
  utf8.remove_prefix(good ? tails + 1 : 1);
  return good ? point : replacement;
}

}  // namespace

std::string to_utf8(const char16_t* text) {
  std::string out;
  if (text == nullptr) return out;
  for (; *text != 0; ++text) {
    const bool high = *text >= 0xD800 && *text <= 0xDBFF;
    const bool low = *text >= 0xDC00 && *text <= 0xDFFF;
    if (high && text[1] >= 0xDC00 && text[1] <= 0xDFFF) {
      append(out, 0x10000U + ((*text & 0x3FFU) << 10U) + (text[1] & 0x3FFU));
      ++text;
    } else {
      append(out, high || low ? replacement : *text);
    }
  }
  return out;
}

std::u16string to_utf16(std::string_view utf8) {
  std::u16string out;
  while (!utf8.empty()) {
    const char32_t point = take(utf8);
    if (point >= 0x10000) {
      out.push_back(static_cast<char16_t>(0xD800U + ((point - 0x10000U) >> 10U)));
      out.push_back(static_cast<char16_t>(0xDC00U + ((point - 0x10000U) & 0x3FFU)));
    } else {
      out.push_back(static_cast<char16_t>(point));
    }
  }
  return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace text_shell
