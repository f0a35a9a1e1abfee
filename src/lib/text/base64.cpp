#include "lib/text/base64.hpp"

#include <array>
#include <cstdint>

namespace winrmd::text {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Values above 63 are no digits; all of them have one of the two top bits, so four digits are checked by one test.
constexpr std::uint8_t space = 0x40;
constexpr std::uint8_t pad = 0x41;
constexpr std::uint8_t bad = 0x80;
constexpr std::uint8_t no_digit = 0xC0;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(bad);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  for (const char c : {' ', '\t', '\r', '\n'}) values[static_cast<unsigned char>(c)] = space;
  values['='] = pad;
  return values;
}

constexpr auto values = make_values();

std::uint8_t value_of(char c) { return values[static_cast<unsigned char>(c)]; }

// Decodes whole groups of four digits until something else turns up; returns how many characters that took.
std::size_t decode_groups(std::string_view text, char*& out) {
  std::size_t i = 0;
  for (; i + 4 <= text.size(); i += 4) {
    const std::uint8_t a = value_of(text[i]);
    const std::uint8_t b = value_of(text[i + 1]);
    const std::uint8_t c = value_of(text[i + 2]);
    const std::uint8_t d = value_of(text[i + 3]);
    if (((a | b | c | d) & no_digit) != 0) break;
    *out++ = static_cast<char>(a << 2 | b >> 4);
    *out++ = static_cast<char>(b << 4 | c >> 2);
    *out++ = static_cast<char>(c << 6 | d);
  }
  return i;
}

// The characters around white space and at the end, one at a time.
class Tail {
 public:
  // nullptr, or what is wrong with this character here.
  const char* add(char c, char*& out) {
    const std::uint8_t value = value_of(c);
    if (value == space) return nullptr;
    if (value == bad) return "a character outside the alphabet";
    if (value == pad) {
      ++padding_;
      return digits_ < 2 || digits_ + padding_ > 4 ? "padding in the wrong place" : nullptr;
    }
    if (padding_ > 0) return "text after the padding";
    bits_ = bits_ << 6 | value;
    if (++digits_ < 4) return nullptr;
    *out++ = static_cast<char>(bits_ >> 16);
    *out++ = static_cast<char>(bits_ >> 8);
    *out++ = static_cast<char>(bits_);
    digits_ = 0;
    bits_ = 0;
    return nullptr;
  }

  [[nodiscard]] bool between_groups() const { return digits_ == 0 && padding_ == 0; }

  const char* finish(char*& out) const {
    if (padding_ > 0 && digits_ + padding_ != 4) return "incomplete padding";
    if (digits_ == 0) return nullptr;
    if (digits_ == 1) return "a lone character at the end";
    const unsigned unused = digits_ == 2 ? 4 : 2;
    if ((bits_ & ((1U << unused) - 1)) != 0) return "stray bits in the last character";
    if (digits_ == 3) *out++ = static_cast<char>(bits_ >> 10);
    *out++ = static_cast<char>(bits_ >> (digits_ == 3 ? 2 : 4));
    return nullptr;
  }

 private:
  std::uint32_t bits_ = 0;
  unsigned digits_ = 0;
  unsigned padding_ = 0;
};

const char* decode(std::string_view text, char*& out) {
  Tail tail;
  for (std::size_t i = 0; i < text.size();) {
    if (tail.between_groups()) {
      i += decode_groups(text.substr(i), out);
      if (i == text.size()) break;
    }
    if (const char* problem = tail.add(text[i++], out)) return problem;
  }
  return tail.finish(out);
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string result;
  const std::size_t size = (bytes.size() + 2) / 3 * 4;
  // The lambda's second argument is no use: libstdc++ 12 passes the capacity there.
  result.resize_and_overwrite(size, [&](char* out, std::size_t) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[i])); };
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
      const unsigned group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
      *out++ = alphabet[group >> 18];
      *out++ = alphabet[group >> 12 & 63];
      *out++ = alphabet[group >> 6 & 63];
      *out++ = alphabet[group & 63];
    }
    if (i == bytes.size()) return size;
    const bool two = i + 2 == bytes.size();
    const unsigned group = byte(i) << 16 | (two ? byte(i + 1) << 8 : 0);
    *out++ = alphabet[group >> 18];
    *out++ = alphabet[group >> 12 & 63];
    *out++ = two ? alphabet[group >> 6 & 63] : '=';
    *out++ = '=';
    return size;
  });
  return result;
}

Result<std::string> base64_decode(std::string_view text) {
  std::string result;
  const char* problem = nullptr;
  result.resize_and_overwrite(text.size() / 4 * 3 + 3, [&](char* begin, std::size_t) {
    char* out = begin;
    problem = decode(text, out);
    return static_cast<std::size_t>(out - begin);
  });
  if (problem != nullptr) return fail(std::string("bad base64: ") + problem);
  return result;
}

}  // namespace winrmd::text
