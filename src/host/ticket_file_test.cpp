#include "host/ticket_file.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace winrmd::host {
namespace {

namespace fs = std::filesystem;

class TicketFileTest : public testing::Test {
 protected:
  TicketFileTest() {
    std::string pattern = testing::TempDir() + "winrmd-tickets-XXXXXX";
    base_ = ::mkdtemp(pattern.data());
  }
  ~TicketFileTest() override { fs::remove_all(base_); }
  [[nodiscard]] bool is_empty() const { return fs::is_empty(base_); }

  std::string base_;
};

TEST_F(TicketFileTest, IsForThisAccountAloneAndGoesAway) {
  {
    const auto file = TicketFile::create(std::string_view("tick\0ets", 8), base_);
    ASSERT_TRUE(file) << file.error().message;
    std::ostringstream text;
    text << std::ifstream(file->path()).rdbuf();
    EXPECT_EQ(text.str(), std::string_view("tick\0ets", 8));
    EXPECT_EQ(fs::status(file->path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(fs::status(fs::path(file->path()).parent_path()).permissions(), fs::perms::owner_all);
  }
  EXPECT_TRUE(is_empty());
}

TEST_F(TicketFileTest, MovesWithoutLosingTheFile) {
  auto first = TicketFile::create("1", base_).value();
  auto second = TicketFile::create("2", base_).value();
  first = std::move(second);
  EXPECT_TRUE(fs::exists(first.path()));
  const auto third = std::move(first);
  EXPECT_TRUE(fs::exists(third.path()));
  EXPECT_EQ(std::distance(fs::directory_iterator(base_), fs::directory_iterator()), 1);
}

TEST_F(TicketFileTest, RemovesWhatKilledHostsLeftBehind) {
  const pid_t killed = ::fork();
  if (killed == 0) {
    auto file = TicketFile::create("left", base_);
    ::_exit(file ? 0 : 1);  // without destructors
  }
  int status = 0;
  ASSERT_EQ(::waitpid(killed, &status, 0), killed);
  ASSERT_EQ(status, 0);
  ASSERT_FALSE(is_empty());
  const auto living = TicketFile::create("mine", base_).value();
  EXPECT_EQ(std::distance(fs::directory_iterator(base_), fs::directory_iterator()), 1);
  const auto other = TicketFile::create("mine, too", base_).value();
  EXPECT_TRUE(fs::exists(living.path())) << "taken from a process that lives";
  fs::create_directory(base_ + "/winrmd-krb5-words");
  fs::create_directory(base_ + "/else");
  const auto third = TicketFile::create("3", base_).value();
  EXPECT_TRUE(fs::exists(base_ + "/winrmd-krb5-words"));
  EXPECT_TRUE(fs::exists(base_ + "/else"));
}

TEST_F(TicketFileTest, FailsWhereThereIsNoPlace) {
  EXPECT_FALSE(TicketFile::create("x", base_ + "/nowhere"));
  EXPECT_TRUE(is_empty());
}

}  // namespace
}  // namespace winrmd::host
