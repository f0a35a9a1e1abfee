#include "lib/text/base64.hpp"

#include <gtest/gtest.h>

#include <random>

namespace winrmd::text {
namespace {

TEST(Base64, GivesTheVectorsOfRfc4648Section10) {
  const std::pair<std::string_view, std::string_view> vectors[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(base64_encode(plain), encoded);
    EXPECT_EQ(base64_decode(encoded).value(), plain);
  }
}

TEST(Base64, RoundTripsBytesOfEveryLengthWithAndWithoutLineBreaksAndPadding) {
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 300; ++size) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    std::string encoded = base64_encode(bytes);
    EXPECT_EQ(encoded.size(), (size + 2) / 3 * 4);
    EXPECT_EQ(base64_decode(encoded).value(), bytes);

    std::string wrapped;
    for (const char c : encoded) {
      wrapped += c;
      if (random() % 5 == 0) wrapped += " \t\r\n"[random() % 4];
    }
    EXPECT_EQ(base64_decode(wrapped).value(), bytes) << wrapped;

    while (encoded.ends_with('=')) encoded.pop_back();
    EXPECT_EQ(base64_decode(encoded).value(), bytes);
  }
}

TEST(Base64, DecodesLineBreaksAnywhere) {
  EXPECT_EQ(base64_decode("\r\nZm\r\n9v\tYm F\ny \n").value(), "foobar");
  EXPECT_EQ(base64_decode("Zg\n=\r\n= ").value(), "f");
  EXPECT_EQ(base64_decode(" \r\n").value(), "");
}

TEST(Base64, RefusesWhatIsNotBase64) {
  for (const std::string_view text : {
           "Z",                            // a lone character
           "Zm9vY",                        // ... behind a group
           "=",        "====",    "Z===",  // padding without a byte
           "Zg=",      "Zg =",             // half of the padding
           "Zg===",    "Zm8==",            // too much of it
           "Zg==Zg==", "Zg=a",             // padding in the middle
           "Zh==",     "Zm9=",             // bits that belong to no byte
           "Zh",       "Zm9",              // ... without padding
           "Zm9v-_==", "Zm9v.",            // another alphabet
           "Zm9\xC3",  "Zm9\x80",          // not ASCII
           "Zm9\v",    "Zm9\f",            // white space of another kind
       }) {
    EXPECT_FALSE(base64_decode(text).has_value()) << text;
  }
  EXPECT_FALSE(base64_decode(std::string_view("Zm9\0", 4)).has_value());
}

TEST(Base64, RefusesEveryCharacterOutsideTheAlphabetInEveryPlaceOfAGroup) {
  constexpr std::string_view good = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/ \t\r\n";
  for (int c = 0; c < 256; ++c) {
    const char character = static_cast<char>(c);
    for (std::size_t place = 0; place < 8; ++place) {
      std::string text = "AAAAAAAAAAAA";
      text[place] = character;
      const bool accepted = base64_decode(text).has_value();
      const bool in_alphabet = good.find(character) != std::string_view::npos;
      EXPECT_EQ(accepted, in_alphabet) << c << " at " << place;
    }
  }
}

}  // namespace
}  // namespace winrmd::text
