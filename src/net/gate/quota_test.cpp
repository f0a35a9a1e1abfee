#include "net/gate/quota.hpp"

#include <gtest/gtest.h>

namespace winrmd::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Link::Clock::time_point start{std::chrono::hours(1)};

TEST(TimeSlot, AdmitsTheQuotaAndNotOneMoreUntilItHasPassed) {
  Usage usage;
  const Quota quota{.max_shells = 1, .max_operations = 1, .timeslot_seconds = 10, .max_operations_per_timeslot = 3};
  EXPECT_TRUE(usage.count_message(quota, start));  // the slot begins here
  EXPECT_TRUE(usage.count_message(quota, start + seconds(9)));
  EXPECT_TRUE(usage.count_message(quota, start + seconds(9)));
  EXPECT_FALSE(usage.count_message(quota, start + seconds(9)));
  EXPECT_FALSE(usage.count_message(quota, start + milliseconds(9999)));
  EXPECT_TRUE(usage.count_message(quota, start + seconds(10)));
  EXPECT_TRUE(usage.count_message(quota, start + seconds(19)));
  EXPECT_TRUE(usage.count_message(quota, start + seconds(19)));
  EXPECT_FALSE(usage.count_message(quota, start + seconds(19)));
}

TEST(TimeSlot, AtItsExtremes) {
  Usage usage;
  EXPECT_FALSE(usage.count_message({.timeslot_seconds = 10, .max_operations_per_timeslot = 0}, start));
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(usage.count_message({.timeslot_seconds = unlimited, .max_operations_per_timeslot = unlimited}, start));
  }
  // A slot without length is over when the next message comes.
  Usage other;
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(other.count_message({.timeslot_seconds = 0, .max_operations_per_timeslot = 1}, start));
  }
  // The longest there is: 136 years.
  const Quota longest{.timeslot_seconds = unlimited, .max_operations_per_timeslot = 1};
  EXPECT_TRUE(other.count_message(longest, start));
  EXPECT_FALSE(other.count_message(longest, start + std::chrono::hours(24 * 365)));
}

TEST(TimeSlot, GoesOnUnderANewQuota) {
  Usage usage;
  for (int i = 0; i < 5; ++i) {
    usage.count_message({.timeslot_seconds = 10, .max_operations_per_timeslot = 100}, start);
  }
  EXPECT_FALSE(usage.count_message({.timeslot_seconds = 10, .max_operations_per_timeslot = 5}, start + seconds(1)));
  EXPECT_TRUE(usage.count_message({.timeslot_seconds = 10, .max_operations_per_timeslot = 6}, start + seconds(1)));
}

TEST(TimeSlot, IsRememberedUntilItHasPassed) {
  Usage usage;
  EXPECT_TRUE(usage.is_over(start));
  usage.count_message({.timeslot_seconds = 10, .max_operations_per_timeslot = 5}, start);
  EXPECT_FALSE(usage.is_over(start + seconds(9)));
  EXPECT_TRUE(usage.is_over(start + seconds(10)));
}

TEST(OperationSlot, IsGivenBackOnce) {
  const auto usage = std::make_shared<Usage>();
  OperationSlot first(usage);
  OperationSlot second(usage);
  EXPECT_EQ(usage->operations(), 2U);
  OperationSlot moved = std::move(first);
  EXPECT_EQ(usage->operations(), 2U);
  moved = OperationSlot();
  EXPECT_EQ(usage->operations(), 1U);
  moved = std::move(second);
  EXPECT_EQ(usage->operations(), 1U);
  EXPECT_FALSE(usage->is_over(start));
}

TEST(SlidingWindow, AdmitsTheLimitInAnyStretchOfItsLength) {
  SlidingWindow window(seconds(2), 3);
  EXPECT_TRUE(window.count(start));
  EXPECT_TRUE(window.count(start + milliseconds(1000)));
  EXPECT_TRUE(window.count(start + milliseconds(1900)));
  EXPECT_FALSE(window.count(start + milliseconds(1999)));
  // The first leaves, two stay; within the precision of a slice.
  EXPECT_TRUE(window.count(start + milliseconds(2000 + 70)));
  EXPECT_FALSE(window.count(start + milliseconds(2000 + 100)));
  EXPECT_TRUE(window.count(start + milliseconds(3000 + 70)));
  EXPECT_FALSE(window.count(start + milliseconds(3000 + 100)));
}

TEST(SlidingWindow, ForgetsEverythingAfterAPause) {
  SlidingWindow window(milliseconds(100), 1000);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(window.count(start));
  EXPECT_FALSE(window.count(start));
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(window.count(start + std::chrono::hours(10)));
  EXPECT_FALSE(window.count(start + std::chrono::hours(10)));
}

// Whatever the pattern, a brute-force count of the last window is never above the limit.
TEST(SlidingWindow, NeverAdmitsMoreThanItsLimit) {
  SlidingWindow window(milliseconds(640), 50);
  std::vector<std::int64_t> admitted;
  std::uint32_t state = 12345;
  std::int64_t now = 0;
  for (int i = 0; i < 20'000; ++i) {
    state = state * 1664525U + 1013904223U;
    now += (state >> 16U) % 23;
    if (!window.count(start + milliseconds(now))) continue;
    admitted.push_back(now);
    const auto recent = std::ranges::count_if(admitted, [now](std::int64_t then) { return then > now - 640; });
    ASSERT_LE(recent, 50);
  }
  EXPECT_GT(admitted.size(), 10'000U);
}

TEST(SlidingWindow, ZeroIsNoLimit) {
  SlidingWindow window(seconds(2), 0);
  for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(window.count(start));
}

TEST(SlidingWindow, WithoutLengthLimitsNothingForLong) {
  SlidingWindow window(milliseconds(0), 1);
  EXPECT_TRUE(window.count(start));
  EXPECT_TRUE(window.count(start + milliseconds(1)));
}

}  // namespace
}  // namespace winrmd::net
