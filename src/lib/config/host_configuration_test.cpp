#include "lib/config/host_configuration.hpp"

#include <gtest/gtest.h>

#include "lib/config/plugin_xml.hpp"
#include "lib/config/plugin_xml/testing.hpp"
#include "lib/config/sections.hpp"
#include "lib/config/testing.hpp"

namespace winrmd::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using namespace testing;

// Line 1: the section's tag. `inside` begins on line 2.
std::string section(std::string_view inside) {
  return "<system.management.wsmanagement.config>\n" + std::string(inside) + "</system.management.wsmanagement.config>";
}
std::string operations(std::string_view attributes) {
  return section("<OperationsConfiguration " + std::string(attributes) + "/>");
}
std::string modules(std::string_view inside) {
  return section("<PluginModules>" + std::string(inside) + "</PluginModules>");
}
std::string plugins(std::string_view inside) {
  return modules("<OperationsPlugins>" + std::string(inside) + "</OperationsPlugins>");
}
std::string plugin(std::string_view attributes = "", std::string_view type = "Shell", std::string_view file = "/p.so") {
  return "<Plugin Name='P' Filename='" + std::string(file) + "' SDKVersion='1' " + std::string(attributes) +
         "><Resources><Resource ResourceUri='a:b'><Capability Type='" + std::string(type) +
         "'/></Resource></Resources></Plugin>";
}

struct Read {
  HostConfiguration host;
  std::string error;
};
Read read(std::string_view text) {
  Document errors("w", false);
  Claims claims;
  auto host = read_host_configuration(text, errors, claims);
  return {.host = std::move(host), .error = errors.error()};
}

TEST(HostConfiguration, B22_AbsentAttributesHaveWindowsDefaults) {
  for (const auto& text : {section(""), operations("")}) {
    const auto [host, error] = read(text);
    ASSERT_EQ(error, "");
    EXPECT_EQ(host.max_envelope_size_kb.value, 150U);
    EXPECT_EQ(host.max_operation_timeout.value, seconds(60));
    EXPECT_EQ(host.enumeration_idle_timeout.value, seconds(60));
    EXPECT_EQ(host.max_shell_idle_timeout.value, minutes(15));
    EXPECT_EQ(host.refresh_interval.value, seconds(900));
    EXPECT_EQ(host.system_window.value, seconds(2));
    EXPECT_EQ(host.system_window_operations.value, 1000U);
    EXPECT_EQ(host.refresh_interval.place, "");
    EXPECT_EQ(host.authorization.value.name, "");
  }
}

TEST(HostConfiguration, B22_EveryAttributeIsRead) {
  const auto [host, error] = read(
      operations("MaxEnvelopeSizeKB='32' MaxOperationTimeoutSeconds='1' MaxEnumerateIdleTimeoutSeconds='2'\n"
                 "MaxSubscribeIdleTimeoutSeconds='3' MaxShellIdleTimeoutMinutes='4' QuotaRefreshIntervalSeconds='5' "
                 "QuotaSystemWindowSeconds='6' QuotaSystemWindowOperations='7'"));
  ASSERT_EQ(error, "");
  EXPECT_EQ(host.max_envelope_size_kb.value, 32U);
  EXPECT_EQ(host.max_operation_timeout.value, seconds(1));
  EXPECT_EQ(host.enumeration_idle_timeout.value, seconds(2));
  EXPECT_EQ(host.max_shell_idle_timeout.value, minutes(4));
  EXPECT_EQ(host.refresh_interval.value, seconds(5));
  EXPECT_EQ(host.refresh_interval.place, "w:3, attribute QuotaRefreshIntervalSeconds");
  EXPECT_EQ(host.system_window.value, seconds(6));
  EXPECT_EQ(host.system_window_operations.value, 7U);
  EXPECT_EQ(read(operations("MaxEnumerationIdleTimeoutSeconds='9'")).host.enumeration_idle_timeout.value, seconds(9));
}

TEST(HostConfiguration, ValuesBeyondOursMeanOurGreatestOrSmallest) {
  const auto [host, error] = read(operations(
      "MaxEnvelopeSizeKB='4294967295' MaxOperationTimeoutSeconds='4294967295' MaxShellIdleTimeoutMinutes='4294967295' "
      "QuotaRefreshIntervalSeconds='0' QuotaSystemWindowSeconds='0'"));
  ASSERT_EQ(error, "");
  EXPECT_EQ(host.max_envelope_size_kb.value, max_envelope_kb);
  EXPECT_EQ(host.max_operation_timeout.value, milliseconds(max_time_ms));
  EXPECT_EQ(host.max_shell_idle_timeout.value, milliseconds(max_time_ms));
  EXPECT_EQ(host.refresh_interval.value, seconds(1));
  EXPECT_EQ(host.system_window_operations.value, 0U) << "no window: no limit";
}

TEST(HostConfiguration, IsFoundInAWebConfigInAnyNamespace) {
  const auto inside = plugin();
  const auto text = modules("<OperationsPlugins>" + inside + "</OperationsPlugins>");
  for (const auto& document :
       {text, "<configuration><other/><system.webServer><handlers/>" + text + "</system.webServer></configuration>",
        "<configuration xmlns='urn:x'><system.webServer>" + text + "</system.webServer></configuration>"}) {
    const auto [host, error] = read(document);
    ASSERT_EQ(error, "") << document;
    ASSERT_EQ(host.plugins.size(), 1U);
    EXPECT_EQ(host.plugins[0].name, "P");
    EXPECT_EQ(host.plugins[0].source, "w");
    EXPECT_EQ(host.plugins[0].resources.at(0).capabilities.at(0).type, Capability::shell);
  }
}

TEST(HostConfiguration, EnumerationsMayBeNumbers) {
  const std::pair<const char*, Capability> types[] = {
      {"1", Capability::get},    {"2", Capability::put},       {"3", Capability::create},    {"4", Capability::remove},
      {"5", Capability::invoke}, {"6", Capability::enumerate}, {"7", Capability::subscribe}, {"8", Capability::shell}};
  for (const auto& [number, type] : types) {
    const auto [host, error] = read(plugins(plugin("XmlRenderingType='2'", number)));
    ASSERT_EQ(error, "");
    EXPECT_EQ(host.plugins.at(0).resources.at(0).capabilities.at(0).type, type);
  }
  EXPECT_EQ(read(plugins(plugin("XmlRenderingType='3'"))).error,
            "w:2: Plugin/@XmlRenderingType: '3' is not one of text, XmlReader");
}

TEST(HostConfiguration, TheAuthorizationPluginIsTheOneWithAFilename) {
  const auto authorization = [](std::string_view attributes) {
    return read(modules("<AuthorizationPlugin " + std::string(attributes) + "/>"));
  };
  const auto [host, error] = authorization("Name='roles' Filename='/a.so' SDKVersion='1' SupportsQuota='true'");
  ASSERT_EQ(error, "");
  EXPECT_EQ(host.authorization.value.name, "roles");
  EXPECT_EQ(host.authorization.value.file, "/a.so");
  EXPECT_TRUE(host.authorization.value.quota);
  EXPECT_EQ(host.authorization.place, "w:2");
  EXPECT_FALSE(authorization("Name='roles' Filename='/a.so'").host.authorization.value.quota);
  for (const auto* none : {"", "Name='roles'", "Name='roles' Filename=''"}) {
    const auto read_none = authorization(none);
    EXPECT_EQ(read_none.error, "");
    EXPECT_EQ(read_none.host.authorization.value, AuthorizationPlugin{}) << none;
  }
  EXPECT_EQ(authorization("Filename='/a.so'").error, "w:2: AuthorizationPlugin/@Name: is missing");
  EXPECT_EQ(authorization("Name='n' Filename='a'").error,
            "w:2: AuthorizationPlugin/@Filename: 'a' is not an absolute path (ERROR_WSMAN_INVALID_FILEPATH)");
  EXPECT_EQ(authorization("Name='n' Filename='/a' SDKVersion='2'").error,
            "w:2: AuthorizationPlugin/@SDKVersion: must be 1, not '2'");
  EXPECT_EQ(authorization("Name='n' Filename='/a' Enabled='true'").error,
            "w:2: AuthorizationPlugin/@Enabled: unknown attribute");
  EXPECT_EQ(read(modules("<AuthorizationPlugin/><AuthorizationPlugin/>")).error,
            "w:2: PluginModules/AuthorizationPlugin: is there twice");
}

struct Bad {
  std::string xml;
  std::string error;
};
class BadHostConfiguration : public ::testing::TestWithParam<Bad> {};

TEST_P(BadHostConfiguration, B22_IsRefusedNamingFileLineAndAttribute) {
  EXPECT_EQ(read(GetParam().xml).error, GetParam().error) << GetParam().xml;
}

INSTANTIATE_TEST_SUITE_P(
    Documents, BadHostConfiguration,
    ::testing::Values(
        Bad{"<a/>",
            "w:1: a: is neither system.management.wsmanagement.config nor a configuration with "
            "system.webServer/system.management.wsmanagement.config"},
        Bad{"<configuration><system.webServer/></configuration>",
            "w:1: configuration: is neither system.management.wsmanagement.config nor a configuration with "
            "system.webServer/system.management.wsmanagement.config"},
        Bad{section("<Modules/>"), "w:2: system.management.wsmanagement.config/Modules: unknown element"},
        Bad{section("<OperationsConfiguration><PluginModules/></OperationsConfiguration>"),
            "w:2: OperationsConfiguration/PluginModules: unknown element"},
        Bad{operations("MaxEnvelopeSizeKB='31'"),
            "w:2: OperationsConfiguration/@MaxEnvelopeSizeKB: must be a number between 32 and 4294967295, not '31'"},
        Bad{operations("MaxOperationTimeoutSeconds='0'"),
            "w:2: OperationsConfiguration/@MaxOperationTimeoutSeconds: must be a number between 1 and 4294967295, not "
            "'0'"},
        Bad{operations("MaxOperationTimeoutSeconds='4294967296'"),
            "w:2: OperationsConfiguration/@MaxOperationTimeoutSeconds: must be a number between 1 and 4294967295, not "
            "'4294967296'"},
        Bad{operations("MaxSubscribeIdleTimeoutSeconds='0'"),
            "w:2: OperationsConfiguration/@MaxSubscribeIdleTimeoutSeconds: must be a number between 1 and 4294967295, "
            "not '0'"},
        Bad{operations("MaxEnumerateIdleTimeoutSeconds='1' MaxEnumerationIdleTimeoutSeconds='1'"),
            "w:2: OperationsConfiguration/@MaxEnumerationIdleTimeoutSeconds: is another spelling of "
            "MaxEnumerateIdleTimeoutSeconds, which is there too"},
        Bad{operations("Colour='red'"), "w:2: OperationsConfiguration/@Colour: unknown attribute"},
        Bad{plugins("<Plugins/>"), "w:2: OperationsPlugins/Plugins: unknown element"},
        Bad{plugins(plugin() + "\n" + plugin()), "w:3: Plugin/@Name: another plug-in is called 'P', at w:2"},
        Bad{plugins(plugin("", "0")),
            "w:2: Capability/@Type: '0' is not one of Get, Put, Create, Delete, Invoke, Enumerate, Subscribe, Shell, "
            "Identify"}));

TEST(HostConfiguration, PluginsAreLimited) {
  const auto build = [](std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
      const auto n = std::to_string(i);
      all += "<Plugin Name='" + n + "' Filename='/p' SDKVersion='1'><Resources><Resource ResourceUri='a:" + n +
             "'><Capability Type='Shell'/></Resource></Resources></Plugin>";
    }
    return read(plugins(all)).error;
  };
  EXPECT_EQ(build(max_plugins), "");
  EXPECT_EQ(build(max_plugins + 1), "w:2: OperationsPlugins: has 65 Plugin elements, 64 at most");
}

class ApplicationFile : public Files {
 protected:
  Result<Settings> load_with(std::string_view xml, std::string_view more = "") {
    write("web.config", xml);
    return load(
        write("c.toml", with_application("configuration = \"" + folder_ + "/web.config\"\n" + std::string(more))));
  }
  std::string refusal(std::string_view xml, std::string_view more = "") {
    const auto settings = load_with(xml, more);
    EXPECT_FALSE(settings);
    auto text = settings ? "" : settings.error().message;
    for (auto at = text.find(folder_); at != std::string::npos; at = text.find(folder_)) text.erase(at, folder_.size());
    return text;
  }
  std::string whole(std::string_view attributes = "", std::string_view authorization = "") {
    return section("<OperationsConfiguration " + std::string(attributes) + "/>\n<PluginModules>" +
                   std::string(authorization) + "<OperationsPlugins>" + plugin("", "Shell", library("p.so")) +
                   "</OperationsPlugins></PluginModules>");
  }
};

TEST_F(ApplicationFile, ItsSettingsAndPluginsAreTheApplications) {
  const auto settings = load_with(whole("QuotaRefreshIntervalSeconds='5'",
                                        "<AuthorizationPlugin Name='roles' Filename='" + library("a.so") + "'/>"),
                                  "system_window_operations = 3\n[application.authorization]\naccounts = [\"guest\"]");
  ASSERT_TRUE(settings) << settings.error().message;
  const auto& application = settings->applications[0];
  EXPECT_EQ(application.refresh_interval, seconds(5));
  EXPECT_EQ(application.system_window_operations, 3U) << "said in the settings alone";
  EXPECT_EQ(application.max_envelope_size_kb, 150U) << "said nowhere: Windows' default";
  EXPECT_EQ(application.max_operation_timeout, seconds(60));
  EXPECT_EQ(application.enumeration_idle_timeout, seconds(60));
  EXPECT_EQ(application.max_shell_idle_timeout, minutes(15));
  EXPECT_EQ(application.authorization.name, "roles");
  EXPECT_EQ(application.authorization.accounts, std::vector<std::string>{"guest"});
  ASSERT_EQ(application.plugins.size(), 1U);
  EXPECT_EQ(application.plugins[0].source, folder_ + "/web.config");
}

TEST_F(ApplicationFile, AShellIdleTimeoutOfNothingIsThatOfTheService) {
  const auto settings = load_with(whole("MaxShellIdleTimeoutMinutes='0'"));
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->applications[0].max_shell_idle_timeout, std::nullopt);
}

TEST_F(ApplicationFile, AValueInBothFilesIsAnErrorThatNamesBoth) {
  EXPECT_EQ(refusal(whole("\nQuotaRefreshIntervalSeconds='5'"), "refresh_interval = \"5s\""),
            "/c.toml:8: application.refresh_interval: is said in /web.config:3, attribute QuotaRefreshIntervalSeconds, "
            "too");
  EXPECT_EQ(refusal(whole("MaxEnvelopeSizeKB='150'"), "max_envelope_size_kb = 150"),
            "/c.toml:8: application.max_envelope_size_kb: is said in /web.config:2, attribute MaxEnvelopeSizeKB, too");
}

TEST_F(ApplicationFile, ThereIsOneAuthorizationPlugin) {
  const auto authorization = "<AuthorizationPlugin Name='roles' Filename='" + library("a.so") + "'/>";
  EXPECT_EQ(
      refusal(whole("", authorization), "[application.authorization]\nname = \"n\"\nfile = \"" + folder_ + "/a.so\""),
      "/c.toml:8: application.authorization: there is an AuthorizationPlugin at /web.config:3: name, file and quota "
      "are said there");
  EXPECT_EQ(refusal(whole(), "[application.authorization]\naccounts = [\"guest\"]"),
            "/c.toml:8: application.authorization: has no name, and there is no AuthorizationPlugin in the file of "
            "`configuration`");
  EXPECT_EQ(refusal(whole("", authorization), "[application.authorization]\ndefault_quota_on_failure = true"),
            "/c.toml:8: application.authorization: default_quota_on_failure has no meaning without SupportsQuota at "
            "/web.config:3");
  EXPECT_EQ(
      refusal(whole("", authorization), "administrators = [\"boss\"]"),
      "/c.toml:8: application.administrators: has no meaning beside an authorization plug-in, which decides about "
      "that");
}

TEST_F(ApplicationFile, WithoutAnyPluginTheApplicationIsRefused) {
  EXPECT_EQ(refusal(section("")),
            "/c.toml:7: application.configuration: '/web.config' has no Plugin, and the application no other plug-in");
  EXPECT_TRUE(load_with(
      section(""), "[[application.plugin]]\nname = \"p\"\nfile = \"" + library("p.so") + "\"\nresources = [\"a:b\"]"));
}

TEST_F(ApplicationFile, MustBeThere) {
  const auto settings = load(write("c.toml", with_application("configuration = \"/nowhere/web.config\"")));
  ASSERT_FALSE(settings);
  EXPECT_TRUE(settings.error().message.ends_with(
      ":7: application.configuration: cannot open '/nowhere/web.config': No such file or directory"));
}

}  // namespace
}  // namespace winrmd::config
