#include "lib/config/edit/file.hpp"

#include <grp.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace winrmd::config {
namespace {

class EditedFile : public testing::Test {
 protected:
  EditedFile() {
    std::string name = testing::TempDir() + "edit_XXXXXX";
    folder_ = ::mkdtemp(name.data());
    file_ = folder_ + "/winrmd.toml";
  }
  ~EditedFile() override { std::filesystem::remove_all(folder_); }

  static mode_t mode_of(const std::string& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
  }
  std::size_t files() const {
    const std::filesystem::directory_iterator all(folder_);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

  std::string folder_;
  std::string file_;
};

TEST_F(EditedFile, IsReplacedWithItsMode) {
  std::ofstream(file_) << "old";
  ::chmod(file_.c_str(), 0604);
  ASSERT_TRUE(replace_file(file_, "new"));
  EXPECT_EQ(read_file(file_).value(), "new");
  EXPECT_EQ(mode_of(file_), mode_t{0604});
  EXPECT_EQ(files(), 1U);
}

TEST_F(EditedFile, KeepsItsOwnerOrIsLeftAlone) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root has several owners to give";
  std::ofstream(file_) << "old";
  ASSERT_EQ(::chown(folder_.c_str(), 65534, 65534), 0);
  const auto replace_as_nobody = [&](uid_t owner, gid_t group, mode_t mode) {
    EXPECT_EQ(::chown(file_.c_str(), owner, group), 0);
    ::chmod(file_.c_str(), mode);
    const pid_t child = ::fork();
    if (child == 0) {
      const bool dropped = ::setgroups(0, nullptr) == 0 && ::setgid(65534) == 0 && ::setuid(65534) == 0;
      ::_exit(dropped && replace_file(file_, "new") ? 0 : 1);
    }
    int status = -1;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return status == 0;
  };
  EXPECT_FALSE(replace_as_nobody(0, 65534, 0644)) << "another owner";
  EXPECT_FALSE(replace_as_nobody(65534, 0, 0640)) << "a group that matters";
  EXPECT_EQ(read_file(file_).value(), "old");
  EXPECT_TRUE(replace_as_nobody(65534, 0, 0644)) << "a group that does not";
  EXPECT_EQ(read_file(file_).value(), "new");
  EXPECT_EQ(mode_of(file_), mode_t{0644});
}

TEST_F(EditedFile, IsMadeReadableForItsGroup) {
  ASSERT_TRUE(replace_file(file_, "new"));
  EXPECT_EQ(mode_of(file_), mode_t{0640});
}

TEST_F(EditedFile, IsReplacedWhereALinkPoints) {
  std::ofstream(file_) << "old";
  const auto link = folder_ + "/link";
  std::filesystem::create_symlink(file_, link);
  ASSERT_TRUE(replace_file(link, "new"));
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(read_file(file_).value(), "new");
}

TEST_F(EditedFile, IsReadUpToItsLimit) {
  ASSERT_TRUE(replace_file(file_, std::string(max_edited_file, '#')));
  EXPECT_EQ(read_file(file_)->size(), max_edited_file);
  ASSERT_TRUE(replace_file(file_, std::string(max_edited_file + 1, '#')));
  EXPECT_TRUE(read_file(file_).error().message.ends_with("is larger than 1048576 bytes"));
}

TEST_F(EditedFile, HasToBeAFile) {
  EXPECT_EQ(read_file(folder_).error().message, "'" + folder_ + "' is not a regular file");
  EXPECT_EQ(replace_file(folder_, "x").error().message, "'" + folder_ + "' is not a regular file");
  EXPECT_FALSE(read_file(file_).error().denied);
}

TEST_F(EditedFile, IsChangedByOneAtATime) {
  auto first = EditLock::take(file_, std::chrono::milliseconds(0));
  ASSERT_TRUE(first);
  EXPECT_EQ(EditLock::take(file_, std::chrono::milliseconds(0)).error().message,
            "somebody else is changing files in '" + folder_ + "'");
  first = std::unexpected(FileError{});
  EXPECT_TRUE(EditLock::take(file_, std::chrono::milliseconds(0)));
}

TEST(RegistrationFile, HasANameWithoutSurprises) {
  EXPECT_EQ(registration_file("My-plug_in.2"), "My-plug_in.2.xml");
  EXPECT_EQ(registration_file("../a b"), "%2E.%2Fa%20b.xml");
}

TEST_F(EditedFile, IsNotReplacedInAFolderThatMayNotBeWritten) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  std::ofstream(file_) << "old";
  ::chmod(folder_.c_str(), 0500);
  const auto replaced = replace_file(file_, "new");
  ::chmod(folder_.c_str(), 0700);
  ASSERT_FALSE(replaced);
  EXPECT_TRUE(replaced.error().denied);
  EXPECT_EQ(read_file(file_).value(), "old");
}

}  // namespace
}  // namespace winrmd::config
