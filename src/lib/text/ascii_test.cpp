#include "lib/text/ascii.hpp"

#include <gtest/gtest.h>

namespace winrmd::text {
namespace {

TEST(Ascii, ComparesWithoutCaseButLeavesOtherBytesAlone) {
  EXPECT_TRUE(iequals("Content-Length", "cONTENT-lENGTH"));
  EXPECT_TRUE(iequals("", ""));
  EXPECT_FALSE(iequals("a", "ab"));
  EXPECT_FALSE(iequals("@", "`"));  // 0x40 and 0x60: not letters
  EXPECT_FALSE(iequals("[", "{"));
  EXPECT_FALSE(iequals("\xC4", "\xE4"));  // Latin-1 letters are not ASCII
}

TEST(Ascii, FindsPrefixesWithoutCase) {
  EXPECT_TRUE(istarts_with("Basic abc", "bAsIc "));
  EXPECT_TRUE(istarts_with("x", ""));
  EXPECT_FALSE(istarts_with("Bas", "Basic"));
}

TEST(Ascii, ChangesTheCaseOfAsciiLettersOnly) {
  EXPECT_EQ(to_lower("AZaz09[\xC3\x84"), "azaz09[\xC3\x84");
  EXPECT_EQ(to_upper("AZaz09{\xC3\xA4"), "AZAZ09{\xC3\xA4");
}

TEST(Ascii, TrimsTheFourWhiteSpaceCharacters) {
  EXPECT_EQ(trim(" \t\r\na b\n "), "a b");
  EXPECT_EQ(trim(" \t\r\n"), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("\va\v"), "\va\v");
}

TEST(Ascii, SplitsAtRunsOfWhiteSpaceWithoutEmptyWords) {
  EXPECT_EQ(split_words("  stdout \t stderr\r\n"), (std::vector<std::string_view>{"stdout", "stderr"}));
  EXPECT_EQ(split_words("one"), std::vector<std::string_view>{"one"});
  EXPECT_TRUE(split_words(" \n").empty());
  EXPECT_TRUE(split_words("").empty());
}

TEST(Ascii, WipesTheWholeBufferOfASecretAndNotOnlyWhatIsLeftOfIt) {
  std::string secret(100, 's');
  const char* buffer = secret.data();
  const auto capacity = secret.capacity();
  secret.resize(3);
  wipe(secret);
  EXPECT_TRUE(secret.empty());
  // The buffer still belongs to the string, so it may be looked at once the string reaches that far again.
  secret.resize_and_overwrite(capacity, [&](char*, std::size_t) { return capacity; });
  ASSERT_EQ(secret.data(), buffer);
  EXPECT_EQ(secret.find('s'), std::string::npos);
}

}  // namespace
}  // namespace winrmd::text
