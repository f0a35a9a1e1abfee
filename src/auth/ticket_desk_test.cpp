#include "auth/ticket_desk.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace winrmd::auth {
namespace {

using std::chrono::seconds;

class Desk : public testing::Test {
 protected:
  static credssp::PasswordCredentials password(std::string text) {
    credssp::PasswordCredentials made;
    made.password = std::move(text);
    return made;
  }
  void ask(std::uint64_t connection, const std::string& user = "alice@R") {
    desk_.ask(
        connection, user, password("secret"),
        [this, connection](Result<std::string> ticket, Clock::time_point when) {
          EXPECT_FALSE(told_.contains(connection)) << "told twice";
          told_[connection] = ticket ? *ticket : "no: " + ticket.error().message;
          told_at_ = when;
        },
        now_);
  }
  // The worker comes to an end with what it is at.
  void work_one() {
    ASSERT_FALSE(jobs_.empty());
    auto job = std::move(jobs_.front());
    jobs_.erase(jobs_.begin());
    job()(now_);
  }

  std::vector<Job> jobs_;
  bool full_ = false;
  std::map<std::uint64_t, std::string> told_;
  Clock::time_point told_at_;
  Clock::time_point now_{seconds(1000)};
  TicketDesk desk_{[](const std::string& principal, const std::string& text) -> Result<std::string> {
                     if (principal == "mallory@R") return fail("wrong password");
                     return "ticket of " + principal + " with " + text;
                   },
                   [this](Job job) {
                     if (!full_) jobs_.push_back(std::move(job));
                     return !full_;
                   }};
};

TEST_F(Desk, GivesTheTicketOrTheReason) {
  ask(1);
  EXPECT_TRUE(told_.empty());
  work_one();
  EXPECT_EQ(told_[1], "ticket of alice@R with secret");
  ask(2, "mallory@R");
  work_one();
  EXPECT_EQ(told_[2], "no: wrong password");
  EXPECT_EQ(desk_.expire(now_), Clock::time_point::max());
}

TEST_F(Desk, AsksForOneTicketAtATime) {
  for (std::uint64_t i = 1; i <= 3; ++i) ask(i);
  for (std::uint64_t i = 1; i <= 3; ++i) {
    EXPECT_EQ(jobs_.size(), 1U);
    work_one();
    EXPECT_EQ(told_.size(), i);
  }
  EXPECT_TRUE(jobs_.empty());
}

TEST_F(Desk, LetsNobodyWaitForASlowKdc) {
  ask(1);
  now_ += seconds(1);
  ask(2);
  EXPECT_EQ(desk_.expire(now_), now_ - seconds(1) + ticket_patience);
  now_ += ticket_patience - seconds(1);
  EXPECT_EQ(desk_.expire(now_), now_ + seconds(1));
  EXPECT_EQ(told_[1], "no: the KDC did not answer in time");
  EXPECT_FALSE(told_.contains(2));
  now_ += seconds(1);
  EXPECT_EQ(desk_.expire(now_), Clock::time_point::max());
  EXPECT_EQ(told_at_, now_);
  EXPECT_EQ(jobs_.size(), 1U);
  work_one();  // late, and nobody is told
  EXPECT_EQ(told_.size(), 2U);
  EXPECT_TRUE(jobs_.empty()) << "the one that waited no more is not asked for";
  ask(3);
  work_one();
  EXPECT_EQ(told_[3], "ticket of alice@R with secret");
}

TEST_F(Desk, TellsNobodyWhoHasGone) {
  ask(1);
  ask(2);
  ask(3);
  desk_.forget(1);
  desk_.forget(2);
  work_one();
  EXPECT_TRUE(told_.empty());
  desk_.forget_all();
  work_one();
  EXPECT_TRUE(told_.empty());
  EXPECT_TRUE(jobs_.empty());
}

TEST_F(Desk, SaysNoAtOnceWhereThereIsNoRoom) {
  full_ = true;
  ask(1);
  EXPECT_EQ(told_[1], "no: too many log-in checks");
  full_ = false;
  for (std::uint64_t i = 2; i < 2 + 1 + max_ticket_requests; ++i) ask(i);
  EXPECT_EQ(told_.size(), 1U);
  ask(1000);
  EXPECT_EQ(told_[1000], "no: too many requests for tickets");
  full_ = true;
  work_one();  // the workers have no room for those that waited
  EXPECT_EQ(told_.size(), 3U + max_ticket_requests);
}

}  // namespace
}  // namespace winrmd::auth
