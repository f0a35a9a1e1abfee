#include "lib/text/utf.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

namespace winrmd::text {
namespace {

// By the definition of the encoding and without a look at the code under test.
std::string utf8_of(char32_t c, int length) {
  std::string result(static_cast<std::size_t>(length), '\0');
  for (int i = length - 1; i > 0; --i, c >>= 6)
    result[static_cast<std::size_t>(i)] = static_cast<char>(0x80 | (c & 0x3F));
  constexpr int marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
  result[0] = static_cast<char>(marks[length] | static_cast<int>(c));
  return result;
}

int shortest(char32_t c) { return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4; }
bool surrogate(char32_t c) { return c >= 0xD800 && c < 0xE000; }

TEST(Utf, RoundTripsEveryCharacterAndRefusesEverySurrogate) {
  for (char32_t c = 0; c < 0x110000; ++c) {
    const auto utf8 = utf8_of(c, shortest(c));
    const auto utf16 = to_utf16(utf8);
    ASSERT_EQ(is_utf8(utf8), !surrogate(c)) << static_cast<std::uint32_t>(c);
    ASSERT_EQ(utf16.has_value(), !surrogate(c)) << static_cast<std::uint32_t>(c);
    if (!utf16) continue;
    ASSERT_EQ(utf16->size(), c < 0x10000 ? 1U : 2U) << static_cast<std::uint32_t>(c);
    ASSERT_EQ(sequence_length(utf8 + "x"), utf8.size());
    ASSERT_EQ(to_utf8(*utf16).value(), utf8) << static_cast<std::uint32_t>(c);
  }
}

TEST(Utf, RefusesOverlongFormsAndWhatLiesAboveTheLastCharacter) {
  for (char32_t c = 0; c < 0x10000; ++c) {
    for (int length = shortest(c) + 1; length <= 4; ++length)
      ASSERT_FALSE(is_utf8(utf8_of(c, length))) << static_cast<std::uint32_t>(c);
  }
  for (char32_t c = 0x110000; c < 0x200000; c += 0x3F1)
    ASSERT_FALSE(is_utf8(utf8_of(c, 4))) << static_cast<std::uint32_t>(c);
  EXPECT_FALSE(is_utf8(utf8_of(0x110000, 4)));
}

TEST(Utf, RefusesBrokenSequencesWhereverTheyStand) {
  EXPECT_EQ(sequence_length(""), 0U);
  const std::string_view broken[] = {"\x80",     "\xBF",         "\xC0\x80",      "\xC3",
                                     "\xC3(",    "\xE2\x82",     "\xE2(\xAC",     "\xE2\x82(",
                                     "\xF0\x9F", "\xF0\x9F\x98", "\xF0\x9F\x98x", "\xF8\x88\x80\x80\x80",
                                     "\xFE",     "\xFF",         "\xC3\xC3\xA4"};
  for (const auto sequence : broken) {
    EXPECT_EQ(sequence_length(sequence), 0U);
    for (std::size_t before = 0; before < 20; ++before) {
      for (const std::size_t after : {0U, 1U, 7U, 8U, 9U}) {
        const auto text = std::string(before, 'a').append(sequence).append(after, 'b');
        EXPECT_FALSE(is_utf8(text));
        const auto converted = to_utf16(text);
        ASSERT_FALSE(converted.has_value());
        EXPECT_GE(std::stoul(converted.error().message.substr(converted.error().message.rfind(' '))), before);
      }
    }
  }
}

TEST(Utf, ConvertsMixedTextOfEveryLengthAndAlignment) {
  const std::u16string_view characters = u"ab\u00E4\u20AC\uFFFD~";
  std::mt19937 random(2);
  for (int round = 0; round < 2000; ++round) {
    std::u16string text;
    for (auto n = random() % 60; n > 0; --n) {
      if (random() % 8 == 0) {
        text += u"\U0001F600";
      } else {
        text += random() % 3 == 0 ? characters[random() % characters.size()] : u'x';
      }
    }
    const auto utf8 = to_utf8(text).value();
    EXPECT_TRUE(is_utf8(utf8));
    EXPECT_EQ(to_utf16(utf8).value(), text);
  }
}

TEST(Utf, KeepsNulsAndAByteOrderMark) {
  const std::string text("a\0b\xEF\xBB\xBF", 6);
  EXPECT_EQ(to_utf8(to_utf16(text).value()).value(), text);
  EXPECT_EQ(to_utf16("").value(), u"");
  EXPECT_EQ(to_utf8(u"").value(), "");
}

TEST(Utf, RefusesLoneSurrogatesInUtf16) {
  const char16_t high = 0xD83D;
  const char16_t low = 0xDE00;
  EXPECT_TRUE(to_utf8(std::u16string{high, low}).has_value());
  EXPECT_FALSE(to_utf8(std::u16string{high}).has_value());
  EXPECT_FALSE(to_utf8(std::u16string{low}).has_value());
  EXPECT_FALSE(to_utf8(std::u16string{low, high}).has_value());
  EXPECT_FALSE(to_utf8(std::u16string{high, high, low}).has_value());
  EXPECT_FALSE(to_utf8(std::u16string{u'a', high, u'b'}).has_value());
}

TEST(Utf, ReadsUtf16BytesInBothOrdersAndRefusesAnOddNumber) {
  using std::string_view_literals::operator""sv;
  EXPECT_EQ(utf16_bytes_to_utf8("a\0\xAC\x20\x3D\xD8\x00\xDE"sv, ByteOrder::little).value(), "a\u20AC\U0001F600");
  EXPECT_EQ(utf16_bytes_to_utf8("\0a\x20\xAC\xD8\x3D\xDE\x00"sv, ByteOrder::big).value(), "a\u20AC\U0001F600");
  EXPECT_FALSE(utf16_bytes_to_utf8("a\0b"sv, ByteOrder::little).has_value());
  EXPECT_FALSE(utf16_bytes_to_utf8("\x3D\xD8"sv, ByteOrder::little).has_value());
  EXPECT_FALSE(utf16_bytes_to_utf8("\xDE\x00\xD8\x3D"sv, ByteOrder::big).has_value());
}

}  // namespace
}  // namespace winrmd::text
