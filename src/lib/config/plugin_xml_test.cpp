#include "lib/config/plugin_xml.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "lib/config/plugin_xml/testing.hpp"
#include "lib/text/utf.hpp"

namespace winrmd::config {
namespace {

using std::chrono::milliseconds;
using namespace testing;

Plugin read(std::string_view text) {
  auto plugin = read_plugin_xml(text, "f.xml");
  EXPECT_TRUE(plugin) << plugin.error().message << "\n" << text;
  return plugin.value_or(Plugin{});
}

// As Windows and PowerShell write them: all attributes, in another order, a prefix, blanks, both spellings.
constexpr std::string_view whole = R"xml(<?xml version="1.0" encoding="utf-8"?>
<!-- a plug-in -->
<cfg:PlugInConfiguration xmlns:cfg="http://schemas.microsoft.com/wbem/wsman/1/config/PluginConfiguration"
    Name="microsoft.example" Filename=" /usr/lib/example.so " SDKVersion="2" XmlRenderingType="XmlReader"
    Architecture="64" Enabled="FALSE_HERE" UseSharedProcess="1" AutoRestart="true" ProcessIdleTimeoutSec="1209600"
    RunAsUser=".\worker" RunAsPassword="" RunAsVirtualAccount="0" RunAsVirtualAccountGroups="" OutputBufferingMode="Drop"
    xml:lang="en-US">
  <cfg:Quotas MaxConcurrentUsers="1" MaxConcurrentOperationsPerUser="2" MaxConcurrentOperations="3" MaxShells="4"
      MaxShellsPerUser="5" MaxConcurrentCommandsPerShell="6" MaxProcessesPerShell="7" MaxMemoryPerShellMB="8"
      IdleTimeoutms="9000" MaxIdleTimeoutms="10000"/>
  <cfg:Resources>
    <cfg:Resource ResourceURI="http://example/data" SupportOptions="true" ExactMatch="true">
      <cfg:Security Uri="http://example/data" Sddl="O:NSG:BAD:P(A;;GA;;;BA)" ExactMatch="true"/>
      <cfg:Capability Type="Get" SupportsFragment="true"/>
      <cfg:Capability Type="Enumerate" SupportsFiltering="1"></cfg:Capability>
      <cfg:Capability Type="Identify"/>
    </cfg:Resource>
    <cfg:Resource ResourceUri="http://example/shell">
      <cfg:Capability Type="Shell"/>
      <cfg:Security Uri="HTTP://example/shell/deep" Sddl="O:NSG:BAD:P(A;;GX;;;AU)"/>
    </cfg:Resource>
  </cfg:Resources>
  <cfg:InitializationParameters>
    <cfg:Param Name="A" Value="1 &lt; 2&#10;"/>
    <cfg:Param name="b" value=""/>
  </cfg:InitializationParameters>
</cfg:PlugInConfiguration>
)xml";

std::string whole_document() {
  std::string text(whole);
  return text.replace(text.find("FALSE_HERE"), 10, "false");
}

TEST(PluginXml, B22_EveryAttributeReachesThePlugin) {
  const auto plugin = read(whole_document());
  EXPECT_EQ(plugin.name, "microsoft.example");
  EXPECT_EQ(plugin.file, "/usr/lib/example.so");
  EXPECT_EQ(plugin.sdk_version, 2U);
  EXPECT_FALSE(plugin.enabled);
  EXPECT_TRUE(plugin.shared_process);
  EXPECT_TRUE(plugin.auto_restart);
  EXPECT_EQ(plugin.process_idle_timeout, milliseconds(1'209'600'000));
  EXPECT_EQ(plugin.run_as_user, "worker");
  EXPECT_EQ(plugin.output_buffering, OutputBuffering::drop);
  EXPECT_EQ(plugin.language, "en-US");
  EXPECT_EQ(plugin.source, "f.xml");
  const auto security = [](std::string_view uri, std::string_view sddl, bool exact) {
    return ResourceSecurity{.uri = std::string(uri), .sddl = std::string(sddl), .exact_match = exact};
  };
  ASSERT_EQ(plugin.resources.size(), 2U);
  EXPECT_EQ(plugin.resources[0],
            (Resource{.uri = "http://example/data",
                      .exact_match = true,
                      .supports_options = true,
                      .capabilities = {{.type = Capability::get, .supports_fragment = true},
                                       {.type = Capability::enumerate, .supports_filtering = true},
                                       {.type = Capability::identify}},
                      .security = {security("http://example/data", "O:NSG:BAD:P(A;;GA;;;BA)", true)}}));
  EXPECT_EQ(plugin.resources[1],
            (Resource{.uri = "http://example/shell",
                      .exact_match = false,
                      .supports_options = false,
                      .capabilities = {{.type = Capability::shell}},
                      .security = {security("HTTP://example/shell/deep", "O:NSG:BAD:P(A;;GX;;;AU)", false)}}));
  EXPECT_EQ(plugin.quotas, (PluginQuotas{.max_concurrent_users = 1,
                                         .max_operations_per_user = 2,
                                         .max_operations = 3,
                                         .max_shells_per_user = 5,
                                         .max_shells = 4,
                                         .max_commands_per_shell = 6,
                                         .max_processes_per_shell = 7,
                                         .max_memory_per_shell_mb = 8,
                                         .idle_timeout = milliseconds(9000),
                                         .max_idle_timeout = milliseconds(10'000)}));
}

TEST(PluginXml, B22_AbsentAttributesHaveWindowsDefaults) {
  const auto plugin = read(with_attributes(""));
  Plugin expected{.name = "n",
                  .file = "/p.so",
                  .resources = {{.uri = "http://a/b", .exact_match = false, .supports_options = false}},
                  .parameters = {}};
  expected.source = "f.xml";
  EXPECT_EQ(plugin, expected);
  EXPECT_TRUE(plugin.enabled);
  EXPECT_FALSE(plugin.shared_process || plugin.auto_restart);
  EXPECT_EQ(plugin.process_idle_timeout, milliseconds(0));
  EXPECT_EQ(plugin.output_buffering, OutputBuffering::block);
  EXPECT_EQ(plugin.initialization_xml, "") << "no element: Startup gets NULL";
}

TEST(PluginXml, B22_QuotasAreWindowsDefaultsOnlyWhereTheElementIs) {
  EXPECT_EQ(read(with_attributes("")).quotas, PluginQuotas{}) << "no limits of its own";
  EXPECT_EQ(read(with_children("<Quotas/>")).quotas, (PluginQuotas{.max_concurrent_users = 5,
                                                                   .max_operations_per_user = 15,
                                                                   .max_operations = 1500,
                                                                   .max_shells_per_user = 5,
                                                                   .max_shells = 25,
                                                                   .max_commands_per_shell = 15,
                                                                   .max_processes_per_shell = 15,
                                                                   .max_memory_per_shell_mb = 1024,
                                                                   .idle_timeout = milliseconds(180'000),
                                                                   .max_idle_timeout = milliseconds(180'000)}));
}

TEST(PluginXml, OneIdleTimeoutAloneDoesNotContradictTheOthersDefault) {
  const auto longer = read(with_children("<Quotas IdleTimeoutms=\"7200000\"/>")).quotas;
  EXPECT_EQ(longer.idle_timeout, milliseconds(7'200'000));
  EXPECT_EQ(longer.max_idle_timeout, milliseconds(7'200'000));
  const auto shorter = read(with_children("<Quotas MaxIdleTimeoutms=\"60000\"/>")).quotas;
  EXPECT_EQ(shorter.idle_timeout, milliseconds(60'000));
  EXPECT_EQ(shorter.max_idle_timeout, milliseconds(60'000));
}

// What PowerShell writes for a session configuration.
TEST(PluginXml, TheGreatestQuotaIsNone) {
  const auto quotas = read(with_children("<Quotas MaxIdleTimeoutms=\"2147483647\" MaxConcurrentUsers=\"2147483647\" "
                                         "IdleTimeoutms=\"7200000\" MaxShells=\"4294967295\"/>"))
                          .quotas;
  EXPECT_EQ(quotas.max_idle_timeout, std::nullopt);
  EXPECT_EQ(quotas.idle_timeout, milliseconds(7'200'000));
  EXPECT_EQ(quotas.max_concurrent_users, unlimited);
  EXPECT_GE(quotas.max_shells, unlimited);
}

TEST(PluginXml, EveryCapabilityIsKnown) {
  const std::vector<std::pair<std::string, Capability>> types{{"Get", Capability::get},
                                                              {"Put", Capability::put},
                                                              {"Create", Capability::create},
                                                              {"Delete", Capability::remove},
                                                              {"Invoke", Capability::invoke},
                                                              {"Enumerate", Capability::enumerate},
                                                              {"Subscribe", Capability::subscribe},
                                                              {"Shell", Capability::shell},
                                                              {"Identify", Capability::identify}};
  for (const auto& [name, type] : types) {
    const auto plugin = read(with_resource("<Capability Type=\"" + name + "\"/>"));
    ASSERT_EQ(plugin.resources.size(), 1U) << name;
    EXPECT_EQ(plugin.resources[0].capabilities, (std::vector<ResourceCapability>{{.type = type}})) << name;
  }
}

TEST(PluginXml, ChildrenComeInAnyOrder) {
  const std::string parts[] = {"<InitializationParameters/>", one_resource(), "<Quotas/>"};
  const auto first = read(registration("", parts[0] + parts[1] + parts[2]));
  EXPECT_EQ(read(registration("", parts[2] + parts[1] + parts[0])), first);
  EXPECT_EQ(read(registration("", parts[1] + parts[0] + parts[2])), first);
  EXPECT_EQ(first.initialization_xml, "<InitializationParameters></InitializationParameters>");
}

TEST(PluginXml, FilenameMayHoldVariables) {
  ::setenv("WINRMD_TEST_FOLDER", "/usr/lib", 1);
  const auto file_of = [](std::string_view name) {
    return read("<PlugInConfiguration " + std::string(plugin_xmlns) + " Name=\"n\" SDKVersion=\"1\" Filename=\"" +
                std::string(name) + "\">" + one_resource() + "</PlugInConfiguration>")
        .file;
  };
  EXPECT_EQ(file_of("%WINRMD_TEST_FOLDER%/p.so"), "/usr/lib/p.so");
  EXPECT_EQ(file_of("/opt%WINRMD_TEST_FOLDER%%WINRMD_TEST_FOLDER%/p.so"), "/opt/usr/lib/usr/lib/p.so");
  EXPECT_EQ(file_of("/100%/$HOME/50%.so"), "/100%/$HOME/50%.so") << "no names: percent signs and dollars";
}

TEST(PluginXml, AUtf16DocumentIsRead) {
  auto text = whole_document();
  text.replace(text.find("utf-8"), 5, "utf-16");
  const auto expected = read(text);
  const auto units = text::to_utf16(text).value();
  std::string little("\xFF\xFE");
  std::string big("\xFE\xFF");
  for (const char16_t unit : units) {
    little += {static_cast<char>(unit & 0xFFU), static_cast<char>(unit >> 8U)};
    big += {static_cast<char>(unit >> 8U), static_cast<char>(unit & 0xFFU)};
  }
  EXPECT_EQ(read(little), expected);
  EXPECT_EQ(read(big), expected);
  EXPECT_EQ(read("\xEF\xBB\xBF" + text), expected);
  EXPECT_EQ(read_plugin_xml(little.substr(0, little.size() - 1), "f").error().message.substr(0, 4), "f:1:");
}

class RoundTrip : public ::testing::TestWithParam<std::string> {};

TEST_P(RoundTrip, GivesTheSamePlugin) {
  auto plugin = read(GetParam());
  const auto written = write_plugin_xml(plugin);
  EXPECT_EQ(read(written), plugin) << written;
  EXPECT_EQ(write_plugin_xml(read(written)), written);
}

INSTANTIATE_TEST_SUITE_P(
    Documents, RoundTrip,
    ::testing::Values(
        whole_document(), with_attributes(""), with_children("<Quotas/>"),
        with_children("<Quotas MaxShells=\"4294967295\" IdleTimeoutms=\"2147483647\"/>"),
        with_children("<InitializationParameters/>"),
        with_children("<InitializationParameters><Param Name='a&quot;&#9;&#10;&#13;' "
                      "Value='&lt;&amp;&gt; ä €'/></InitializationParameters>"),
        with_children("<InitializationParameters><Param Name='P'><x xmlns:q='u' q:t='v'>&lt;<!-- c --><y/>"
                      "<![CDATA[<z>]]></x> text </Param></InitializationParameters>"),
        with_children("<InitializationParameters><Param Name='P'><x xmlns=''><q:y xmlns:q='u'><z/></q:y></x></Param>"
                      "</InitializationParameters>")));

TEST(PluginXml, WhatTomlSaysIsWrittenToo) {
  Plugin plugin{.name = "n&", .file = "/p.so", .resources = {{.uri = "http://a/b"}}, .parameters = {{"k", "<v>"}}};
  plugin.process_idle_timeout = milliseconds(1500);
  plugin.quotas.max_shells = 3;
  const auto again = read(write_plugin_xml(plugin));
  EXPECT_EQ(again.name, "n&");
  EXPECT_EQ(again.initialization_xml,
            "<InitializationParameters><Param Name=\"k\" Value=\"&lt;v&gt;\"/></InitializationParameters>");
  EXPECT_EQ(again.process_idle_timeout, milliseconds(2000)) << "whole seconds, rather longer";
  EXPECT_EQ(again.quotas, plugin.quotas);
}

TEST(PluginXml, SupportsOptionsIsWrittenOnlyWhenTrue) {
  const auto plugin = read(with_attributes(""));
  EXPECT_FALSE(write_plugin_xml(plugin).contains("SupportsOptions"));
  auto with = plugin;
  with.resources[0].supports_options = true;
  EXPECT_TRUE(write_plugin_xml(with).contains("SupportsOptions=\"true\""));
}

TEST(PluginXml, EnabledIsSwitchedAndNothingElseTouched) {
  const std::string before =
      "<!-- Enabled=\"x\" --><p:PlugInConfiguration\n xmlns:p='http://schemas.microsoft.com/wbem/"
      "wsman/1/config/PluginConfiguration' A = \"Enabled='true'\"\tEnabled  =\n'";
  const std::string after = "' >\n<!-- ä --></p:PlugInConfiguration  >\n";
  EXPECT_EQ(set_enabled(before + "true" + after, false), before + "false" + after);
  EXPECT_EQ(set_enabled(before + "0" + after, true), before + "true" + after);
  EXPECT_EQ(set_enabled("\xEF\xBB\xBF" + before + "0" + after, true), "\xEF\xBB\xBF" + before + "true" + after);
  const auto absent = with_attributes("");
  EXPECT_EQ(set_enabled(absent, true), absent);
  const auto off = set_enabled(absent, false);
  ASSERT_TRUE(off);
  EXPECT_EQ(off->size(), absent.size() + std::string_view(" Enabled=\"false\"").size());
  EXPECT_FALSE(read(*off).enabled);
  EXPECT_TRUE(read(set_enabled(*off, true).value()).enabled);
}

TEST(PluginXml, EnabledIsSwitchedInUtf16AsWell) {
  std::string bytes("\xFE\xFF");
  for (const char c : with_attributes("Enabled='1'")) bytes += {'\0', c};
  const auto off = set_enabled(bytes, false);
  ASSERT_TRUE(off);
  EXPECT_TRUE(off->starts_with("\xFE\xFF"));
  EXPECT_FALSE(read(*off).enabled);
  EXPECT_EQ(set_enabled(*off, true)->size(), bytes.size() + 6) << "`true` for `1`";
}

TEST(PluginXml, EnabledIsNotSwitchedInOtherDocuments) {
  EXPECT_FALSE(set_enabled("", true));
  EXPECT_FALSE(set_enabled("<a/>", true));
  EXPECT_FALSE(set_enabled("<PlugInConfiguration/>", true)) << "no namespace";
  EXPECT_FALSE(set_enabled(std::string(max_plugin_xml + 1, ' '), true));
}

}  // namespace
}  // namespace winrmd::config
