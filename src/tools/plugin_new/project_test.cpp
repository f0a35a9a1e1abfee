#include "tools/plugin_new/project.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace winrmd::tools {
namespace {

namespace fs = std::filesystem;

class NewPluginTest : public ::testing::Test {
 protected:
  NewPluginTest() { fs::create_directories(folder_); }
  ~NewPluginTest() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string text_of(const std::string& path) const {
    std::ifstream stream(folder_ / path);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  [[nodiscard]] Result<std::string> make(const std::string& name, const std::string& kind) const {
    return new_plugin({.name = name, .kind = kind, .folder = folder_});
  }

  fs::path folder_ = fs::path(::testing::TempDir()) /
                     ("new-plugin-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
                      ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(NewPluginTest, EachKindHasAllItsFilesAndNoPlaceholderIsLeft) {
  for (const auto& kind : plugin_kinds()) {
    ASSERT_TRUE(make("my-" + kind, kind));
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / ("my-" + kind))) {
      if (!entry.is_regular_file()) continue;
      ++files;
      const auto text = text_of(fs::relative(entry.path(), folder_));
      EXPECT_FALSE(text.empty()) << entry.path();
      for (const char* placeholder : {"@NAME@", "PLUGIN_CLASS", "@LOGIC@", "@KIND@", "@SUFFIX@", "@PARAMETERS@"}) {
        EXPECT_FALSE(text.contains(placeholder)) << entry.path() << ' ' << placeholder;
      }
    }
    EXPECT_EQ(files, 8U);
  }
}

TEST_F(NewPluginTest, TheClassIsCalledAfterThePlugin) {
  ASSERT_TRUE(make("two-words2", "shell"));
  EXPECT_TRUE(text_of("two-words2/src/plugin.cpp").contains("WSMAN_SHELL_PLUGIN(TwoWords2)"));
}

TEST_F(NewPluginTest, AFolderThatIsThereIsNotTouched) {
  ASSERT_TRUE(make("mine", "authz"));
  std::ofstream(folder_ / "mine/src/plugin.cpp") << "my work";
  const auto again = make("mine", "authz");
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().message.contains("it is there"));
  EXPECT_EQ(text_of("mine/src/plugin.cpp"), "my work");
}

TEST_F(NewPluginTest, NamesThatAreNoNamesAreRefused) {
  for (const std::string name : {"", "A", "1a", "-a", "a-", "a--b", "a_b", "../a", "a/b", "a b"}) {
    EXPECT_FALSE(make(name, "shell")) << name;
  }
  EXPECT_TRUE(make(std::string(64, 'a'), "shell"));
  EXPECT_FALSE(make(std::string(65, 'a'), "shell"));
  EXPECT_FALSE(make("fine", "printer"));
  EXPECT_FALSE(fs::exists(folder_ / "fine"));
}

}  // namespace
}  // namespace winrmd::tools
