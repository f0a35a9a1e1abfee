#include "lib/sddl/sid.hpp"

#include <gtest/gtest.h>

namespace winrmd::sddl {
namespace {

std::string error_of(std::string_view text) {
  const auto sid = parse_sid(text);
  return sid ? "read as " + format_sid(*sid) : sid.error().message;
}

TEST(Sid, IsReadAndWritten) {
  EXPECT_EQ(parse_sid("S-1-5-32-544").value(), known::administrators);
  EXPECT_EQ(parse_sid("S-1-22-1-1000").value(), unix_user(1000));
  EXPECT_EQ(parse_sid("S-1-22-2-4294967295").value(), unix_group(0xFFFF'FFFF));
  for (const std::string_view text : {"S-1-1-0", "S-1-22-2-100", "S-1-5-21-1-2-3-500", "S-1-0-0"}) {
    EXPECT_EQ(format_sid(parse_sid(text).value()), text);
  }
}

TEST(Sid, AuthoritiesFrom2To32OnAreHexadecimal) {
  EXPECT_EQ(format_sid(parse_sid("S-1-4294967295-7").value()), "S-1-4294967295-7");
  EXPECT_EQ(format_sid(parse_sid("S-1-4294967296-7").value()), "S-1-0x000100000000-7");
  EXPECT_EQ(parse_sid("S-1-0x000100000000-7").value(), parse_sid("S-1-4294967296-7").value());
  EXPECT_EQ(parse_sid("S-1-0x16-1-0").value(), unix_user(0));
}

TEST(Sid, AuthorityLimit) {
  EXPECT_EQ(parse_sid("S-1-0xFFFFffffFFFF-1").value().authority, max_authority);
  EXPECT_EQ(error_of("S-1-0x1000000000000-1"), "character 7: the authority of a SID is above 281474976710655");
  EXPECT_EQ(error_of("S-1-281474976710656-1"), "character 5: the authority of a SID is above 281474976710655");
  EXPECT_EQ(error_of("S-1-" + std::string(10'000, '9') + "-1"),
            "character 5: the authority of a SID is above 281474976710655");
}

TEST(Sid, NumberLimit) {
  EXPECT_EQ(parse_sid("S-1-5-4294967295").value().sub_authorities.front(), 4294967295U);
  EXPECT_EQ(error_of("S-1-5-4294967296"), "character 7: a number of a SID is above 4294967295");
  EXPECT_EQ(error_of("S-1-5-99999999999999999999999999"), "character 7: a number of a SID is above 4294967295");
}

TEST(Sid, CountLimit) {
  std::string text = "S-1-5";
  for (std::size_t i = 0; i < max_sub_authorities; ++i) text += "-7";
  EXPECT_EQ(parse_sid(text).value().sub_authorities.size(), max_sub_authorities);
  EXPECT_EQ(error_of(text + "-7"), "character 1: a SID has at most 15 numbers after its authority");
  for (int i = 0; i < 10'000; ++i) text += "-7";
  EXPECT_EQ(error_of(text), "character 1: a SID has at most 15 numbers after its authority");
}

TEST(Sid, WhatIsNoneIsRefused) {
  EXPECT_EQ(error_of(""), "character 1: a SID begins with S-1-");
  EXPECT_EQ(error_of("BA"), "character 1: a SID begins with S-1-");
  EXPECT_EQ(error_of("s-1-5-7"), "character 1: a SID begins with S-1-");
  EXPECT_EQ(error_of("S-2-5-7"), "character 1: a SID begins with S-1-");
  EXPECT_EQ(error_of("S-1-"), "character 5: the authority of a SID is missing");
  EXPECT_EQ(error_of("S-1-5"), "character 6: a SID has a number after its authority");
  EXPECT_EQ(error_of("S-1-5-"), "character 7: a number of a SID is missing");
  EXPECT_EQ(error_of("S-1-5--7"), "character 7: a number of a SID is missing");
  EXPECT_EQ(error_of("S-1-5-7 "), "character 8: a SID ends before this");
  EXPECT_EQ(error_of("S-1-5-0x7"), "character 8: a SID ends before this");
  EXPECT_EQ(error_of(std::string_view("S-1-5-7\0", 8)), "character 8: a SID ends before this");
}

TEST(Alias, HasTheSidThatItStandsFor) {
  EXPECT_EQ(find_alias("BA")->sid, known::administrators);
  EXPECT_EQ(find_alias("WD")->sid, known::everyone);
  EXPECT_EQ(format_sid(find_alias("RM")->sid), "S-1-5-32-580");
  EXPECT_EQ(find_alias("DA")->kind, Alias::Kind::domain);
  EXPECT_EQ(find_alias("DA")->rid, 512U);
  for (const std::string_view none : {"", "B", "ba", "XX", "BAA"}) EXPECT_FALSE(find_alias(none)) << none;
}

TEST(Alias, IsFoundForASid) {
  const Sid domain{5, {21, 1, 2, 3}};
  EXPECT_EQ(alias_of(known::administrators), "BA");
  EXPECT_EQ(alias_of(unix_user(0)), "");
  EXPECT_EQ(alias_of({5, {21, 1, 2, 3, 512}}, domain), "DA");
  EXPECT_EQ(alias_of({5, {21, 1, 2, 3, 512}}), "");
  EXPECT_EQ(alias_of({5, {21, 1, 2, 4, 512}}, domain), "");
  EXPECT_EQ(alias_of({5, {21, 1, 2, 3, 511}}, domain), "");
}

}  // namespace
}  // namespace winrmd::sddl
