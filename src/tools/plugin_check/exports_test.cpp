// What a library exports, without running any of it; and files that are no library, or half of one.
#include "tools/plugin_check/exports.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace winrmd::tools::check {
namespace {

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Exports : public ::testing::Test {
 protected:
  ~Exports() override { ::unlink(path_.c_str()); }

  Result<std::set<std::string>> of(std::string_view bytes) {
    std::ofstream(path_, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return exported_functions(path_);
  }

  const std::string path_ = ::testing::TempDir() + "exports_test_" + std::to_string(::getpid()) + ".so";
};

TEST_F(Exports, AShellPlugInIsKnownByItsEntryPoints) {
  const auto exported = exported_functions(TEXT_SHELL_PLUGIN);
  ASSERT_TRUE(exported) << exported.error().message;
  EXPECT_TRUE(exported->contains("WSManPluginShell"));
  EXPECT_FALSE(exported->contains("WSManPluginOperationComplete")) << "it is called, not exported";
  EXPECT_EQ(*kind_of(*exported), Kind::shell);
  EXPECT_TRUE(missing_entry_points(Kind::shell, *exported).empty());
  EXPECT_EQ(missing_entry_points(Kind::authorization, *exported),
            (std::vector<std::string>{"WSManPluginAuthzUser", "WSManPluginAuthzOperation"}));
}

TEST_F(Exports, NoneIsNoKind) {
  const auto kind = kind_of({"WSManPluginStartup", "WSManPluginShutdown"});
  ASSERT_FALSE(kind);
  EXPECT_NE(kind.error().message.find("--kind"), std::string::npos);
  EXPECT_FALSE(kind_named("shells"));
  for (const Kind kind_there_is : {Kind::authorization, Kind::shell, Kind::resource}) {
    EXPECT_EQ(*kind_named(name_of(kind_there_is)), kind_there_is);
  }
}

TEST_F(Exports, WhatIsNoLibraryIsRefused) {
  EXPECT_FALSE(exported_functions("/nonexistent.so"));
  EXPECT_FALSE(exported_functions("/"));
  EXPECT_FALSE(of(""));
  EXPECT_FALSE(of("\177ELF"));
  EXPECT_FALSE(of(std::string(1000, 'x')));
}

// Every number in the headers may be anything.
TEST_F(Exports, HalfALibraryAndWrongNumbersDoNoHarm) {
  const std::string whole = contents(TEXT_SHELL_PLUGIN);
  ASSERT_GT(whole.size(), 4096U);
  for (std::size_t size = 64; size < whole.size(); size += whole.size() / 40)
    of(std::string_view(whole).substr(0, size));
  for (std::size_t at = 16; at < 64; ++at) {
    auto wrong = whole;
    wrong[at] = static_cast<char>(0xFF);
    of(wrong);
  }
  // The table of sections, at the end.
  for (std::size_t at = whole.size() - 64 * 20; at < whole.size(); at += 7) {
    auto wrong = whole;
    wrong[at] = static_cast<char>(0xFF);
    of(wrong);
  }
}

}  // namespace
}  // namespace winrmd::tools::check
