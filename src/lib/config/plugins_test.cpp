// What [[application]] and [[application.plugin]] say, in TOML alone.
#include <gtest/gtest.h>

#include "lib/config/plugin_xml.hpp"
#include "lib/config/sections.hpp"
#include "lib/config/settings.hpp"
#include "lib/config/testing.hpp"

namespace winrmd::config {
namespace {

using std::chrono::milliseconds;
using namespace testing;

Application read(const std::string& toml) {
  const auto settings = parse(toml, "f");
  EXPECT_TRUE(settings) << settings.error().message << "\n" << toml;
  return settings ? settings->applications.at(0) : Application{};
}

TEST(PluginSettings, EveryKeyReachesThePlugin) {
  const auto plugin = read(with_plugin(R"toml(
enabled = false
auto_restart = true
run_as_user = "worker"
output_buffering = "drop"
disconnect = false
[application.plugin.quotas]
max_concurrent_users = 1
max_operations_per_user = 2
max_operations = 3
max_shells_per_user = 4
max_shells = 5
max_commands_per_shell = 6
max_processes_per_shell = 7
max_memory_per_shell_mb = 8
idle_timeout = "9s"
max_idle_timeout = "10s"
[[application.plugin.resources]]
uri = "http://a/data"
capabilities = ["Get", "Invoke", { type = "Put", supports_fragment = true }, { type = "Enumerate", supports_filtering = true }]
[[application.plugin.resources.security]]
sddl = "D:P(A;;GA;;;BA)"
exact_match = true
[[application.plugin.resources.security]]
uri = "http://A/data/deep"
sddl = "D:"
)toml"))
                          .plugins.at(0);
  EXPECT_FALSE(plugin.enabled || plugin.disconnect);
  EXPECT_TRUE(plugin.auto_restart);
  EXPECT_EQ(plugin.run_as_user, "worker");
  EXPECT_EQ(plugin.output_buffering, OutputBuffering::drop);
  EXPECT_EQ(plugin.source, "f");
  EXPECT_EQ(plugin.quotas, (PluginQuotas{.max_concurrent_users = 1,
                                         .max_operations_per_user = 2,
                                         .max_operations = 3,
                                         .max_shells_per_user = 4,
                                         .max_shells = 5,
                                         .max_commands_per_shell = 6,
                                         .max_processes_per_shell = 7,
                                         .max_memory_per_shell_mb = 8,
                                         .idle_timeout = milliseconds(9000),
                                         .max_idle_timeout = milliseconds(10'000)}));
  EXPECT_EQ(
      plugin.resources,
      (std::vector<Resource>{{.uri = "http://a/data",
                              .capabilities = {{.type = Capability::get},
                                               {.type = Capability::invoke},
                                               {.type = Capability::put, .supports_fragment = true},
                                               {.type = Capability::enumerate, .supports_filtering = true}},
                              .security = {{.uri = "http://a/data", .sddl = "D:P(A;;GA;;;BA)", .exact_match = true},
                                           {.uri = "http://A/data/deep", .sddl = "D:", .exact_match = false}}}}));
}

TEST(PluginSettings, Defaults) {
  const auto plugin = read(with_plugin("resources = [\"http://a/b\"]")).plugins.at(0);
  EXPECT_TRUE(plugin.enabled && plugin.disconnect);
  EXPECT_FALSE(plugin.auto_restart || plugin.shared_process);
  EXPECT_EQ(plugin.output_buffering, OutputBuffering::block);
  EXPECT_EQ(plugin.quotas, PluginQuotas{});
  EXPECT_EQ(plugin.resources, (std::vector<Resource>{{.uri = "http://a/b",
                                                      .exact_match = false,
                                                      .supports_options = true,
                                                      .capabilities = {{.type = Capability::shell}}}}));
}

TEST(ApplicationSettings, EveryKeyReachesTheApplication) {
  const auto application = read(with_application(R"toml(
administrator_groups = ["wheel"]
root_sddl = "D:P(A;;GA;;;BA)"
plugin_directory = "/etc/winrmd/plugins.d"
configuration = "/etc/winrmd/web.config"
max_envelope_size_kb = 32
max_operation_timeout = "500ms"
enumeration_idle_timeout = "1s"
max_shell_idle_timeout = "2s"
)toml"));
  EXPECT_EQ(application.administrator_groups, std::vector<std::string>{"wheel"});
  EXPECT_EQ(application.root_sddl, "D:P(A;;GA;;;BA)");
  EXPECT_EQ(application.plugin_directory, "/etc/winrmd/plugins.d");
  EXPECT_EQ(application.configuration, "/etc/winrmd/web.config");
  EXPECT_EQ(application.max_envelope_size_kb, 32U);
  EXPECT_EQ(application.max_operation_timeout, milliseconds(500));
  EXPECT_EQ(application.enumeration_idle_timeout, milliseconds(1000));
  EXPECT_EQ(application.max_shell_idle_timeout, milliseconds(2000));
  const auto plain = read(with_application(""));
  EXPECT_EQ(plain.root_sddl, default_root_sddl);
  EXPECT_EQ(plain.max_envelope_size_kb, std::nullopt);
  EXPECT_EQ(plain.max_shell_idle_timeout, std::nullopt);
}

TEST(LimitSettings, OfEnumerationsAndHosts) {
  const auto limits =
      parse(with_application("[limits]\nenumeration_idle_timeout = \"3s\"\nmax_batch_items = 4\nhost_memory_mb = 0"),
            "f")
          .value()
          .limits;
  EXPECT_EQ(limits.enumeration_idle_timeout, milliseconds(3000));
  EXPECT_EQ(limits.max_batch_items, 4U);
  EXPECT_EQ(limits.host_memory_mb, 0U);
}

struct Bad {
  std::string toml;
  std::string error;
};

class BadPlugin : public ::testing::TestWithParam<Bad> {};

TEST_P(BadPlugin, IsRefusedNamingFileLineAndKey) {
  const auto settings = parse(GetParam().toml, "w");
  ASSERT_FALSE(settings) << GetParam().toml;
  EXPECT_EQ(settings.error().message, GetParam().error) << GetParam().toml;
}

INSTANTIATE_TEST_SUITE_P(
    Resources, BadPlugin,
    ::testing::Values(
        Bad{with_toml_resource("capabilities = []"),
            "w:10: application.plugin.resources.capabilities: must be an array of at least one name"},
        Bad{with_toml_resource("capabilities = \"Get\""),
            "w:10: application.plugin.resources.capabilities: must be an array of at least one name"},
        Bad{with_toml_resource("capabilities = [1]"),
            "w:10: application.plugin.resources.capabilities: each item is a name or a table with a type"},
        Bad{with_toml_resource("capabilities = [\"get\"]"),
            "w:10: application.plugin.resources.capabilities: 'get' is not one of Get, Put, Create, Delete, Invoke, "
            "Enumerate, Subscribe, Shell, Identify"},
        Bad{with_toml_resource("capabilities = [{ supports_fragment = true }]"),
            "w:10: application.plugin.resources.capabilities.type: is missing"},
        Bad{with_toml_resource("capabilities = [{ type = \"Get\", fragment = true }]"),
            "w:10: application.plugin.resources.capabilities.fragment: unknown key"},
        Bad{with_toml_resource("capabilities = [\"Get\", \"Get\"]"),
            "w:10: application.plugin.resources.capabilities: 'Get' is there twice"},
        Bad{with_toml_resource("capabilities = [\"Get\", \"Shell\"]"),
            "w:10: application.plugin.resources.capabilities: 'Shell' excludes every other capability of the resource"},
        Bad{with_toml_resource("capabilities = [{ type = \"Invoke\", supports_fragment = true }]"),
            "w:10: application.plugin.resources.capabilities.supports_fragment: is for Get, Put, Create and Delete"},
        Bad{with_toml_resource("capabilities = [{ type = \"Get\", supports_filtering = true }]"),
            "w:10: application.plugin.resources.capabilities.supports_filtering: is for Enumerate and Subscribe"},
        Bad{with_toml_resource("security = 1"),
            "w:10: application.plugin.resources.security: must be written as "
            "[[application.plugin.resources.security]]"},
        Bad{with_toml_resource("security = [{ uri = \"http://a/b\" }]"),
            "w:10: application.plugin.resources.security.sddl: is missing"},
        Bad{with_toml_resource("security = [{ sddl = \"nonsense\" }]"),
            "w:10: application.plugin.resources.security.sddl: character 1: not one of the parts O:, G:, D: and S:"},
        Bad{with_toml_resource("security = [{ uri = \"http://a\", sddl = \"D:\" }]"),
            "w:10: application.plugin.resources.security.uri: 'http://a' does not begin with the resource's "
            "'http://a/b'"},
        Bad{with_toml_resource("security = [{ sddl = \"D:\" }, { uri = \"HTTP://a/b\", sddl = \"D:\" }]"),
            "w:10: application.plugin.resources.security.uri: 'HTTP://a/b' has a security descriptor already"}));

INSTANTIATE_TEST_SUITE_P(
    Plugins, BadPlugin,
    ::testing::Values(
        Bad{with_plugin("resources = [\"a:b\"]\noutput_buffering = \"Drop\""),
            "w:11: application.plugin.output_buffering: 'Drop' is not one of block, drop"},
        Bad{with_plugin("resources = [\"a:b\"]\nquotas = 1"),
            "w:11: application.plugin.quotas: must be a table, as [application.plugin.quotas]"},
        Bad{with_plugin("resources = [\"a:b\"]\nquotas = { max_shells = 0 }"),
            "w:11: application.plugin.quotas.max_shells: must be between 1 and 2147483647, not 0"},
        Bad{with_plugin("resources = [\"a:b\"]\nquotas = { max_shells = 2147483648 }"),
            "w:11: application.plugin.quotas.max_shells: must be between 1 and 2147483647, not 2147483648"},
        Bad{with_plugin("resources = [\"a:b\"]\nquotas = { max_memory_per_shell_mb = 4 }"),
            "w:11: application.plugin.quotas.max_memory_per_shell_mb: must be between 5 and 2147483647, not 4"},
        Bad{with_plugin("resources = [\"a:b\"]\nquotas = { idle_timeout = \"999ms\" }"),
            "w:11: application.plugin.quotas.idle_timeout: must be between 1s and 1209600s, not 999ms"},
        Bad{with_plugin("resources = [\"a:b\"]\nquotas = { idle_timeout = \"3s\", max_idle_timeout = \"2s\" }"),
            "w:11: application.plugin.quotas.idle_timeout: must not be longer than max_idle_timeout"},
        Bad{with_plugin("resources = [\"a:b\"]\nquotas = { shells = 1 }"),
            "w:11: application.plugin.quotas.shells: unknown key"},
        Bad{with_plugin("resources = [\"a:b\",\n\"A:B\"]"),
            "w:11: application.plugin.resources: 'A:B' belongs to a plug-in already, at w:10"}));

INSTANTIATE_TEST_SUITE_P(
    Applications, BadPlugin,
    ::testing::Values(
        Bad{with_application("root_sddl = \"D\""),
            "w:7: application.root_sddl: character 1: not one of the parts O:, G:, D: and S:"},
        Bad{with_application("root_sddl = \"\""), "w:7: application.root_sddl: must not be empty"},
        Bad{with_application("plugin_directory = \"plugins\""),
            "w:7: application.plugin_directory: 'plugins' is not an absolute path"},
        Bad{with_application("configuration = \"web.config\""),
            "w:7: application.configuration: 'web.config' is not an absolute path"},
        Bad{with_application("max_envelope_size_kb = 2049"),
            "w:7: application.max_envelope_size_kb: must be between 32 and 2048, not 2049"},
        Bad{with_application("max_operation_timeout = \"499ms\""),
            "w:7: application.max_operation_timeout: must be between 500ms and 1209600s, not 499ms"},
        Bad{with_application(
                "administrator_groups = [\"a\"]\n[application.authorization]\nname = \"n\"\nfile = \"/a\""),
            "w:7: application.administrator_groups: has no meaning beside an authorization plug-in, which decides "
            "about "
            "that"},
        Bad{with_application("root_sddl = \"D:\"\n[application.authorization]\nname = \"n\"\nfile = \"/a\""),
            "w:7: application.root_sddl: has no meaning beside an authorization plug-in, which decides about that"},
        Bad{with_application("[[application]]\npath = \"WSMan\""),
            "w:8: application.path: another application has this path"},
        Bad{with_application("[limits]\nmax_batch_items = 0"),
            "w:8: limits.max_batch_items: must be between 1 and 1000000, not 0"},
        Bad{with_application("[limits]\nhost_memory_mb = 1000001"),
            "w:8: limits.host_memory_mb: must be between 0 and 1000000, not 1000001"}));

TEST(PluginSettings, SecurityDescriptorsAreLimited) {
  const auto build = [](std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
      all += "{ uri = \"http://a/b" + std::to_string(i) + "\", sddl = \"D:\" },";
    }
    return with_toml_resource("security = [" + all + "]");
  };
  EXPECT_TRUE(parse(build(max_plugin_security), "f"));
  EXPECT_FALSE(parse(build(max_plugin_security + 1), "f"));
  EXPECT_FALSE(parse(build(5000), "f"));
}

// One message takes them all to winrmd-net.
TEST(ApplicationSettings, AllDescriptorsTogetherAreLimited) {
  std::string sddl = "D:";
  while (sddl.size() < 32'000) sddl += "(A;;GA;;;S-1-5-21-1000000000-1000000000-1000000000-1000)";
  const auto build = [&](int plugins) {
    std::string all;
    for (int plugin = 0; plugin < plugins; ++plugin) {
      all += "[[application.plugin]]\nname = \"" + std::to_string(plugin) + "\"\nfile = \"/p.so\"\nresources = [";
      for (std::size_t i = 0; i < max_resources; ++i) {
        all += "{ uri = \"a:" + std::to_string(plugin) + "/" + std::to_string(i) + "\", security = [{ sddl = \"" +
               sddl + "\" }] },";
      }
      all += "]\n";
    }
    return with_application(all);
  };
  EXPECT_TRUE(parse(build(1), "f")) << "two MiB";
  const auto refused = parse(build(2), "f");
  ASSERT_FALSE(refused);
  EXPECT_EQ(
      refused.error().message,
      "f:6: application.path: the applications up to here have more than 3145728 bytes of names, URIs and security "
      "descriptors");
}

}  // namespace
}  // namespace winrmd::config
