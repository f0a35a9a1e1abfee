#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "lib/users/password.hpp"
#include "lib/users/user_store.hpp"
#include "tools/user_commands.hpp"

namespace winrmd::tools {
namespace {

class UserCommands : public testing::Test {
 protected:
  UserCommands() {
    std::string pattern = testing::TempDir() + "winrmd-tools-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    file_ = folder_ + "/users";
  }
  ~UserCommands() override { std::filesystem::remove_all(folder_); }
  std::string hash_of(const std::string& name) const { return users::read_user_file(file_).value().find(name)->hash; }

  std::string folder_;
  std::string file_;
};

TEST_F(UserCommands, AddMakesTheFileAndHashesThePassword) {
  ASSERT_TRUE(add_user(file_, "alice", "", "secret"));
  ASSERT_TRUE(add_user(file_, "bob", "robert", "geheim"));
  EXPECT_TRUE(users::verify_password(hash_of("alice"), "secret"));
  EXPECT_EQ(list_users(file_).value(), "alice\t-\nbob\trobert\n");
}

TEST_F(UserCommands, AddRefusesWhoIsThereAndWhatCannotBe) {
  ASSERT_TRUE(add_user(file_, "alice", "", "secret"));
  const auto before = users::stamp_of(file_);
  EXPECT_EQ(add_user(file_, "alice", "", "other").error().message, "user 'alice' is in '" + file_ + "' already");
  EXPECT_FALSE(add_user(file_, "a:b", "", "secret"));
  EXPECT_FALSE(add_user(file_, "", "", "secret"));
  EXPECT_FALSE(add_user(file_, "carol", "x:y", "secret"));
  EXPECT_FALSE(add_user(file_, "carol", "", ""));
  EXPECT_EQ(users::stamp_of(file_), before);
}

TEST_F(UserCommands, PasswdKeepsTheAccount) {
  ASSERT_TRUE(add_user(file_, "bob", "robert", "old"));
  ASSERT_TRUE(change_password(file_, "bob", "new"));
  EXPECT_TRUE(users::verify_password(hash_of("bob"), "new"));
  EXPECT_FALSE(users::verify_password(hash_of("bob"), "old"));
  EXPECT_EQ(list_users(file_).value(), "bob\trobert\n");
  EXPECT_FALSE(change_password(file_, "nobody", "new"));
}

TEST_F(UserCommands, RemoveTakesOneUserAway) {
  ASSERT_TRUE(add_user(file_, "alice", "", "secret"));
  ASSERT_TRUE(add_user(file_, "bob", "", "secret"));
  ASSERT_TRUE(remove_user(file_, "alice"));
  EXPECT_EQ(list_users(file_).value(), "bob\t-\n");
  EXPECT_EQ(remove_user(file_, "alice").error().message, "there is no user 'alice' in '" + file_ + "'");
}

TEST_F(UserCommands, ListSaysWhoIsLocked) {
  ASSERT_TRUE(users::edit_user_file(file_, true, [](users::UserFile& file) -> Result<void> {
    file.set({.name = "dave", .hash = "!locked", .account = ""});
    return {};
  }));
  EXPECT_EQ(list_users(file_).value(), "dave\t-\tlocked\n");
}

TEST_F(UserCommands, AMissingFileIsAnErrorForAllButAdd) {
  EXPECT_FALSE(change_password(file_, "a", "b"));
  EXPECT_FALSE(remove_user(file_, "a"));
  EXPECT_FALSE(list_users(file_));
  EXPECT_FALSE(std::filesystem::exists(file_));
}

}  // namespace
}  // namespace winrmd::tools
