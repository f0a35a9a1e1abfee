#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "auth/basic.hpp"
#include "auth/directory.hpp"
#include "auth/penalties.hpp"
#include "auth/verified.hpp"
#include "auth/worker_pool.hpp"

namespace winrmd::auth {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Basic, CredentialsAreSplitAtTheFirstColon) {
  const auto credentials = parse_basic("user:pass:word").value();
  EXPECT_EQ(credentials.user, "user");
  EXPECT_EQ(credentials.password, "pass:word");
  EXPECT_EQ(parse_basic("user:").value().password, "");
}

TEST(Basic, TextThatIsNotUtf8IsLatin1) {
  EXPECT_EQ(parse_basic("us\xc3\xa9r:\xc3\xa4").value().user, "us\xc3\xa9r");
  const auto credentials = parse_basic("us\xe9r:p\xe4\xff").value();
  EXPECT_EQ(credentials.user, "us\xc3\xa9r");
  EXPECT_EQ(credentials.password, "p\xc3\xa4\xc3\xbf");
}

TEST(Basic, BadCredentialsAreErrors) {
  EXPECT_FALSE(parse_basic(""));
  EXPECT_FALSE(parse_basic("user"));
  EXPECT_FALSE(parse_basic(":password"));
  const std::string user = "u:";
  EXPECT_TRUE(parse_basic(user + std::string(max_credentials_size - 2, 'x')));
  EXPECT_FALSE(parse_basic(user + std::string(max_credentials_size - 1, 'x')));
  EXPECT_FALSE(parse_basic(std::string(1U << 22, ':')));
}

TEST(Penalties, DelayGrowsWithFailuresOfOneUserFromOnePeerAndIsBounded) {
  Penalties penalties;
  const Clock::time_point now{seconds(1000)};
  std::vector<milliseconds> delays;
  for (int i = 0; i < 9; ++i) {
    delays.push_back(penalties.delay("10.0.0.1", "alice", now));
    penalties.failed("10.0.0.1", "alice", now);
  }
  EXPECT_EQ(delays, (std::vector<milliseconds>{milliseconds(0), milliseconds(0), milliseconds(0), milliseconds(250),
                                               milliseconds(500), milliseconds(1000), milliseconds(2000),
                                               milliseconds(4000), milliseconds(5000)}));
  EXPECT_TRUE(penalties.has_failed("10.0.0.1", "alice", now));
  EXPECT_FALSE(penalties.has_failed("10.0.0.2", "alice", now));
  EXPECT_EQ(penalties.delay("10.0.0.2", "alice", now), milliseconds(0));
  EXPECT_EQ(penalties.delay("10.0.0.1", "bob", now), milliseconds(0));
}

TEST(Penalties, SuccessForgivesThePairButNotThePeer) {
  Penalties penalties;
  const Clock::time_point now{seconds(1000)};
  for (int i = 0; i < 21; ++i) penalties.failed("10.0.0.1", "alice", now);
  penalties.succeeded("10.0.0.1", "alice");
  EXPECT_FALSE(penalties.has_failed("10.0.0.1", "alice", now));
  EXPECT_EQ(penalties.delay("10.0.0.1", "mallory", now), milliseconds(250));
}

TEST(Penalties, FailuresAreForgottenAfterFiveMinutes) {
  Penalties penalties;
  const Clock::time_point now{seconds(1000)};
  for (int i = 0; i < 10; ++i) penalties.failed("10.0.0.1", "alice", now);
  EXPECT_GT(penalties.delay("10.0.0.1", "alice", now + minutes(5)), milliseconds(0));
  EXPECT_EQ(penalties.delay("10.0.0.1", "alice", now + minutes(5) + milliseconds(1)), milliseconds(0));
}

TEST(Penalties, TheTableIsBounded) {
  Penalties penalties;
  const Clock::time_point now{seconds(1000)};
  for (std::size_t i = 0; i < max_penalties; ++i) penalties.failed("10.0.0.1", std::to_string(i), now);
  EXPECT_EQ(penalties.size(), max_penalties);
  EXPECT_GT(penalties.delay("10.0.0.1", "new", now), milliseconds(0)) << "the guessing peer itself was forgotten";
}

TEST(Verified, KnowsOnlyWhatWasAddedAndOnlyForAWhile) {
  Verified verified;
  const Clock::time_point now{seconds(1000)};
  const auto mac = verified.mac("alice", "$y$h", "secret");
  EXPECT_EQ(verified.find("alice", mac, now), nullptr);
  verified.add("alice", mac, {.name = "alice", .account = "al"}, now);
  EXPECT_EQ(verified.find("alice", mac, now)->account, "al");
  EXPECT_NE(verified.find("alice", mac, now + verified_for - milliseconds(1)), nullptr);
  EXPECT_EQ(verified.find("alice", mac, now + verified_for), nullptr);
  EXPECT_EQ(verified.find("alice", verified.mac("alice", "$y$h", "Secret"), now), nullptr);
  EXPECT_EQ(verified.find("alice", verified.mac("alice", "$y$i", "secret"), now), nullptr) << "the hash has changed";
  EXPECT_EQ(verified.find("bob", verified.mac("bob", "$y$h", "secret"), now), nullptr);
  EXPECT_NE(verified.mac("ab", "c", "d"), verified.mac("a", "bc", "d"));
  EXPECT_NE(Verified().mac("alice", "$y$h", "secret"), mac) << "the key is not this process's own";
  verified.clear();
  EXPECT_EQ(verified.find("alice", mac, now), nullptr);
}

TEST(WorkerPool, DoesJobsElsewhereAndGivesTheirCompletionsToTheLoop) {
  WorkerPool pool(2);
  const auto loop = std::this_thread::get_id();
  unsigned done = 0;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(pool.submit([&] {
      const bool elsewhere = std::this_thread::get_id() != loop;
      return Completion([&, elsewhere](Clock::time_point) {
        if (elsewhere && std::this_thread::get_id() == loop) ++done;
      });
    }));
  }
  for (int rounds = 0; done < 2 && rounds < 10; ++rounds) {
    pollfd wait{.fd = pool.event_fd(), .events = POLLIN, .revents = 0};
    ASSERT_EQ(::poll(&wait, 1, 10'000), 1);
    for (auto& completion : pool.take_completions()) completion(Clock::now());
  }
  EXPECT_EQ(done, 2U);
}

TEST(WorkerPool, TakesNoMoreThanItsQueueHolds) {
  WorkerPool idle(0);
  const auto job = [] { return Completion([](Clock::time_point) {}); };
  for (std::size_t i = 0; i < max_queued_jobs; ++i) ASSERT_TRUE(idle.submit(job));
  EXPECT_FALSE(idle.submit(job));
}

class DirectoryTest : public testing::Test {
 protected:
  DirectoryTest() {
    std::string pattern = testing::TempDir() + "winrmd-directory-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ + "/users";
  }
  ~DirectoryTest() override { std::filesystem::remove_all(folder_); }
  void write(std::string_view text, mode_t mode = 0600) {
    std::ofstream(path_) << text;
    ::chmod(path_.c_str(), mode);
  }
  std::string folder_;
  std::string path_;
};

TEST_F(DirectoryTest, IsReadAgainWhenItHasChanged) {
  Directory directory(path_);
  EXPECT_FALSE(directory.refresh());
  write("alice:1\n");
  EXPECT_TRUE(directory.refresh().value());
  EXPECT_FALSE(directory.refresh().value());
  ASSERT_NE(directory.users().find("alice"), nullptr);
  write("alice:1\nbob:22\n");
  EXPECT_TRUE(directory.refresh().value());
  EXPECT_NE(directory.users().find("bob"), nullptr);
}

TEST_F(DirectoryTest, HasNoUsersWhenItCannotBeBelieved) {
  write("alice:1\n");
  Directory directory(path_);
  ASSERT_TRUE(directory.refresh());
  write("alice:1\nbroken line\n");
  EXPECT_FALSE(directory.refresh());
  EXPECT_FALSE(directory.refresh()) << "an unchanged bad file was taken for good";
  EXPECT_EQ(directory.users().find("alice"), nullptr);
  write("alice:1\n", 0644);
  EXPECT_FALSE(directory.refresh());
  write("alice:1\n", 0600);
  EXPECT_TRUE(directory.refresh());
  std::filesystem::remove(path_);
  EXPECT_FALSE(directory.refresh());
  EXPECT_EQ(directory.users().find("alice"), nullptr);
}

TEST_F(DirectoryTest, WithoutAFileThereAreNoUsersButADummy) {
  Directory directory("");
  EXPECT_TRUE(directory.refresh());
  EXPECT_TRUE(directory.users().users().empty());
  EXPECT_FALSE(directory.dummy().empty());
}

}  // namespace
}  // namespace winrmd::auth
