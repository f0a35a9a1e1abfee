#include "supervisor/setups.hpp"

#include <gtest/gtest.h>

#include "supervisor/try.hpp"

namespace winrmd::supervisor {
namespace {

using std::chrono::milliseconds;

TEST(Setups, ParametersBecomeInitializationXml) {
  EXPECT_EQ(initialization_xml({}), "");
  EXPECT_EQ(initialization_xml({{"A", "1"}, {"B<", "\"&'>\n"}}),
            "<InitializationParameters><Param Name=\"A\" Value=\"1\"/>"
            "<Param Name=\"B&lt;\" Value=\"&quot;&amp;'&gt;&#10;\"/></InitializationParameters>");
}

config::Settings settings() {
  config::Settings settings;
  config::Listener clear;
  clear.basic = true;
  config::Listener allowed = clear;
  allowed.allow_unencrypted = true;
  config::Listener tls = clear;
  tls.tls = true;
  settings.listeners = {clear, allowed, tls};
  config::Application application;
  application.path = "wsman";
  application.authorization = {.name = "roles", .file = "/roles.so", .parameters = {{"File", "/r"}}, .accounts = {}};
  config::Plugin plugin;
  plugin.name = "shell";
  plugin.file = "/shell.so";
  plugin.resources.push_back({.uri = "a:b", .exact_match = true, .supports_options = false});
  plugin.shared_process = true;
  plugin.process_idle_timeout = milliseconds(5000);
  application.plugins.push_back(plugin);
  settings.applications.push_back(application);
  return settings;
}

TEST(Setups, NetLearnsListenersNamesAndLimitsButNoPaths) {
  const auto all = settings();
  const auto setup = make_net_setup(all, {{}, {}, {.certificate_pem = "C", .key_pem = "K"}}, true);
  ASSERT_EQ(setup.listeners.size(), 3U);
  EXPECT_FALSE(setup.listeners[0].basic) << "Basic in clear without leave";
  EXPECT_TRUE(setup.listeners[1].basic);
  EXPECT_TRUE(setup.listeners[2].basic && setup.listeners[2].tls);
  EXPECT_EQ(setup.listeners[2].certificate_pem, "C");
  EXPECT_EQ(setup.listeners[2].key_pem, "K");
  ASSERT_EQ(setup.applications.size(), 1U);
  EXPECT_EQ(setup.applications[0].authorization_name, "roles");
  EXPECT_EQ(setup.applications[0].refresh_interval_ms, 900'000U);
  ASSERT_EQ(setup.applications[0].plugins.size(), 1U);
  EXPECT_TRUE(setup.applications[0].plugins[0].shared_process);
  EXPECT_EQ(setup.applications[0].plugins[0].process_idle_timeout_ms, 5000U);
  EXPECT_TRUE(setup.applications[0].plugins[0].resources.at(0).exact_match);
  EXPECT_FALSE(setup.applications[0].plugins[0].resources.at(0).supports_options);
  EXPECT_EQ(setup.limits.max_envelope_size, 500U * 1024);
  EXPECT_TRUE(setup.privileged);
}

TEST(Setups, AHostGetsOnePlugin) {
  const auto all = settings();
  HostPlan plan{.application = all.applications.data(),
                .plugin = all.applications[0].plugins.data(),
                .account = {},
                .identity = {.login_name = "alice", .mechanism = "Basic", .account = "alice", .groups = {}},
                .token = "T",
                .delegated = "tickets"};
  auto setup = make_host_setup(all, plan);
  EXPECT_FALSE(setup.authorization);
  ASSERT_EQ(setup.plugins.size(), 1U);
  EXPECT_EQ(setup.plugins[0].file, "/shell.so");
  EXPECT_EQ(setup.plugins[0].initialization_xml, "");
  EXPECT_EQ(setup.token, "T");
  EXPECT_EQ(setup.delegated, "tickets");
  EXPECT_EQ(setup.identity.login_name, "alice");
  EXPECT_EQ(setup.call_threads, 16U);
  EXPECT_EQ(setup.call_deadline_ms, 60'000U);
  plan.plugin = nullptr;
  setup = make_host_setup(all, plan);
  EXPECT_TRUE(setup.authorization);
  EXPECT_EQ(setup.plugins.at(0).file, "/roles.so");
  EXPECT_EQ(setup.plugins.at(0).initialization_xml,
            "<InitializationParameters><Param Name=\"File\" Value=\"/r\"/></InitializationParameters>");
}

TEST(TryReport, IsOneLineOfJson) {
  const TryReport report{.port = 1,
                         .https_port = 2,
                         .ca = "/tmp/ca.pem",
                         .users = {{.name = "a\"b", .password = "p\\w", .admin = false},
                                   {.name = "boss", .password = "x", .admin = true}}};
  EXPECT_EQ(report_as_json(report),
            "{\"url\":\"http://127.0.0.1:1/wsman\",\"https_url\":\"https://127.0.0.1:2/wsman\",\"ca\":\"/tmp/ca.pem\","
            "\"users\":[{\"name\":\"a\\\"b\",\"password\":\"p\\\\w\",\"admin\":false},"
            "{\"name\":\"boss\",\"password\":\"x\",\"admin\":true}]}\n");
}

TEST(TryReport, TextHasAClientLineThatAShellTakesAsItIs) {
  const TryReport report{
      .port = 1, .https_port = 2, .ca = "/ca", .users = {{.name = "o'neil", .password = "p\"w", .admin = false}}};
  const auto text = report_as_text(report);
  EXPECT_TRUE(text.contains("http://127.0.0.1:1/wsman"));
  EXPECT_TRUE(text.contains("https://127.0.0.1:2/wsman"));
  EXPECT_TRUE(text.contains("user o'neil, password p\"w"));
  EXPECT_TRUE(text.contains("auth=(\"o'\\''neil\", \"p\\\"w\")")) << text;
}

}  // namespace
}  // namespace winrmd::supervisor
