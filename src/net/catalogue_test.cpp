#include "net/catalogue.hpp"

#include <gtest/gtest.h>

namespace winrmd::net {
namespace {

Application sample() {
  Application application;
  application.path = "wsman";
  Plugin cmd;
  cmd.name = "cmd";
  cmd.resources = {{"http://x.test/shell/cmd", true, true}};
  Plugin wide;
  wide.name = "wide";
  wide.resources = {{"http://x.test/shell", false, true}};
  Plugin deep;
  deep.name = "deep";
  deep.resources = {{"http://x.test/shell/deep", false, true}};
  application.plugins = {cmd, wide, deep};
  return application;
}

std::string_view plugin_for(std::string_view uri) {
  static const auto application = std::make_shared<const Application>(sample());
  const auto match = Catalogue::find(application, uri);
  return match.plugin == nullptr ? std::string_view("none")
                                 : std::string_view(match.plugin->name);  // lives as long as `application`
}

TEST(Catalogue, PathsAreMatchedAsClientsWriteThem) {
  const Catalogue catalogue({sample()});
  for (const auto* target : {"/wsman", "/wsman/", "//wsman", "/WSMAN", "/wsman?PSVersion=7.4.1", "/wsman;PSVersion=1",
                             "http://host:5985/wsman"}) {
    EXPECT_NE(catalogue.application(target), nullptr) << target;
  }
  for (const auto* target : {"/", "/wsman2", "/a/wsman", "wsmanx", "/wsman/x", "/wsma", ""}) {
    EXPECT_EQ(catalogue.application(target), nullptr) << target;
  }
}

TEST(Catalogue, ExactMatchWinsThenTheLongestPrefix) {
  EXPECT_EQ(plugin_for("http://x.test/shell/cmd"), "cmd");
  EXPECT_EQ(plugin_for("HTTP://X.test/Shell/CMD"), "cmd");
  EXPECT_EQ(plugin_for("http://x.test/shell/cmd/more"), "wide");
  EXPECT_EQ(plugin_for("http://x.test/shell/deep/er"), "deep");
  EXPECT_EQ(plugin_for("http://x.test/shell/deep?a=b"), "deep");
  EXPECT_EQ(plugin_for("http://x.test/shell/deeper"), "wide");
  EXPECT_EQ(plugin_for("http://x.test/shells"), "none");
  EXPECT_EQ(plugin_for(""), "none");
}

TEST(Catalogue, AnonymousIdentifyHasItsOwnPath) {
  EXPECT_TRUE(Catalogue::is_anonymous_identify("/wsman-anon/identify"));
  EXPECT_TRUE(Catalogue::is_anonymous_identify("/wsman-anon/identify/?x"));
  EXPECT_FALSE(Catalogue::is_anonymous_identify("/wsman-anon"));
  EXPECT_FALSE(Catalogue::is_anonymous_identify("/wsman"));
}

}  // namespace
}  // namespace winrmd::net
