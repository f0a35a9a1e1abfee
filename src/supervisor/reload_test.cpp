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

using Change = void (*)(config::Settings&);

TEST(MergeSettings, ChangesNothingWhenNothingHasChanged) {
  const auto merged = merge_settings(running(), running());
  EXPECT_EQ(merged.settings, running());
  EXPECT_TRUE(merged.needs_restart.empty());
}

TEST(MergeSettings, TakesWhatCanChange) {
  const Change changes[] = {
      [](auto& s) { s.listeners[1].certificate = "/new/c"; },
      [](auto& s) { s.listeners[1].client_ca = "/new/ca"; },
      [](auto& s) { s.listeners[1].certificates = false; },
      [](auto& s) { s.listeners[1].channel_binding = config::ChannelBinding::strict; },
      [](auto& s) { s.listeners[0].negotiate = true; },
      [](auto& s) { s.listeners[0].allow_unencrypted = true; },
      [](auto& s) { s.login.pam = true; },
      [](auto& s) { s.login.names.push_back({.realm = "R", .user = "*", .account = "%u"}); },
      [](auto& s) { s.user_file = "/other"; },
      [](auto& s) { s.applications[0].path = "other"; },
      [](auto& s) { s.applications[0].plugins.emplace_back(); },
      [](auto& s) { s.applications.clear(); },
      [](auto& s) { s.limits.max_connections = 1; },
      [](auto& s) { s.accounts.allow_root = true; },
  };
  int number = 0;
  for (const auto change : changes) {
    auto fresh = running();
    change(fresh);
    const auto merged = merge_settings(running(), fresh);
    EXPECT_EQ(merged.settings, fresh) << number;
    EXPECT_TRUE(merged.needs_restart.empty()) << number;
    ++number;
  }
}

TEST(MergeSettings, LeavesWhatCannotChangeAndNamesIt) {
  const std::pair<std::string, Change> changes[] = {
      {"accounts.net", [](auto& s) { s.accounts.net = "other"; }},
      {"accounts.auth", [](auto& s) { s.accounts.auth = "other"; }},
      {"accounts.authorization", [](auto& s) { s.accounts.authorization = "other"; }},
      {"accounts.service", [](auto& s) { s.accounts.service = "other"; }},
      {"control_socket", [](auto& s) { s.control_socket = "/control"; }},
      {"log.file", [](auto& s) { s.log_file = "/log"; }},
      {"log.audit_file", [](auto& s) { s.audit_file = "/audit"; }},
      {"log.level", [](auto& s) { s.log_level = "debug"; }},
      {"listener 127.0.0.1 port 5985", [](auto& s) { s.listeners[0].tls = true; }},
      {"listener 127.0.0.1 port 5986", [](auto& s) { s.listeners.pop_back(); }},
      {"listener ::1 port 443", [](auto& s) { s.listeners.push_back({.address = "::1", .port = 443}); }},
  };
  for (const auto& [name, change] : changes) {
    auto fresh = running();
    change(fresh);
    const auto merged = merge_settings(running(), fresh);
    EXPECT_EQ(merged.needs_restart, std::vector{name});
    EXPECT_EQ(merged.settings, running()) << name;
  }
}

TEST(MergeSettings, TakesTheRestBesideWhatCannotChange) {
  auto fresh = running();
  fresh.log_file = "/log";
  fresh.limits.max_connections = 1;
  fresh.accounts.net = "other";
  fresh.accounts.allow_root = true;
  const auto merged = merge_settings(running(), fresh);
  EXPECT_EQ(merged.needs_restart, (std::vector<std::string>{"accounts.net", "log.file"}));
  auto expected = running();
  expected.limits.max_connections = 1;
  expected.accounts.allow_root = true;
  EXPECT_EQ(merged.settings, expected);
}

TEST(MergeSettings, ListenersAreKnownByTheirPlaceAndNotByTheirOrder) {
  auto fresh = running();
  std::swap(fresh.listeners[0], fresh.listeners[1]);
  fresh.listeners[0].certificate = "/new/c";
  const auto merged = merge_settings(running(), fresh);
  EXPECT_TRUE(merged.needs_restart.empty());
  EXPECT_EQ(merged.listeners, (std::vector<std::optional<std::size_t>>{1, 0}));
  EXPECT_EQ(merged.settings.listeners[0], running().listeners[0]);
  EXPECT_EQ(merged.settings.listeners[1].certificate, "/new/c");
}

// Its certificate is for another place.
TEST(MergeSettings, TakesNothingOfAListenerSomewhereElse) {
  auto moved = running();
  moved.listeners[1].port = 443;
  moved.listeners[1].certificate = "/new/c";
  const auto merged = merge_settings(running(), moved);
  EXPECT_EQ(merged.settings, running());
  EXPECT_EQ(merged.listeners, (std::vector<std::optional<std::size_t>>{0, std::nullopt}));
  EXPECT_EQ(merged.needs_restart,
            (std::vector<std::string>{"listener 127.0.0.1 port 5986", "listener 127.0.0.1 port 443"}));
}

// Two at any free port are two.
TEST(MergeSettings, EachListenerIsTakenOnce) {
  auto two = running();
  two.listeners = {{.address = "127.0.0.1", .port = 0}, {.address = "127.0.0.1", .port = 0}};
  EXPECT_TRUE(merge_settings(two, two).needs_restart.empty());
  auto one = two;
  one.listeners.pop_back();
  EXPECT_EQ(merge_settings(two, one).needs_restart, std::vector<std::string>{"listener 127.0.0.1 port 0"});
  EXPECT_EQ(merge_settings(one, two).needs_restart, std::vector<std::string>{"listener 127.0.0.1 port 0"});
}

}  // namespace
}  // namespace winrmd::supervisor
