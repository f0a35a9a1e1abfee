// The log-ins of winrmd-auth against a false net, supervisor and worker pool, with a clock of our own.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "auth/testing/false_outlet.hpp"
#include "lib/users/password.hpp"

namespace winrmd::auth {
namespace {

using ipc::LoginStatus;
using std::chrono::milliseconds;
using std::chrono::seconds;

class LoginsTest : public testing::Test {
 protected:
  LoginsTest() {
    std::string pattern = testing::TempDir() + "winrmd-logins-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    write_users("alice:" + hash_ + "\nbob:" + hash_ + ":robert\n");
  }
  ~LoginsTest() override { std::filesystem::remove_all(folder_); }

  void write_users(const std::string& text) {
    std::ofstream(folder_ + "/users") << text;
    ::chmod((folder_ + "/users").c_str(), 0600);
  }
  Logins make(bool privileged = false) {
    return Logins(setup(privileged), outlet_, names_, [](std::string_view name) { return name == "HOST"; });
  }
  [[nodiscard]] ipc::AuthSetup setup(bool privileged) const {
    return {.user_file = folder_ + "/users", .privileged = privileged, .pam = pam_};
  }
  void begin(Logins& logins, std::uint64_t id, std::string token, std::string peer = "10.0.0.1") {
    ipc::Login login{
        .connection = id, .scheme = ipc::Scheme::basic, .token = std::move(token), .peer = std::move(peer)};
    logins.begin(id, login, now_);
    EXPECT_EQ(login.token.find_first_not_of('\0'), std::string::npos) << "the password was not wiped";
  }
  // Lets the false workers check what was submitted.
  void work(Logins& logins) {
    (void)logins;
    for (auto& job : std::exchange(outlet_.jobs, {})) job()(now_);
  }
  // winrmd-pam finds everything in order.
  void all_fit(Logins& logins) {
    for (const auto& [check, request] : std::exchange(outlet_.pams, {})) logins.pam_done(check, {}, now_);
  }
  void mint_all(Logins& logins) { outlet_.mint_all(logins); }
  // Runs one log-in to its refusal and says how long it took.
  milliseconds time_to_refusal(Logins& logins, std::uint64_t id) {
    const auto start = now_;
    while (!outlet_.answers.contains(id)) {
      const auto due = logins.answer_due(now_);
      if (outlet_.answers.contains(id)) break;
      if (due == Clock::time_point::max()) ADD_FAILURE() << "nothing is due";
      if (due == Clock::time_point::max()) break;
      now_ = due;
    }
    EXPECT_EQ(outlet_.answers[id].status, LoginStatus::refused);
    return std::chrono::duration_cast<milliseconds>(now_ - start);
  }

  const std::string hash_ = users::hash_password("secret", users::throw_away_cost).value();
  std::string folder_;
  FalseOutlet outlet_;
  AnyName names_;
  bool pam_ = false;
  Clock::time_point now_{seconds(1000)};
};

TEST_F(LoginsTest, TheRightPasswordGivesATokenForTheCanonicalName) {
  auto logins = make();
  begin(logins, 7, "HOST\\alice:secret");
  work(logins);
  ASSERT_EQ(outlet_.mints.size(), 1U);
  EXPECT_EQ(outlet_.mints.begin()->second.login_name, "alice");
  EXPECT_EQ(outlet_.mints.begin()->second.mechanism, "Basic");
  EXPECT_EQ(outlet_.mints.begin()->second.account, "");
  EXPECT_TRUE(outlet_.answers.empty()) << "answered before the supervisor agreed";
  mint_all(logins);
  EXPECT_EQ(outlet_.answers[7].status, LoginStatus::accepted);
  EXPECT_EQ(outlet_.answers[7].name, "alice");
  EXPECT_EQ(outlet_.answers[7].token, "token");
  EXPECT_EQ(outlet_.answers[7].account, "me");
  EXPECT_EQ(outlet_.answers[7].uid, 1000U);
  EXPECT_EQ(outlet_.answers[7].gid, 100U);
  EXPECT_EQ(outlet_.answers[7].groups, (std::vector<std::uint32_t>{100, 27}));
  EXPECT_EQ(logins.size(), 0U);
}

TEST_F(LoginsTest, PrivilegedTheAccountIsTheOneOfTheFileOrTheUsersOwnName) {
  auto logins = make(true);
  begin(logins, 1, "alice:secret");
  begin(logins, 2, "bob:secret");
  work(logins);
  EXPECT_TRUE(outlet_.mints.empty()) << "nobody looked whether the accounts are in order";
  EXPECT_FALSE(outlet_.pams.at(1).authenticate);
  EXPECT_EQ(outlet_.pams.at(1).password, "");
  all_fit(logins);
  ASSERT_EQ(outlet_.mints.size(), 2U);
  EXPECT_EQ(outlet_.mints.begin()->second.account, "alice");
  EXPECT_EQ(outlet_.mints.rbegin()->second.account, "robert");
}

TEST_F(LoginsTest, AnAccountThatIsNotInOrderIsRefusedLikeAWrongPassword) {
  auto logins = make(true);
  begin(logins, 1, "alice:secret");
  work(logins);
  logins.pam_done(1, fail("the account is locked"), now_);
  EXPECT_EQ(time_to_refusal(logins, 1), refusal_time);
  EXPECT_TRUE(outlet_.mints.empty());
}

TEST_F(LoginsTest, AReloadWithFilesThatCannotBeUsedIsRefusedAndChangesNothing) {
  auto logins = make();
  auto fresh = setup(false);
  fresh.user_file = folder_ + "/missing";
  EXPECT_TRUE(logins.reload(fresh).error.starts_with("user_file: ")) << logins.reload(fresh).error;
  fresh = setup(false);
  fresh.keytab = folder_ + "/missing";
  EXPECT_TRUE(logins.reload(fresh).error.starts_with("no log-in with Kerberos: ")) << logins.reload(fresh).error;
  fresh = setup(false);
  fresh.ntlm_file = folder_ + "/missing";
  EXPECT_TRUE(logins.reload(fresh).error.starts_with("no log-in with NTLM: ")) << logins.reload(fresh).error;
  fresh = setup(false);
  fresh.client_ca_pem = {"nonsense"};
  EXPECT_TRUE(logins.reload(fresh).error.starts_with("no log-in with a certificate: ")) << logins.reload(fresh).error;
  begin(logins, 1, "alice:secret");
  work(logins);
  EXPECT_EQ(outlet_.mints.size(), 1U);
}

// A certificate that has to be renewed does not wait for a key file that has been missing for weeks.
TEST_F(LoginsTest, WhatWasBrokenBeforeAReloadIsAWarning) {
  auto broken = setup(false);
  broken.keytab = folder_ + "/missing";
  Logins logins(broken, outlet_, names_, [](std::string_view) { return false; });
  auto report = logins.reload(broken);
  EXPECT_EQ(report.error, "");
  EXPECT_TRUE(report.warning.starts_with("no log-in with Kerberos: ")) << report.warning;
  broken.keytab = folder_ + "/another";
  EXPECT_NE(logins.reload(broken).error, "") << "that is a new one";
  report = logins.reload(setup(false));
  EXPECT_EQ(report.error + report.warning, "");
}

TEST_F(LoginsTest, AnAccountInOrderIsNotLookedAtAgainForAWhile) {
  auto logins = make(true);
  begin(logins, 1, "alice:secret");
  work(logins);
  all_fit(logins);
  logins.reload(setup(true));
  begin(logins, 2, "alice:secret");
  work(logins);
  EXPECT_EQ(outlet_.pams.size(), 1U) << "a reload forgets";
  all_fit(logins);
  write_users("# changed\nalice:" + hash_ + "\n");
  begin(logins, 3, "alice:secret");
  work(logins);
  EXPECT_TRUE(outlet_.pams.empty());
  begin(logins, 4, "alice:secret", "10.0.0.77");
  work(logins);
  EXPECT_EQ(outlet_.pams.size(), 1U) << "what is allowed here may not be there";
}

TEST_F(LoginsTest, PamChecksThePasswordsOfAccountsThatAreNotInTheFile) {
  pam_ = true;
  auto logins = make(true);
  begin(logins, 1, "HOST\\carol:hers");
  EXPECT_TRUE(outlet_.pams.empty()) << "asked before it was clear that she may log in";
  work(logins);
  ASSERT_EQ(outlet_.pams.size(), 1U);
  EXPECT_TRUE(outlet_.pams.at(1).authenticate);
  EXPECT_EQ(outlet_.pams.at(1).account, "carol");
  EXPECT_EQ(outlet_.pams.at(1).password, "hers");
  EXPECT_EQ(outlet_.pams.at(1).peer, "10.0.0.1");
  all_fit(logins);
  mint_all(logins);
  EXPECT_EQ(outlet_.answers[1].name, "carol");
  begin(logins, 2, "carol:hers");
  EXPECT_EQ(outlet_.mints.size(), 1U) << "a repeated password costs PAM again";
  begin(logins, 3, "carol:other");
  work(logins);
  outlet_.pams.clear();
  logins.pam_done(3, fail("PAM authentication"), now_);
  EXPECT_EQ(time_to_refusal(logins, 3), refusal_time);
  begin(logins, 4, "carol:hers");
  work(logins);
  EXPECT_EQ(outlet_.pams.size(), 1U) << "she may have been locked out by that failure";
}

TEST_F(LoginsTest, WhenPamIsSlowAnUnknownUserIsToldNoSooner) {
  pam_ = true;
  auto logins = make(true);
  begin(logins, 1, "carol:wrong");
  work(logins);
  now_ += refusal_time + milliseconds(50);
  logins.pam_done(1, fail("PAM authentication"), now_);
  time_to_refusal(logins, 1);
  const auto start = now_;
  begin(logins, 2, "1234:nobody", "10.0.0.3");
  work(logins);
  time_to_refusal(logins, 2);
  EXPECT_EQ(now_ - start, 2 * refusal_time);
}

TEST_F(LoginsTest, WithoutPamNobodyButTheUsersOfTheFileHasAPassword) {
  auto logins = make(true);
  begin(logins, 1, "carol:hers");
  work(logins);
  EXPECT_TRUE(outlet_.pams.empty());
  EXPECT_EQ(time_to_refusal(logins, 1), refusal_time);
}

TEST_F(LoginsTest, TooManyAccountChecksAreARefusal) {
  pam_ = true;
  auto logins = make(true);
  begin(logins, 1, "carol:hers");
  outlet_.full = true;
  work(logins);
  EXPECT_EQ(time_to_refusal(logins, 1), refusal_time);
}

TEST_F(LoginsTest, WrongPasswordUnknownUserAndNonsenseTakeTheSameTime) {
  auto logins = make();
  begin(logins, 1, "alice:wrong", "10.0.0.1");
  work(logins);
  EXPECT_EQ(time_to_refusal(logins, 1), refusal_time);
  begin(logins, 2, "nobody:secret", "10.0.0.2");
  ASSERT_EQ(outlet_.jobs.size(), 1U) << "no hash was computed for an unknown user";
  work(logins);
  EXPECT_EQ(time_to_refusal(logins, 2), refusal_time);
  begin(logins, 3, "nonsense", "10.0.0.3");
  EXPECT_EQ(time_to_refusal(logins, 3), refusal_time);
  EXPECT_TRUE(outlet_.mints.empty());
}

TEST_F(LoginsTest, ACheckThatTookLongerIsAnsweredAtAMultipleOfTheTime) {
  auto logins = make();
  begin(logins, 1, "alice:wrong");
  const auto start = now_;
  now_ += refusal_time + milliseconds(1);
  work(logins);
  time_to_refusal(logins, 1);
  EXPECT_EQ(now_ - start, 2 * refusal_time);
}

TEST_F(LoginsTest, ARepeatedPasswordIsNotHashedAgainUntilTheFileChanges) {
  auto logins = make();
  begin(logins, 1, "alice:secret");
  work(logins);
  mint_all(logins);
  begin(logins, 2, "alice:secret");
  EXPECT_TRUE(outlet_.jobs.empty());
  EXPECT_EQ(outlet_.mints.size(), 1U);
  mint_all(logins);
  begin(logins, 3, "alice:Secret");
  EXPECT_EQ(outlet_.jobs.size(), 1U) << "a wrong password was taken for a known one";
  outlet_.jobs.clear();
  write_users("# changed\nalice:" + hash_ + "\n");
  begin(logins, 4, "alice:secret");
  EXPECT_EQ(outlet_.jobs.size(), 1U);
  outlet_.jobs.clear();
  now_ += verified_for;
  begin(logins, 5, "alice:secret", "10.0.0.9");
  EXPECT_TRUE(outlet_.jobs.empty()) << "an equal check is under way";
}

TEST_F(LoginsTest, ARemovedUserIsRefusedAtOnceAlthoughThePasswordWasRightAMomentAgo) {
  auto logins = make();
  begin(logins, 1, "alice:secret");
  work(logins);
  mint_all(logins);
  write_users("bob:" + hash_ + "\n");
  begin(logins, 2, "alice:secret");
  work(logins);
  EXPECT_TRUE(outlet_.mints.empty());
  time_to_refusal(logins, 2);
}

TEST_F(LoginsTest, EqualLoginsAtTheSameTimeAreOneCheck) {
  auto logins = make();
  for (std::uint64_t id = 1; id <= 20; ++id) begin(logins, id, "alice:secret");
  EXPECT_EQ(outlet_.jobs.size(), 1U);
  work(logins);
  mint_all(logins);
  EXPECT_EQ(outlet_.answers.size(), 20U);
}

TEST_F(LoginsTest, GuessingIsHeldBackAndLimitedInNumber) {
  auto logins = make();
  std::uint64_t id = 0;
  for (int i = 0; i < 3; ++i) {
    begin(logins, ++id, "alice:wrong" + std::to_string(i));
    work(logins);
    EXPECT_EQ(time_to_refusal(logins, id), refusal_time);
  }
  for (int i = 0; i < 3; ++i) {
    begin(logins, ++id, "alice:wrong" + std::to_string(i));
    work(logins);
    time_to_refusal(logins, id);
  }
  begin(logins, ++id, "alice:bad");
  work(logins);
  EXPECT_GT(time_to_refusal(logins, id), refusal_time);
  for (std::size_t i = 0; i < max_suspect_logins + 3; ++i) begin(logins, ++id, "alice:guess" + std::to_string(i));
  EXPECT_EQ(outlet_.jobs.size(), max_suspect_logins);
  // The right password from there waits as well; from elsewhere it does not.
  begin(logins, 100, "alice:secret", "10.0.0.2");
  work(logins);
  EXPECT_EQ(outlet_.mints.size(), 1U);
}

TEST_F(LoginsTest, TheRightPasswordAfterFailuresIsHeldBackToo) {
  auto logins = make();
  std::uint64_t id = 0;
  for (int i = 0; i < 4; ++i) {
    begin(logins, ++id, "alice:wrong");
    work(logins);
    time_to_refusal(logins, id);
  }
  begin(logins, ++id, "alice:secret");
  work(logins);
  EXPECT_TRUE(outlet_.mints.empty());
  const auto due = logins.answer_due(now_);
  EXPECT_GT(due, now_);
  logins.answer_due(due);
  EXPECT_EQ(outlet_.mints.size(), 1U);
}

TEST_F(LoginsTest, WhatTheSupervisorRefusesLooksLikeAWrongPassword) {
  auto logins = make();
  begin(logins, 1, "alice:secret");
  work(logins);
  logins.mint_failed(outlet_.mints.begin()->first, {.code = 1317, .text = "no such account"}, now_);
  EXPECT_EQ(time_to_refusal(logins, 1), refusal_time);
}

TEST_F(LoginsTest, ACancelledLoginGetsNoAnswerAndItsTokenIsReleased) {
  auto logins = make();
  begin(logins, 1, "alice:secret");
  logins.cancel(1);
  work(logins);
  EXPECT_TRUE(outlet_.mints.empty());
  begin(logins, 2, "bob:secret");
  work(logins);
  logins.cancel(2);
  mint_all(logins);
  EXPECT_TRUE(outlet_.answers.empty());
  EXPECT_EQ(outlet_.released, std::vector<std::string>{"token"});
  EXPECT_EQ(logins.size(), 0U);
}

TEST_F(LoginsTest, AFullQueueAndABrokenFileAreUnavailableNotRefused) {
  auto logins = make();
  outlet_.full = true;
  begin(logins, 1, "alice:secret");
  EXPECT_EQ(outlet_.answers[1].status, LoginStatus::unavailable);
  outlet_.full = false;
  write_users("broken");
  begin(logins, 2, "alice:secret");
  EXPECT_EQ(outlet_.answers[2].status, LoginStatus::unavailable);
}

TEST_F(LoginsTest, LoginsUnderWayAreLimited) {
  auto logins = make();
  for (std::uint64_t id = 1; id <= max_logins; ++id) begin(logins, id, "alice:secret");
  EXPECT_TRUE(outlet_.answers.empty());
  begin(logins, max_logins + 1, "alice:secret");
  EXPECT_EQ(outlet_.answers[max_logins + 1].status, LoginStatus::unavailable);
}

}  // namespace
}  // namespace winrmd::auth
