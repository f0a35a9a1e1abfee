#include "supervisor/revisions.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>

#include "lib/base/fd.hpp"

namespace winrmd::supervisor {
namespace {

class RevisionsTest : public testing::Test {
 protected:
  RevisionsTest() {
    std::string pattern = testing::TempDir() + "winrmd-revisions-XXXXXX";
    const Fd file(::mkstemp(pattern.data()));
    library_ = pattern;
    auto& application = settings_.applications.emplace_back();
    application.path = "wsman";
    application.authorization.name = "roles";
    application.authorization.file = library_;
    application.plugins.resize(2);
    application.plugins[0].name = "one";
    application.plugins[0].file = library_;
    application.plugins[1].name = "two";
    application.plugins[1].file = "/nowhere/two.so";
    application.plugins[0].resources.push_back({.uri = "c:d"});
    before_ = Revisions(settings_, {});
  }
  ~RevisionsTest() override { ::unlink(library_.c_str()); }

  config::Application& application() { return settings_.applications[0]; }

  // Which of the authorization plug-in and the two others have another number than before.
  std::string changed() {
    const auto numbers = [](const Revisions& revisions) {
      std::vector<ipc::ApplicationSetup> all(1);
      all[0].path = "wsman";
      all[0].plugins.resize(2);
      all[0].plugins[0].name = "one";
      all[0].plugins[1].name = "two";
      revisions.fill(all);
      return std::array{all[0].authorization_revision, all[0].plugins[0].revision, all[0].plugins[1].revision};
    };
    const auto old_numbers = numbers(before_);
    before_ = Revisions(settings_, before_);
    const auto new_numbers = numbers(before_);
    std::string text;
    for (std::size_t i = 0; i < 3; ++i) {
      if (old_numbers[i] != new_numbers[i]) text += "a12"[i];
    }
    return text;
  }

  std::string library_;
  config::Settings settings_;
  Revisions before_;
};

TEST_F(RevisionsTest, StayWhileNothingHasChanged) { EXPECT_EQ(changed(), ""); }

TEST_F(RevisionsTest, ChangeWithWhatHostsAreTold) {
  application().plugins[1].parameters = {{"A", "1"}};
  EXPECT_EQ(changed(), "2");
  application().plugins[0].run_as_user = "worker";
  EXPECT_EQ(changed(), "1");
  application().authorization.parameters = {{"A", "1"}};
  EXPECT_EQ(changed(), "a");
  settings_.limits.host_call_threads = 3;
  EXPECT_EQ(changed(), "a12");
}

TEST_F(RevisionsTest, StayWhenWhatChangesIsForWinrmdNetAlone) {
  application().plugins[0].resources.push_back({.uri = "a:b"});
  application().plugins[0].quotas.max_shells = 1;
  application().administrators = {"alice"};
  EXPECT_EQ(changed(), "");
}

TEST_F(RevisionsTest, ChangeWithTheLibrarysFile) {
  std::ofstream(library_) << "another";
  EXPECT_EQ(changed(), "a1");
}

TEST_F(RevisionsTest, AreNotUsedAgainForAPluginThatWentAndCameBack) {
  const auto plugins = application().plugins;
  application().plugins.pop_back();
  EXPECT_EQ(changed(), "2");
  application().plugins = plugins;
  application().plugins[0].parameters = {{"A", "1"}};
  EXPECT_EQ(changed(), "12");
}

}  // namespace
}  // namespace winrmd::supervisor
