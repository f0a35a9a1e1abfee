#include <gtest/gtest.h>

#include "supervisor/options.hpp"

namespace winrmd::supervisor {
namespace {

std::expected<Options, int> parse(std::vector<std::string> words) {
  std::vector<char*> arguments;
  words.insert(words.begin(), "winrmd");
  for (auto& word : words) arguments.push_back(word.data());
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

TEST(CommandLine, RepeatableOptionsMayBeRepeated) {
  const auto options =
      parse({"try", "--user", "a:1", "--user", "b:2:3", "--admin", "c:", "--authz", "/x/libz.so", "--authz-param",
             "k=v=w", "--authz-param", "l=", "--plugin", "/x/libecho.so", "--plugin", "/x/other.so=urn:u"});
  ASSERT_TRUE(options);
  const auto& try_out = options->try_out;
  ASSERT_EQ(try_out.users.size(), 3U);
  EXPECT_EQ(try_out.users[1].name, "b");
  EXPECT_EQ(try_out.users[1].password, "2:3");
  EXPECT_FALSE(try_out.users[1].admin);
  EXPECT_TRUE(try_out.users[2].admin);
  ASSERT_EQ(try_out.authz_parameters.size(), 2U);
  EXPECT_EQ(try_out.authz_parameters[0].second, "v=w");
  EXPECT_EQ(try_out.plugins.size(), 2U);
}

TEST(CommandLine, WhatCannotBeMeantIsAUsageError) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{},
                                                                                     {"try", "--user", "a"},
                                                                                     {"try", "--user", ":x"},
                                                                                     {"try", "--user", "a:1", "b:2"},
                                                                                     {"try", "--port", "70000"},
                                                                                     {"try", "--port", "x"},
                                                                                     {"try", "--authz-param", "a=b"},
                                                                                     {"try", "--unknown"},
                                                                                     {"--check-config"},
                                                                                     {"try", "--config", "x"},
                                                                                     {"--config", "x", "try"}}) {
    const auto options = parse(words);
    ASSERT_FALSE(options) << ::testing::PrintToString(words);
    EXPECT_EQ(options.error(), 2);
  }
}

}  // namespace
}  // namespace winrmd::supervisor
