#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "lib/users/nt_hash.hpp"
#include "lib/users/ntlm_file.hpp"
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
    files_ = {.users = file_, .ntlm = folder_ + "/users.ntlm"};
  }
  ~UserCommands() override { std::filesystem::remove_all(folder_); }
  std::string hash_of(const std::string& name) const { return users::read_user_file(file_).value().find(name)->hash; }

  // The NT hash of a user; empty when there is none.
  std::string nt_hash_of(const std::string& name) const {
    if (!std::filesystem::exists(files_.ntlm)) return {};
    const auto hashes = users::read_ntlm_file(files_.ntlm).value();
    const auto* user = hashes.find(name);
    return user == nullptr ? std::string() : user->hash;
  }

  std::string folder_;
  std::string file_;
  UserFiles files_;
};

TEST_F(UserCommands, AddMakesTheFileAndHashesThePassword) {
  ASSERT_TRUE(add_user(files_, "alice", "", "secret"));
  ASSERT_TRUE(add_user(files_, "bob", "robert", "geheim"));
  EXPECT_TRUE(users::verify_password(hash_of("alice"), "secret"));
  EXPECT_EQ(list_users(files_).value(), "alice\t-\nbob\trobert\n");
}

TEST_F(UserCommands, AddRefusesWhoIsThereAndWhatCannotBe) {
  ASSERT_TRUE(add_user(files_, "alice", "", "secret"));
  const auto before = users::stamp_of(file_);
  EXPECT_EQ(add_user(files_, "alice", "", "other").error().message, "user 'alice' is in '" + file_ + "' already");
  EXPECT_FALSE(add_user(files_, "a:b", "", "secret"));
  EXPECT_FALSE(add_user(files_, "", "", "secret"));
  EXPECT_FALSE(add_user(files_, "carol", "x:y", "secret"));
  EXPECT_FALSE(add_user(files_, "carol", "", ""));
  EXPECT_EQ(users::stamp_of(file_), before);
}

TEST_F(UserCommands, PasswdKeepsTheAccount) {
  ASSERT_TRUE(add_user(files_, "bob", "robert", "old"));
  ASSERT_TRUE(change_password(files_, "bob", "new"));
  EXPECT_TRUE(users::verify_password(hash_of("bob"), "new"));
  EXPECT_FALSE(users::verify_password(hash_of("bob"), "old"));
  EXPECT_EQ(list_users(files_).value(), "bob\trobert\n");
  EXPECT_FALSE(change_password(files_, "nobody", "new"));
}

TEST_F(UserCommands, RemoveTakesOneUserAway) {
  ASSERT_TRUE(add_user(files_, "alice", "", "secret"));
  ASSERT_TRUE(add_user(files_, "bob", "", "secret"));
  ASSERT_TRUE(remove_user(files_, "alice"));
  EXPECT_EQ(list_users(files_).value(), "bob\t-\n");
  EXPECT_EQ(remove_user(files_, "alice").error().message, "there is no user 'alice' in '" + file_ + "'");
}

TEST_F(UserCommands, ListSaysWhoIsLocked) {
  ASSERT_TRUE(users::edit_user_file(file_, true, [](users::UserFile& file) -> Result<void> {
    file.set({.name = "dave", .hash = "!locked", .account = ""});
    return {};
  }));
  EXPECT_EQ(list_users(files_).value(), "dave\t-\tlocked\n");
}

TEST_F(UserCommands, BothFilesAreKeptInStep) {
  ASSERT_TRUE(add_user(files_, "alice", "", "secret", Ntlm::yes));
  ASSERT_TRUE(add_user(files_, "bob", "", "secret"));
  EXPECT_EQ(list_users(files_).value(), "alice\t-\tntlm\nbob\t-\n");
  EXPECT_EQ(nt_hash_of("alice"), users::nt_hash("secret").value());
  ASSERT_TRUE(change_password(files_, "alice", "new"));
  EXPECT_EQ(nt_hash_of("alice"), users::nt_hash("new").value()) << "the old password would still log in by NTLM";
  ASSERT_TRUE(change_password(files_, "bob", "new"));
  EXPECT_EQ(nt_hash_of("bob"), "");
  ASSERT_TRUE(change_password(files_, "bob", "newer", Ntlm::yes));
  EXPECT_EQ(nt_hash_of("bob"), users::nt_hash("newer").value());
  ASSERT_TRUE(remove_user(files_, "alice"));
  EXPECT_EQ(nt_hash_of("alice"), "");
  EXPECT_FALSE(remove_user(files_, "alice"));
  EXPECT_EQ(std::filesystem::status(files_.ntlm).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(UserCommands, WhatCannotBeDoneLeavesBothFilesAlone) {
  ASSERT_TRUE(add_user(files_, "alice", "", "secret", Ntlm::yes));
  EXPECT_FALSE(add_user(files_, "alice", "", "other", Ntlm::yes));
  EXPECT_FALSE(add_user(files_, "d\xc3\xb6rte", "", "secret", Ntlm::yes));
  EXPECT_FALSE(change_password(files_, "nobody", "other", Ntlm::yes));
  EXPECT_EQ(nt_hash_of("alice"), users::nt_hash("secret").value());
  EXPECT_EQ(nt_hash_of("nobody"), "");
  EXPECT_EQ(list_users(files_).value(), "alice\t-\tntlm\n");
}

TEST_F(UserCommands, ANewUserDoesNotInheritAnNtHash) {
  ASSERT_TRUE(users::edit_ntlm_file(files_.ntlm, true, [](users::NtlmFile& file) -> Result<void> {
    file.set({.name = "alice", .hash = std::string(32, 'A')});
    return {};
  }));
  ASSERT_TRUE(add_user(files_, "alice", "", "secret"));
  EXPECT_EQ(nt_hash_of("alice"), "");
}

TEST_F(UserCommands, AMissingFileIsAnErrorForAllButAdd) {
  EXPECT_FALSE(change_password(files_, "a", "b"));
  EXPECT_FALSE(remove_user(files_, "a"));
  EXPECT_FALSE(list_users(files_));
  EXPECT_FALSE(std::filesystem::exists(file_));
}

}  // namespace
}  // namespace winrmd::tools
