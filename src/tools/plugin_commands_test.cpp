#include "tools/plugin_commands.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace winrmd::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view registration = R"(<?xml version="1.0"?>
<!-- ours -->
<PlugInConfiguration xmlns="http://schemas.microsoft.com/wbem/wsman/1/config/PluginConfiguration"
    Name="my shells" Filename="LIBRARY" SDKVersion="1">
  <Resources><Resource ResourceUri="http://example.com/mine"><Capability Type="Shell"/></Resource></Resources>
</PlugInConfiguration>
)";

class Plugins : public testing::Test {
 protected:
  Plugins() {
    std::string pattern = testing::TempDir() + "winrmd-plugins-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    fs::create_directory(folder_ + "/plugins");
    write("winrmd.toml", "user_file = \"" + folder_ + R"(/users"  # who may log in

[[listener]]
address = "127.0.0.1"
port = 0

[[application]]
path = "wsman"
plugin_directory = ")" + folder_ +
                             R"(/plugins"

[[application.plugin]]
# the shells of everybody
name = "builtin"
file = ")" + library_ + R"("
resources = ["http://example.com/builtin"]
)");
    write("users", "");
    fs::permissions(folder_ + "/users", fs::perms::owner_read | fs::perms::owner_write);
    write("mine.xml", text_with_library(registration));
    place_.config = file("winrmd.toml");
  }
  ~Plugins() override { fs::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) const { std::ofstream(folder_ + "/" + name) << text; }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream stream(folder_ + "/" + name);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  [[nodiscard]] std::string text_with_library(std::string_view text, std::string_view library = {}) const {
    std::string result(text);
    result.replace(result.find("LIBRARY"), 7, library.empty() ? std::string_view(library_) : library);
    return result;
  }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ + "/" + name; }

  std::string library_ = TEXT_SHELL_PLUGIN;
  std::string folder_;
  PluginPlace place_{.config = {}};
};

TEST_F(Plugins, ARegisteredPluginIsListedAndShownAndCanBeTakenAway) {
  const auto done = register_plugin(place_, file("mine.xml"));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(read("plugins/my%20shells.xml"), read("mine.xml"));
  EXPECT_EQ(*list_plugins(place_), "wsman\tbuiltin\tshell\tenabled\t" + library_ + "\t" + place_.config +
                                       "\nwsman\tmy shells\tshell\tenabled\t" + library_ + "\t" +
                                       file("plugins/my%20shells.xml") + "\n");
  EXPECT_TRUE(show_plugin(place_, "my shells")->contains("Name=\"my shells\""));
  ASSERT_TRUE(unregister_plugin(place_, "my shells"));
  EXPECT_FALSE(list_plugins(place_)->contains("my shells"));
  EXPECT_FALSE(show_plugin(place_, "my shells"));
}

TEST_F(Plugins, WhatIsNotInOrderIsNotRegisteredAndLeavesNothingBehind) {
  const auto refused = [&](std::string_view text, std::string_view why) {
    write("bad.xml", text);
    const auto done = register_plugin(place_, file("bad.xml"));
    ASSERT_FALSE(done) << why;
    EXPECT_TRUE(done.error().message.contains(why)) << done.error().message;
    EXPECT_TRUE(fs::is_empty(folder_ + "/plugins"));
  };
  refused("<PlugInConf", "bad.xml:1");
  refused(text_with_library(registration, "/no/such/file.so"), "/no/such/file.so");
  refused(text_with_library(registration, place_.config), "is not a shared library");
  auto taken = text_with_library(registration);
  taken.replace(taken.find("example.com/mine"), 16, "example.com/builtin");
  refused(taken, "example.com/builtin");
  auto named = text_with_library(registration);
  named.replace(named.find("my shells"), 9, "builtin");
  refused(named, "builtin");
  EXPECT_FALSE(register_plugin(place_, file("none.xml")));
}

TEST_F(Plugins, ARegistrationThatIsThereIsNotReplaced) {
  ASSERT_TRUE(register_plugin(place_, file("mine.xml")));
  const auto again = register_plugin(place_, file("mine.xml"));
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().message.contains("is there already")) << again.error().message;
  EXPECT_TRUE(list_plugins(place_)->contains("my shells"));
}

TEST_F(Plugins, EnabledIsWrittenWhereThePluginIsRegisteredAndNothingElseChanges) {
  ASSERT_TRUE(register_plugin(place_, file("mine.xml")));
  for (const std::string name : {"my shells", "builtin"}) {
    const auto done = enable_plugin(place_, name, false);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_TRUE(list_plugins(place_)->contains(name + "\tshell\tdisabled"));
    EXPECT_TRUE(enable_plugin(place_, name, false)->contains("already"));
  }
  EXPECT_TRUE(read("plugins/my%20shells.xml").contains("<!-- ours -->"));
  EXPECT_TRUE(read("winrmd.toml").contains("# the shells of everybody"));
  EXPECT_TRUE(read("winrmd.toml").contains("# who may log in"));
  ASSERT_TRUE(enable_plugin(place_, "my shells", true));
  EXPECT_TRUE(list_plugins(place_)->contains("my shells\tshell\tenabled"));
}

TEST_F(Plugins, ThePluginOfTheConfigurationFileCanBeTakenAwayToo) {
  // It is the only one.
  const auto before = read("winrmd.toml");
  EXPECT_FALSE(unregister_plugin(place_, "builtin"));
  EXPECT_EQ(read("winrmd.toml"), before);
  ASSERT_TRUE(register_plugin(place_, file("mine.xml")));
  const auto done = unregister_plugin(place_, "builtin");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_FALSE(list_plugins(place_)->contains("builtin"));
}

TEST_F(Plugins, NamesAndApplicationsThatAreNotThereAreSaid) {
  EXPECT_TRUE(show_plugin(place_, "other").error().message.contains("no plug-in 'other'"));
  place_.application = "nowhere";
  EXPECT_TRUE(register_plugin(place_, file("mine.xml")).error().message.contains("no application 'nowhere'"));
  place_.application = "wsman";
  EXPECT_TRUE(register_plugin(place_, file("mine.xml")));
}

}  // namespace
}  // namespace winrmd::tools
