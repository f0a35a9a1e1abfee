// UTF-16 helpers for plug-ins.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "host/wsmsvc/backend.hpp"

namespace {

TEST(Length, counts_units_and_takes_null) {
  EXPECT_EQ(WSManPosixLength(u""), 0U);
  EXPECT_EQ(WSManPosixLength(u"a\U0001F600"), 3U);
  EXPECT_EQ(WSManPosixLength(nullptr), 0U);
}

TEST(Compare, orders_by_unit) {
  EXPECT_EQ(WSManPosixCompare(u"abc", u"abc"), 0);
  EXPECT_LT(WSManPosixCompare(u"ab", u"abc"), 0);
  EXPECT_GT(WSManPosixCompare(u"b", u"abc"), 0);
  EXPECT_LT(WSManPosixCompare(u"A", u"a"), 0);
  EXPECT_GT(WSManPosixCompare(u"\uFFFD", u"a"), 0);
  EXPECT_LT(WSManPosixCompare(nullptr, u""), 0);
  EXPECT_GT(WSManPosixCompare(u"", nullptr), 0);
  EXPECT_EQ(WSManPosixCompare(nullptr, nullptr), 0);
}

TEST(CompareNoCase, folds_ascii_letters_only) {
  EXPECT_EQ(WSManPosixCompareNoCase(u"STDOUT", u"stdout"), 0);
  EXPECT_NE(WSManPosixCompareNoCase(u"Ä", u"ä"), 0);
  EXPECT_NE(WSManPosixCompareNoCase(u"@", u"`"), 0);  // 0x40 and 0x60, next to the letters
  EXPECT_NE(WSManPosixCompareNoCase(u"[", u"{"), 0);
  EXPECT_LT(WSManPosixCompareNoCase(u"A", u"b"), 0);
}

TEST(ToUtf8, fits_exactly_or_says_how_much_is_needed) {
  std::string buffer(8, 'x');
  std::size_t needed = 0;
  EXPECT_EQ(WSManPosixToUtf8(u"äb", WSMAN_POSIX_TERMINATED, nullptr, 0, &needed), ERROR_INSUFFICIENT_BUFFER);
  EXPECT_EQ(needed, 4U);
  EXPECT_EQ(WSManPosixToUtf8(u"äb", WSMAN_POSIX_TERMINATED, buffer.data(), 3, &needed), ERROR_INSUFFICIENT_BUFFER);
  EXPECT_EQ(buffer[0], 'x');
  EXPECT_EQ(WSManPosixToUtf8(u"äb", WSMAN_POSIX_TERMINATED, buffer.data(), 4, nullptr), ERROR_SUCCESS);
  EXPECT_STREQ(buffer.c_str(), "äb");
  EXPECT_EQ(buffer[4], 'x');
}

TEST(ToUtf8, takes_a_length_and_what_it_covers) {
  std::string buffer(8, 'x');
  std::size_t needed = 0;
  EXPECT_EQ(WSManPosixToUtf8(u"abc", 1, buffer.data(), buffer.size(), &needed), ERROR_SUCCESS);
  EXPECT_STREQ(buffer.c_str(), "a");
  EXPECT_EQ(WSManPosixToUtf8(u"a\0b", 3, buffer.data(), buffer.size(), &needed), ERROR_SUCCESS);
  EXPECT_EQ(std::string(buffer.data(), needed), std::string("a\0b\0", 4));
  EXPECT_EQ(WSManPosixToUtf8(u"abc", 0, buffer.data(), buffer.size(), &needed), ERROR_SUCCESS);
  EXPECT_STREQ(buffer.c_str(), "");
}

TEST(ToUtf8, refuses_lone_surrogates_and_null) {
  std::string buffer(8, 'x');
  for (const int unit : {0xD800, 0xDBFF, 0xDC00, 0xDFFF}) {
    const std::u16string text = {u'a', static_cast<char16_t>(unit)};
    EXPECT_EQ(WSManPosixToUtf8(text.c_str(), WSMAN_POSIX_TERMINATED, buffer.data(), buffer.size(), nullptr),
              ERROR_NO_UNICODE_TRANSLATION);
    EXPECT_EQ(buffer[0], 'x');
  }
  EXPECT_EQ(WSManPosixToUtf8(nullptr, 0, buffer.data(), buffer.size(), nullptr), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPosixToUtf8(u"a", 1, nullptr, 8, nullptr), ERROR_INVALID_PARAMETER);
}

TEST(FromUtf8, gives_back_what_ToUtf8_made) {
  const std::u16string text = u"grüße \U0001F600";
  std::vector<char> utf8(64);
  std::vector<WCHAR> utf16(64);
  std::size_t needed = 0;
  ASSERT_EQ(WSManPosixToUtf8(text.c_str(), WSMAN_POSIX_TERMINATED, utf8.data(), utf8.size(), &needed), ERROR_SUCCESS);
  ASSERT_EQ(WSManPosixFromUtf8(utf8.data(), needed - 1, utf16.data(), utf16.size(), &needed), ERROR_SUCCESS);
  EXPECT_EQ(needed, text.size() + 1);
  EXPECT_EQ(std::u16string(utf16.data()), text);
}

TEST(FromUtf8, refuses_what_is_no_utf8) {
  std::vector<WCHAR> buffer(8, u'x');
  for (const char* text : {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "a\xC3"}) {
    EXPECT_EQ(WSManPosixFromUtf8(text, WSMAN_POSIX_TERMINATED, buffer.data(), buffer.size(), nullptr),
              ERROR_NO_UNICODE_TRANSLATION);
    EXPECT_EQ(buffer[0], u'x');
  }
}

}  // namespace
