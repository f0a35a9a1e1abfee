#include "supervisor/reload.hpp"

#include <gtest/gtest.h>

namespace winrmd::supervisor {
namespace {

config::Settings running() {
  config::Settings settings;
  config::Listener http{.address = "127.0.0.1", .port = 5985};
  config::Listener https{.address = "127.0.0.1", .port = 5986, .tls = true, .certificate = "/c", .key = "/k"};
  https.certificates = true;
  https.client_ca = "/ca";
  settings.listeners = {http, https};
  settings.user_file = "/users";
  settings.applications.emplace_back().path = "wsman";
  return settings;
}

TEST(MergeSettings, TakesCertificatesKeysAndIssuers) {
  auto fresh = running();
  fresh.listeners[1].certificate = "/new/c";
  fresh.listeners[1].key = "/new/k";
  fresh.listeners[1].client_ca = "/new/ca";
  const auto plan = merge_settings(running(), fresh);
  EXPECT_EQ(plan.settings, fresh);
  EXPECT_TRUE(plan.needs_restart.empty());
}

TEST(MergeSettings, TakesTheWholeOfLogin) {
  auto fresh = running();
  fresh.login.pam = true;
  fresh.login.keytab = "/keytab";
  fresh.login.names.push_back({.realm = "R", .user = "*", .account = "%u"});
  const auto plan = merge_settings(running(), fresh);
  EXPECT_EQ(plan.settings, fresh);
  EXPECT_TRUE(plan.needs_restart.empty());
}

TEST(MergeSettings, ChangesNothingWhenNothingHasChanged) {
  const auto plan = merge_settings(running(), running());
  EXPECT_EQ(plan.settings, running());
  EXPECT_TRUE(plan.needs_restart.empty());
}

TEST(MergeSettings, LeavesEverythingElseAndNamesIt) {
  using Change = void (*)(config::Settings&);
  const std::pair<std::string, Change> changes[] = {
      {"user_file", [](auto& s) { s.user_file = "/other"; }},
      {"application", [](auto& s) { s.applications[0].path = "other"; }},
      {"application", [](auto& s) { s.applications[0].plugins.emplace_back(); }},
      {"limits", [](auto& s) { s.limits.max_connections = 1; }},
      {"accounts", [](auto& s) { s.accounts.allow_root = true; }},
      {"control_socket", [](auto& s) { s.control_socket = "/control"; }},
      {"log", [](auto& s) { s.log_level = "debug"; }},
      {"log", [](auto& s) { s.audit_file = "/audit"; }},
      {"listener 127.0.0.1 port 5985", [](auto& s) { s.listeners[0].negotiate = true; }},
      {"listener 127.0.0.1 port 5985", [](auto& s) { s.listeners[0].allow_unencrypted = true; }},
      {"listener 127.0.0.1 port 5986",
       [](auto& s) { s.listeners[1].channel_binding = config::ChannelBinding::strict; }},
      {"the number of listeners", [](auto& s) { s.listeners.push_back({.address = "::1"}); }},
      {"the number of listeners", [](auto& s) { s.listeners.pop_back(); }},
  };
  for (const auto& [name, change] : changes) {
    auto fresh = running();
    change(fresh);
    const auto plan = merge_settings(running(), fresh);
    EXPECT_EQ(plan.needs_restart, std::vector{name});
    EXPECT_EQ(plan.settings, running()) << name;
  }
}

// Its certificate is for another place, and its issuers for listeners that ask for certificates.
TEST(MergeSettings, TakesNoCertificateOfAnotherListener) {
  auto moved = running();
  moved.listeners[1].port = 443;
  moved.listeners[1].certificate = "/new/c";
  EXPECT_EQ(merge_settings(running(), moved).settings, running());
  auto swapped = running();
  std::swap(swapped.listeners[0], swapped.listeners[1]);
  const auto plan = merge_settings(running(), swapped);
  EXPECT_EQ(plan.settings, running());
  EXPECT_EQ(plan.needs_restart.size(), 2U);
  auto without = running();
  without.listeners[1].certificates = false;
  without.listeners[1].client_ca.clear();
  EXPECT_EQ(merge_settings(running(), without).settings, running());
}

}  // namespace
}  // namespace winrmd::supervisor
