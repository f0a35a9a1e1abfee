#include "supervisor/setups.hpp"

#include <gtest/gtest.h>

#include "supervisor/try.hpp"

namespace winrmd::supervisor {
namespace {

using std::chrono::milliseconds;

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

TEST(Setups, NetLearnsWhatAPluginMayAndWhoMayUseIt) {
  auto all = settings();
  auto& plugin = all.applications[0].plugins[0];
  plugin.auto_restart = true;
  plugin.run_as_user = "worker";
  plugin.output_buffering = config::OutputBuffering::drop;
  plugin.quotas.max_concurrent_users = 1;
  plugin.quotas.max_operations_per_user = 2;
  plugin.quotas.max_operations = 3;
  plugin.quotas.max_shells_per_user = 4;
  plugin.quotas.max_shells = 5;
  plugin.quotas.max_commands_per_shell = 6;
  plugin.quotas.idle_timeout = milliseconds(7000);
  plugin.resources[0].capabilities = {
      {.type = config::Capability::get, .supports_fragment = true},
      {.type = config::Capability::enumerate, .supports_filtering = true},
  };
  plugin.resources[0].security = {{.uri = "a:bc", .sddl = "D:", .exact_match = true}};
  const auto setup = make_net_setup(all, {{}, {}, {}}, true).applications.at(0).plugins.at(0);
  EXPECT_TRUE(setup.auto_restart && setup.drop_output);
  EXPECT_EQ(setup.run_as_account, "worker");
  EXPECT_EQ(setup.quotas.max_concurrent_users, 1U);
  EXPECT_EQ(setup.quotas.max_operations_per_user, 2U);
  EXPECT_EQ(setup.quotas.max_operations, 3U);
  EXPECT_EQ(setup.quotas.max_shells_per_user, 4U);
  EXPECT_EQ(setup.quotas.max_shells, 5U);
  EXPECT_EQ(setup.quotas.max_commands_per_shell, 6U);
  EXPECT_EQ(setup.quotas.idle_timeout_ms, 7000U);
  EXPECT_EQ(setup.quotas.max_idle_timeout_ms, std::nullopt);
  ASSERT_EQ(setup.resources.at(0).capabilities.size(), 2U);
  EXPECT_EQ(setup.resources[0].capabilities[0].type, ipc::Capability::get);
  EXPECT_TRUE(setup.resources[0].capabilities[0].supports_fragment);
  EXPECT_EQ(setup.resources[0].capabilities[1].type, ipc::Capability::enumerate);
  EXPECT_TRUE(setup.resources[0].capabilities[1].supports_filtering);
  ASSERT_EQ(setup.resources[0].security.size(), 1U);
  EXPECT_EQ(setup.resources[0].security[0].uri, "a:bc");
  EXPECT_EQ(setup.resources[0].security[0].sddl, "D:");
  EXPECT_TRUE(setup.resources[0].security[0].exact_match);
}

TEST(Setups, DisabledPluginsAreLeftOut) {
  auto all = settings();
  auto& plugins = all.applications[0].plugins;
  plugins.push_back(plugins[0]);
  plugins[0].enabled = false;
  plugins[1].name = "other";
  const auto setup = make_net_setup(all, {{}, {}, {}}, false).applications.at(0).plugins;
  ASSERT_EQ(setup.size(), 1U);
  EXPECT_EQ(setup[0].name, "other");
}

TEST(Setups, AnApplicationHasItsOwnLimitsOrThoseOfAll) {
  auto all = settings();
  all.limits.enumeration_idle_timeout = milliseconds(9000);
  all.limits.max_batch_items = 10;
  all.applications.push_back(all.applications[0]);
  auto& own = all.applications[1];
  own.max_envelope_size_kb = 64;
  own.max_operation_timeout = milliseconds(1000);
  own.enumeration_idle_timeout = milliseconds(2000);
  own.max_shell_idle_timeout = milliseconds(3000);
  const auto setup = make_net_setup(all, {{}, {}, {}}, false);
  EXPECT_EQ(setup.limits.enumeration_idle_timeout_ms, 9000U);
  EXPECT_EQ(setup.limits.max_batch_items, 10U);
  const auto& first = setup.applications.at(0);
  EXPECT_EQ(first.max_envelope_size, setup.limits.max_envelope_size);
  EXPECT_EQ(first.max_operation_timeout_ms, setup.limits.max_operation_timeout_ms);
  EXPECT_EQ(first.enumeration_idle_timeout_ms, 9000U);
  EXPECT_EQ(first.max_shell_idle_timeout_ms, setup.limits.max_shell_idle_timeout_ms);
  const auto& second = setup.applications.at(1);
  EXPECT_EQ(second.max_envelope_size, 64U * 1024);
  EXPECT_EQ(second.max_operation_timeout_ms, 1000U);
  EXPECT_EQ(second.enumeration_idle_timeout_ms, 2000U);
  EXPECT_EQ(second.max_shell_idle_timeout_ms, 3000U);
}

TEST(Setups, DescriptorsAndAdministratorsAreForApplicationsWithoutAnAuthorizationPlugin) {
  auto all = settings();
  auto& application = all.applications[0];
  application.administrators = {"boss"};
  application.administrator_gids = {7};
  application.root_sddl = "D:P";
  auto setup = make_net_setup(all, {{}, {}, {}}, false).applications.at(0);
  EXPECT_EQ(setup.root_sddl, "");
  EXPECT_TRUE(setup.administrators.empty() && setup.administrator_gids.empty());
  application.authorization = {};
  setup = make_net_setup(all, {{}, {}, {}}, false).applications.at(0);
  EXPECT_EQ(setup.root_sddl, "D:P");
  EXPECT_EQ(setup.administrators, std::vector<std::string>{"boss"});
  EXPECT_EQ(setup.administrator_gids, std::vector<std::uint32_t>{7});
}

TEST(Setups, AHostLearnsHowItsPluginIsConfigured) {
  auto all = settings();
  all.limits.host_memory_mb = 77;
  auto& plugin = all.applications[0].plugins[0];
  plugin.parameters = {{"k", "v"}};
  plugin.initialization_xml = "<InitializationParameters/>";
  plugin.auto_restart = true;
  plugin.run_as_user = "worker";
  HostPlan plan{.application = all.applications.data(), .plugin = &plugin, .account = {}, .identity = {}, .token = {}};
  const auto setup = make_host_setup(all, plan);
  EXPECT_EQ(setup.memory_mb, 77U);
  EXPECT_EQ(setup.plugins.at(0).initialization_xml, "<InitializationParameters/>") << "as the XML file has it";
  EXPECT_EQ(setup.plugins[0].run_as_user, "worker");
  EXPECT_EQ(setup.plugins[0].process_idle_timeout_ms, 5000U);
  EXPECT_TRUE(setup.plugins[0].auto_restart && setup.plugins[0].shared_process);
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
