#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "lib/users/password.hpp"
#include "lib/users/user_file.hpp"
#include "lib/users/user_store.hpp"

namespace winrmd::users {
namespace {

TEST(UserFile, KeepsCommentsAndOrder) {
  const std::string text = "# people\nalice:$y$a\n\nbob:$y$b:robert\n";
  auto file = UserFile::parse(text, "f");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->text(), text);
  ASSERT_NE(file->find("bob"), nullptr);
  EXPECT_EQ(file->find("bob")->hash, "$y$b");
  EXPECT_EQ(file->find("bob")->account, "robert");
  EXPECT_EQ(file->find("alice")->account, "");
  EXPECT_EQ(file->find("ALICE"), nullptr);
  EXPECT_EQ(file->users().size(), 2U);
}

TEST(UserFile, SetAndRemoveKeepTheIndexTrue) {
  auto file = UserFile::parse("a:1\nb:2\nc:3", "f").value();
  EXPECT_TRUE(file.remove("a"));
  EXPECT_FALSE(file.remove("a"));
  file.set({.name = "b", .hash = "4", .account = "x"});
  file.set({.name = "d", .hash = "5", .account = ""});
  EXPECT_EQ(file.find("c")->hash, "3");
  EXPECT_EQ(file.text(), "b:4:x\nc:3\nd:5\n");
}

TEST(UserFile, ABadLineMakesTheWholeFileAnError) {
  struct Row {
    std::string text;
    std::string error;
  };
  const std::vector<Row> rows{
      {"alice", "f:1: a line is `name:hash` or `name:hash:account`"},
      {"a:1\n:2", "f:2: a user name must not be empty"},
      {"a:", "f:1: user 'a' has no password hash"},
      {"a::b", "f:1: user 'a' has no password hash"},
      {"a:1:b:c", "f:1: user 'a' has more than three fields"},
      {"a:1\nb:2\na:3", "f:3: user 'a' is there twice"},
      {"a:1\r\n", "f:1: the line of user 'a' has a control character"},
      {" a:1", "f:1: a user name must not begin or end with a space"},
      {"a\x01:1", "f:1: a user name must not hold control characters"},
      {"\xff:1", "f:1: a user name must be UTF-8"},
      {std::string(max_name_size + 1, 'n') + ":1", "f:1: a user name has 256 bytes at most"},
  };
  for (const auto& row : rows) {
    const auto file = UserFile::parse(row.text, "f");
    ASSERT_FALSE(file) << row.text;
    EXPECT_EQ(file.error().message, row.error) << row.text;
  }
  EXPECT_TRUE(UserFile::parse(std::string(max_name_size, 'n') + ":1", "f"));
}

TEST(Password, OnlyTheRightOneFits) {
  const auto hash = hash_password("secret", throw_away_cost);
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$y$"));
  EXPECT_TRUE(usable_hash(*hash));
  EXPECT_TRUE(verify_password(*hash, "secret"));
  for (const auto& wrong : {std::string(), std::string("Secret"), std::string("secret "), std::string("secret\0", 7),
                            std::string("unfit"), std::string(max_password_size + 1, 'x')}) {
    EXPECT_FALSE(verify_password(*hash, wrong)) << wrong;
  }
}

TEST(Password, TwoHashesOfOnePasswordDiffer) {
  EXPECT_NE(hash_password("secret", throw_away_cost).value(), hash_password("secret", throw_away_cost).value());
}

TEST(Password, UnfitOnesAreNotHashed) {
  EXPECT_FALSE(hash_password(""));
  EXPECT_FALSE(hash_password(std::string("a\0b", 3)));
  EXPECT_TRUE(hash_password(std::string(max_password_size, 'x'), throw_away_cost));
  EXPECT_FALSE(hash_password(std::string(max_password_size + 1, 'x'), throw_away_cost));
}

TEST(Password, LockedBrokenAndEmptyHashesFitNothing) {
  const auto good = hash_password("secret", throw_away_cost).value();
  for (const auto& hash : {std::string(), std::string("*"), std::string("!"), "!" + good, std::string("*0"),
                           std::string("x"), std::string("$y$"), std::string("secret")}) {
    EXPECT_FALSE(verify_password(hash, "secret")) << hash;
  }
  EXPECT_FALSE(usable_hash("!" + good));
  EXPECT_FALSE(usable_hash("*"));
}

TEST(Password, ADummyHasTheCostOfItsModelAndFitsNothing) {
  const auto good = hash_password("secret", throw_away_cost).value();
  const auto dummy = dummy_hash(good);
  EXPECT_EQ(dummy.substr(0, dummy.rfind('$')), good.substr(0, good.rfind('$')));
  EXPECT_NE(dummy, good);
  EXPECT_FALSE(verify_password(dummy, "secret"));
  EXPECT_TRUE(dummy_hash("").starts_with("$y$"));
}

class UserStore : public testing::Test {
 protected:
  UserStore() {
    std::string pattern = testing::TempDir() + "winrmd-users-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ + "/users";
  }
  ~UserStore() override { std::filesystem::remove_all(folder_); }
  void write(std::string_view text, mode_t mode = 0600) {
    std::ofstream(path_) << text;
    ::chmod(path_.c_str(), mode);
  }
  static Result<void> add_bob(UserFile& file) {
    file.set({.name = "bob", .hash = "2", .account = ""});
    return {};
  }
  std::string folder_;
  std::string path_;
};

TEST_F(UserStore, EditingReplacesTheFileInOneStepWithItsMode) {
  write("# kept\nalice:1\n");
  const auto before = stamp_of(path_);
  ASSERT_TRUE(edit_user_file(path_, false, add_bob));
  EXPECT_EQ(read_user_file(path_).value().text(), "# kept\nalice:1\nbob:2\n");
  EXPECT_NE(stamp_of(path_).inode, before.inode);
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1) << "a temporary file was left";
}

TEST_F(UserStore, AFailedEditChangesNothing) {
  write("alice:1\n");
  const auto before = stamp_of(path_);
  const auto edited = edit_user_file(path_, false, [](UserFile& file) -> Result<void> {
    file.remove("alice");
    return fail("no");
  });
  EXPECT_FALSE(edited);
  EXPECT_EQ(stamp_of(path_), before);
}

TEST_F(UserStore, AMissingFileIsMadeOnlyWhenAsked) {
  EXPECT_FALSE(edit_user_file(path_, false, add_bob));
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_TRUE(edit_user_file(path_, true, add_bob));
  EXPECT_EQ(read_user_file(path_).value().users().size(), 1U);
  EXPECT_FALSE(edit_user_file(folder_ + "/none/users", true, add_bob));
}

TEST_F(UserStore, AFileOpenToOthersIsRefused) {
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U, 0601U, 0666U}) {
    write("alice:1\n", mode);
    const auto read = read_user_file(path_);
    ASSERT_FALSE(read) << mode;
    EXPECT_TRUE(read.error().message.contains("open to others")) << read.error().message;
  }
  write("alice:1\n", 0400);
  EXPECT_TRUE(read_user_file(path_));
}

TEST_F(UserStore, FoldersDevicesAndAbsurdSizesAreRefused) {
  EXPECT_FALSE(read_user_file(folder_));
  EXPECT_FALSE(read_user_file("/dev/zero"));
  write(std::string(max_private_file_size, '#'));
  EXPECT_TRUE(read_user_file(path_));
  write(std::string(max_private_file_size + 1, '#'));
  EXPECT_FALSE(read_user_file(path_));
}

TEST_F(UserStore, TheStampTellsAnEditInPlace) {
  write("alice:1\n");
  FileStamp stamp;
  ASSERT_TRUE(read_user_file(path_, &stamp));
  EXPECT_EQ(stamp, stamp_of(path_));
  write("alice:22\n");
  EXPECT_NE(stamp, stamp_of(path_));
  std::filesystem::remove(path_);
  EXPECT_EQ(stamp_of(path_), FileStamp{});
}

}  // namespace
}  // namespace winrmd::users
