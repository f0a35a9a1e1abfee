#include "auth/pam_checks.hpp"

#include <gtest/gtest.h>

namespace winrmd::auth {
namespace {

class PamChecksTest : public testing::Test, protected PamChecks::Outlet {
 protected:
  void start_pam(std::uint64_t check) override { asked_.push_back(check); }
  void pam_verdict(std::uint64_t check, const Result<void>& verdict) override {
    verdicts_[check] = verdict ? "yes" : verdict.error().message;
  }
  bool submit(std::uint64_t check) {
    return checks_.submit(check, {.authenticate = true, .account = "alice", .password = "secret", .peer = "::1"}, now_);
  }
  // Gives the check its process, and what that would hear.
  ipc::Channel start(std::uint64_t check) {
    auto pair = ipc::socket_pair().value();
    EXPECT_TRUE(checks_.started(check, std::move(pair.first)));
    return ipc::Channel(std::move(pair.second));
  }
  void poll() {
    std::vector<pollfd> fds;
    checks_.wait_for(fds);
    ::poll(fds.data(), fds.size(), 1000);
    checks_.serve(fds.data());
  }

  PamChecks checks_{*this};
  std::vector<std::uint64_t> asked_;
  std::map<std::uint64_t, std::string> verdicts_;
  Clock::time_point now_{std::chrono::seconds(1000)};
};

TEST_F(PamChecksTest, AsksItsProcessAndPassesOnTheVerdict) {
  for (const auto& [check, verdict] :
       {std::pair{std::uint64_t{1}, ipc::PamVerdict{.admitted = true, .reason = ""}},
        std::pair{std::uint64_t{2}, ipc::PamVerdict{.admitted = false, .reason = "no"}}}) {
    ASSERT_TRUE(submit(check));
    auto child = start(check);
    const auto question = ipc::decode<ipc::PamCheck>(*child.receive().value());
    ASSERT_TRUE(question);
    EXPECT_EQ(question->account, "alice");
    EXPECT_EQ(question->password, "secret");
    EXPECT_TRUE(question->authenticate);
    ASSERT_TRUE(child.send(verdict));
    poll();
    EXPECT_EQ(verdicts_.at(check), verdict.admitted ? "yes" : "no");
  }
  EXPECT_EQ(checks_.size(), 0U);
}

TEST_F(PamChecksTest, WithoutAVerdictTheAnswerIsNo) {
  ASSERT_TRUE(submit(1));
  {
    auto gone = start(1);
  }
  poll();
  EXPECT_EQ(verdicts_.at(1), "winrmd-pam gave no verdict");
  ASSERT_TRUE(submit(2));
  EXPECT_TRUE(checks_.not_started(2, "none left"));
  EXPECT_EQ(verdicts_.at(2), "winrmd-pam was not started: none left");
  ASSERT_TRUE(submit(3));
  auto nonsense = start(3);
  ASSERT_TRUE(nonsense.send(ipc::StartPam{}));
  poll();
  EXPECT_NE(verdicts_.at(3), "yes");
  ASSERT_TRUE(submit(4));
  EXPECT_EQ(checks_.meet_deadlines(now_), now_ + pam_patience);
  EXPECT_EQ(checks_.meet_deadlines(now_ + pam_patience), Clock::time_point::max());
  EXPECT_EQ(verdicts_.at(4), "the account check takes too long");
}

TEST_F(PamChecksTest, AFewRunTheRestWaitsItsTurnAndMoreIsRefused) {
  for (std::uint64_t check = 1; check <= max_running_pam + max_waiting_pam; ++check) ASSERT_TRUE(submit(check));
  EXPECT_EQ(asked_.size(), max_running_pam);
  EXPECT_FALSE(submit(10'000));
  EXPECT_TRUE(checks_.not_started(3, "x"));
  ASSERT_EQ(asked_.size(), max_running_pam + 1);
  EXPECT_EQ(asked_.back(), max_running_pam + 1);
}

TEST_F(PamChecksTest, AnswersToNoQuestionAreNotOurs) {
  EXPECT_FALSE(checks_.not_started(1, "x"));
  EXPECT_FALSE(checks_.started(1, Fd()));
  ASSERT_TRUE(submit(1));
  auto child = start(1);
  EXPECT_FALSE(checks_.not_started(1, "x"));
}

}  // namespace
}  // namespace winrmd::auth
