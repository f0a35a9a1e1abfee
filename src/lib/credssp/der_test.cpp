#include "lib/credssp/der.hpp"

#include <gtest/gtest.h>

#include "lib/credssp/testing.hpp"

namespace winrmd::credssp::der {
namespace {

TEST(Der, ElementsOfEachLengthFormComeBack) {
  for (const std::size_t size : {0UL, 1UL, 127UL, 128UL, 255UL, 256UL, 65535UL, 65536UL, 1UL << 24}) {
    const std::string contents(size, 'x');
    const auto der = element(tag_octets, contents);
    Reader reader(der);
    EXPECT_EQ(reader.take(tag_octets).value(), contents) << size;
    EXPECT_TRUE(reader.at_end());
  }
}

TEST(Der, ATruncatedElementIsRefusedAtEveryLength) {
  for (const std::size_t size : {3UL, 130UL, 300UL}) {
    const auto der = element(tag_octets, std::string(size, 'x'));
    for (std::size_t end = 0; end < der.size(); ++end) {
      EXPECT_FALSE(Reader(std::string_view(der).substr(0, end)).take(tag_octets)) << end;
    }
  }
}

TEST(Der, LengthsThatDerDoesNotAllowAreRefused) {
  for (const auto* der : {"0480", "0480 0000", "0481 01 ff", "0481 7f", "0482 0080", "0482 00ff", "0484 00000001 ff",
                          "0485 0000000001 ff", "0484 ffffffff", "0488 ffffffffffffffff", "04ff", "0401", "04"}) {
    EXPECT_FALSE(Reader(from_hex(der)).take(tag_octets)) << der;
  }
}

TEST(Der, AnotherTagIsRefusedAndLeftWhereItIs) {
  const auto der = element(tag_octets, "x");
  Reader reader(der);
  EXPECT_FALSE(reader.take(tag_integer));
  EXPECT_EQ(reader.take(tag_octets).value(), "x");
  EXPECT_FALSE(reader.take(tag_octets));
}

TEST(Der, AnElementThatMustBeAloneIs) {
  const auto one = element(tag_octets, "x");
  EXPECT_EQ(Reader(element(tag_sequence, one)).take_only(tag_sequence, tag_octets).value(), "x");
  EXPECT_FALSE(Reader(element(tag_sequence, one + one)).take_only(tag_sequence, tag_octets));
  EXPECT_FALSE(Reader(element(tag_sequence, "")).take_only(tag_sequence, tag_octets));
}

TEST(Der, NumbersAreReadAndWrittenAtTheirBorders) {
  const std::pair<std::uint32_t, const char*> numbers[] = {{0, "020100"},
                                                           {6, "020106"},
                                                           {127, "02017f"},
                                                           {128, "02020080"},
                                                           {255, "020200ff"},
                                                           {256, "02020100"},
                                                           {0x7FFFFFFF, "02047fffffff"},
                                                           {0x80000000, "02050080000000"},
                                                           {0xFFFFFFFF, "020500ffffffff"}};
  for (const auto& [value, der] : numbers) {
    EXPECT_EQ(integer(value), from_hex(der)) << der;
    EXPECT_EQ(to_uint32(from_hex(der).substr(2)).value(), value) << der;
  }
  const std::pair<std::uint32_t, const char*> codes[] = {{0xC000006D, "0204c000006d"},
                                                         {0xFFFFFFFF, "0201ff"},
                                                         {0xFFFFFF7F, "0202ff7f"},
                                                         {0x80000000, "020480000000"},
                                                         {5, "020105"}};
  for (const auto& [value, der] : codes) {
    EXPECT_EQ(signed_integer(value), from_hex(der)) << der;
    EXPECT_EQ(to_uint32(from_hex(der).substr(2)).value(), value) << der;
  }
  for (const auto* bad : {"", "0000", "0001", "007f", "ffff", "ff80", "0100000000", "010000000000", "0000ffffff"}) {
    EXPECT_FALSE(to_uint32(from_hex(bad))) << bad;
  }
}

}  // namespace
}  // namespace winrmd::credssp::der
