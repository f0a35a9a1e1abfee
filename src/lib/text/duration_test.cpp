#include "lib/text/duration.hpp"

#include <gtest/gtest.h>

namespace winrmd::text {
namespace {

using std::chrono::milliseconds;

TEST(Duration, ReadsTheFormsClientsSend) {
  const std::pair<std::string_view, long long> forms[] = {
      {"PT20S", 20'000},
      {"PT60.000S", 60'000},
      {"PT0.5S", 500},
      {"PT1.2345678S", 1'234},
      {"PT0S", 0},
      {"P0DT0H1M5S", 65'000},
      {"P1DT2H", 93'600'000},
      {"P2D", 172'800'000},
      {"P1W", 604'800'000},
      {"PT10M", 600'000},
      {"PT1H1S", 3'601'000},
      {"P0Y0M0DT0H1M0.000S", 60'000},
      {"PT0000000000000000000000005S", 5'000},
  };
  for (const auto& [text, expected] : forms) {
    const auto value = parse_duration(text);
    ASSERT_TRUE(value.has_value()) << text << ": " << value.error().message;
    EXPECT_EQ(value->count(), expected) << text;
  }
}

TEST(Duration, RefusesEverythingElse) {
  for (const std::string_view text : {
           "",     "P",     "PT",    "P1DT",   "T1S",    "1S",     "-PT1S",  "PT-1S",  "+PT1S",  "P1Y",     "P1M",
           "PT1",  "PT.5S", "PT5.S", "PT1.5M", "P1.5D",  "PT1S1S", "PT1S1M", "P1W1D",  "P1WT1S", "P1D1W",   "P1H",
           "PT1D", " PT1S", "PT1S ", "pt1s",   "PT1,5S", "PT1S\n", "PTS",    "PT0x1S", "PTT1S",  "PT1M1.S",
       }) {
    EXPECT_FALSE(parse_duration(text).has_value()) << text;
  }
  EXPECT_FALSE(parse_duration(std::string_view("PT1S\0", 5)).has_value());
}

TEST(Duration, AcceptsTheLongestAndRefusesOneMillisecondMore) {
  EXPECT_EQ(parse_duration("PT2147483647S").value().count(), 2'147'483'647'000);
  EXPECT_FALSE(parse_duration("PT2147483647.001S").has_value());
  EXPECT_FALSE(parse_duration("PT2147483648S").has_value());
  EXPECT_FALSE(parse_duration("P24855DT11647.001S").has_value());
  EXPECT_FALSE(parse_duration("P99999999999999999999999999999999999999D").has_value());
  EXPECT_FALSE(parse_duration("P9223372036854775807W").has_value());
  EXPECT_FALSE(parse_duration("PT" + std::string(100'000, '9') + "S").has_value());
}

TEST(Duration, WritesWhatItReads) {
  EXPECT_EQ(format_seconds(milliseconds(900'000)), "PT900.000S");
  EXPECT_EQ(format_seconds(milliseconds(1)), "PT0.001S");
  EXPECT_EQ(format_seconds(milliseconds(-5)), "PT0.000S");
  EXPECT_EQ(format_days(milliseconds(65'999)), "P0DT0H1M5S");
  EXPECT_EQ(format_days(milliseconds(93'784'000)), "P1DT2H3M4S");
  EXPECT_EQ(format_days(milliseconds(0)), "P0DT0H0M0S");
  for (long long ms = 0; ms < 10'000'000'000; ms = ms * 3 + 7) {
    EXPECT_EQ(parse_duration(format_seconds(milliseconds(ms))).value().count(), ms);
    EXPECT_EQ(parse_duration(format_days(milliseconds(ms))).value().count(), ms / 1000 * 1000);
  }
}

}  // namespace
}  // namespace winrmd::text
