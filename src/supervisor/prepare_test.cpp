#include "supervisor/prepare.hpp"

#include <gtest/gtest.h>

namespace winrmd::supervisor {
namespace {

Result<Account> lookup(const std::string& name) {
  if (name == "missing") return fail("there is no account 'missing'");
  const auto uid = name == "root" ? 0U : static_cast<uid_t>(1000 + std::hash<std::string>{}(name) % 60000);
  return Account{.name = name, .uid = uid, .gid = uid, .groups = {}, .home = "/", .shell = "/bin/sh"};
}

// What is said of a plug-in that is to run as that account.
std::string verdict(const std::string& name, bool privileged, bool allow_root = false, bool enabled = true) {
  config::Settings settings;
  settings.accounts.allow_root = allow_root;
  auto& plugin = settings.applications.emplace_back().plugins.emplace_back();
  plugin.name = "shell";
  plugin.enabled = enabled;
  plugin.run_as_user = name;
  plugin.run_as_place = "winrmd.toml:7: application.plugin.run_as_user";
  const Account me{.name = "me", .uid = 500, .gid = 500, .groups = {}, .home = "/", .shell = "/bin/sh"};
  const auto checked = check_run_as(settings, Tokens(settings.accounts, privileged, me, lookup));
  return checked ? "" : checked.error().message;
}

TEST(RunAs, RootMaySayAnyAccountThatWorkMayBeDoneAs) {
  EXPECT_EQ(verdict("worker", true), "");
  EXPECT_EQ(verdict("_winrmd-svc", true), "");
  EXPECT_EQ(verdict("root", true, true), "");
  EXPECT_EQ(verdict("root", true),
            "winrmd.toml:7: application.plugin.run_as_user: account 'root' is root and accounts.allow_root is not set");
  EXPECT_EQ(verdict("missing", true), "winrmd.toml:7: application.plugin.run_as_user: there is no account 'missing'");
  for (const auto* own : {"_winrmd", "_winrmd-auth", "_winrmd-authz"}) {
    EXPECT_EQ(verdict(own, true), "winrmd.toml:7: application.plugin.run_as_user: account '" + std::string(own) +
                                      "' belongs to the service");
  }
}

TEST(RunAs, WithoutRootItCanBeTheOwnAccountAndNoOther) {
  EXPECT_EQ(verdict("me", false), "");
  EXPECT_EQ(verdict("worker", false),
            "winrmd.toml:7: application.plugin.run_as_user: the service runs as 'me' and cannot work as 'worker'");
}

TEST(RunAs, OfAPluginThatIsSwitchedOffIsNotLookedAt) { EXPECT_EQ(verdict("missing", true, false, false), ""); }

}  // namespace
}  // namespace winrmd::supervisor
