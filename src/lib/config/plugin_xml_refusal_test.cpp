#include <gtest/gtest.h>

#include "lib/config/plugin_xml.hpp"
#include "lib/config/plugin_xml/testing.hpp"
#include "lib/config/sections.hpp"

namespace winrmd::config {
namespace {

using namespace testing;

struct Refused {
  std::string xml;
  std::string error;
};

class RefusedRegistration : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedRegistration, B22_NamesFileLineAndAttribute) {
  const auto plugin = read_plugin_xml(GetParam().xml, "p.xml");
  ASSERT_FALSE(plugin) << GetParam().xml;
  EXPECT_EQ(plugin.error().message, GetParam().error) << GetParam().xml;
}

INSTANTIATE_TEST_SUITE_P(
    Documents, RefusedRegistration,
    ::testing::Values(
        Refused{"", "p.xml:1: document: not valid XML: no element found at line 1, column 1"},
        Refused{"<a>\n<b", "p.xml:2: document: not valid XML: unclosed token at line 2, column 1"},
        Refused{"<!DOCTYPE a><a/>",
                "p.xml:1: document: not valid XML: a document type declaration is not allowed at line 1, column 12"},
        Refused{"<Plugin/>", "p.xml:1: PlugInConfiguration: the document is 'Plugin', not PlugInConfiguration"},
        Refused{
            "\n<PlugInConfiguration/>",
            "p.xml:2: PlugInConfiguration: must be in the namespace http://schemas.microsoft.com/wbem/wsman/1/config/"
            "PluginConfiguration, not in ''"},
        Refused{
            "<PlugInConfiguration xmlns='urn:x'/>",
            "p.xml:1: PlugInConfiguration: must be in the namespace http://schemas.microsoft.com/wbem/wsman/1/config/"
            "PluginConfiguration, not in 'urn:x'"},
        Refused{std::string("\xFF\xFE<", 3), "p.xml:1: document: bad UTF-16: odd number of bytes"},
        Refused{std::string(max_plugin_xml + 1, ' '), "p.xml:1: document: is larger than 1048576 bytes"}));

std::string root(std::string_view attributes) {
  return "<PlugInConfiguration " + std::string(plugin_xmlns) + "\n" + std::string(attributes) + ">" + one_resource() +
         "</PlugInConfiguration>";
}

INSTANTIATE_TEST_SUITE_P(
    Required, RefusedRegistration,
    ::testing::Values(
        Refused{root(""), "p.xml:1: PlugInConfiguration/@Name: is missing"},
        Refused{root("Name=''"), "p.xml:2: PlugInConfiguration/@Name: must not be empty"},
        Refused{root("Name=' &#10;'"), "p.xml:2: PlugInConfiguration/@Name: must not be empty"},
        Refused{root("Name='a&#10;b'"), "p.xml:2: PlugInConfiguration/@Name: must not hold control characters"},
        Refused{root("Name='n'\n"), "p.xml:1: PlugInConfiguration/@Filename: is missing"},
        Refused{root("Name='n'\nFilename=''"), "p.xml:3: PlugInConfiguration/@Filename: must not be empty"},
        Refused{root("Name='n' Filename='/p.so'"), "p.xml:1: PlugInConfiguration/@SDKVersion: is missing"},
        Refused{registration("", ""), "p.xml:1: PlugInConfiguration: has no Resources"},
        Refused{registration("", resources("")), "p.xml:2: Resources: has no Resource"},
        Refused{registration("", resources("<Resource/>")), "p.xml:2: Resource/@ResourceUri: is missing"},
        Refused{with_resource(""), "p.xml:2: Resource: has no Capability: nothing could be done with it"},
        Refused{with_resource("<Capability/>"), "p.xml:2: Capability/@Type: is missing"},
        Refused{with_resource("<Security Sddl='D:'/><Capability Type='Get'/>"), "p.xml:2: Security/@Uri: is missing"},
        Refused{with_resource("<Security Uri='http://a/b'/><Capability Type='Get'/>"),
                "p.xml:2: Security/@Sddl: is missing"}));

std::string file(std::string_view name) { return root("Name='n' SDKVersion='1' Filename='" + std::string(name) + "'"); }

INSTANTIATE_TEST_SUITE_P(
    Filename, RefusedRegistration,
    ::testing::Values(
        Refused{
            file("p.so"),
            "p.xml:2: PlugInConfiguration/@Filename: 'p.so' is not an absolute path (ERROR_WSMAN_INVALID_FILEPATH)"},
        Refused{file("C:\\p.dll"),
                "p.xml:2: PlugInConfiguration/@Filename: 'C:\\p.dll' is not an absolute path "
                "(ERROR_WSMAN_INVALID_FILEPATH)"},
        Refused{
            file("%windir%\\p.dll"),
            "p.xml:2: PlugInConfiguration/@Filename: '%windir%\\p.dll': winrmd's environment has no variable windir "
            "(ERROR_WSMAN_INVALID_FILEPATH)"},
        Refused{file("/" + std::string(4095, 'a')),
                "p.xml:2: PlugInConfiguration/@Filename: is longer than 4095 bytes"}));

INSTANTIATE_TEST_SUITE_P(
    Attributes, RefusedRegistration,
    ::testing::Values(
        Refused{root("Name='n' Filename='/p' SDKVersion='0'"),
                "p.xml:2: PlugInConfiguration/@SDKVersion: must be a number between 1 and 2, not '0'"},
        Refused{root("Name='n' Filename='/p' SDKVersion='3'"),
                "p.xml:2: PlugInConfiguration/@SDKVersion: must be a number between 1 and 2, not '3'"},
        Refused{root("Name='n' Filename='/p' SDKVersion='1.0'"),
                "p.xml:2: PlugInConfiguration/@SDKVersion: must be a number between 1 and 2, not '1.0'"},
        Refused{with_attributes("XmlRenderingType='Text'"),
                "p.xml:1: PlugInConfiguration/@XmlRenderingType: 'Text' is not one of text, XmlReader"},
        Refused{with_attributes("XmlRenderingType='1'"),
                "p.xml:1: PlugInConfiguration/@XmlRenderingType: '1' is not one of text, XmlReader"},
        Refused{with_attributes("Architecture='32'"),
                "p.xml:1: PlugInConfiguration/@Architecture: must be 64: plug-ins here are 64-bit libraries, not '32'"},
        Refused{with_attributes("Enabled='yes'"),
                "p.xml:1: PlugInConfiguration/@Enabled: 'yes' is not one of true, false, 1, 0"},
        Refused{with_attributes("UseSharedProcess=''"),
                "p.xml:1: PlugInConfiguration/@UseSharedProcess: '' is not one of true, false, 1, 0"},
        Refused{with_attributes("AutoRestart='True'"),
                "p.xml:1: PlugInConfiguration/@AutoRestart: 'True' is not one of true, false, 1, 0"},
        Refused{with_attributes("ProcessIdleTimeoutSec='1209601'"),
                "p.xml:1: PlugInConfiguration/@ProcessIdleTimeoutSec: must be a number between 0 and 1209600, not "
                "'1209601'"},
        Refused{
            with_attributes("ProcessIdleTimeoutSec='-1'"),
            "p.xml:1: PlugInConfiguration/@ProcessIdleTimeoutSec: must be a number between 0 and 1209600, not '-1'"},
        Refused{with_attributes("ProcessIdleTimeoutSec='99999999999999999999'"),
                "p.xml:1: PlugInConfiguration/@ProcessIdleTimeoutSec: must be a number between 0 and 1209600, not "
                "'99999999999999999999'"},
        Refused{with_attributes("RunAsUser='u' RunAsPassword='secret'"),
                "p.xml:1: PlugInConfiguration/@RunAsPassword: is not wanted: a plug-in runs as RunAsUser without a "
                "password, and none is kept. Remove it"},
        Refused{with_attributes("RunAsVirtualAccount='true'"),
                "p.xml:1: PlugInConfiguration/@RunAsVirtualAccount: must be false: there are no virtual accounts here; "
                "RunAsUser names a real one"},
        Refused{with_attributes("RunAsVirtualAccountGroups='g'"),
                "p.xml:1: PlugInConfiguration/@RunAsVirtualAccountGroups: must be empty: there are no virtual accounts "
                "here"},
        Refused{with_attributes("OutputBufferingMode='block'"),
                "p.xml:1: PlugInConfiguration/@OutputBufferingMode: 'block' is not one of Block, Drop"},
        Refused{with_attributes("\nColour='red'"), "p.xml:2: PlugInConfiguration/@Colour: unknown attribute"},
        Refused{with_attributes("xmlns:x='urn:x' x:Enabled='1'"),
                "p.xml:1: PlugInConfiguration/@x:Enabled: unknown attribute"},
        Refused{with_attributes("xml:space='preserve'"),
                "p.xml:1: PlugInConfiguration/@xml:space: unknown attribute"}));

INSTANTIATE_TEST_SUITE_P(
    Children, RefusedRegistration,
    ::testing::Values(
        Refused{with_children("<Colour/>"), "p.xml:2: PlugInConfiguration/Colour: unknown element"},
        Refused{with_children("<Quotas xmlns='urn:x'/>"), "p.xml:2: PlugInConfiguration/Quotas: unknown element"},
        Refused{with_children("words"), "p.xml:1: PlugInConfiguration: must not hold text"},
        Refused{with_children("<Quotas/>\n<Quotas/>"), "p.xml:3: PlugInConfiguration/Quotas: is there twice"},
        Refused{with_children(one_resource()), "p.xml:3: PlugInConfiguration/Resources: is there twice"},
        Refused{with_children("<InitializationParameters A='1'/>"),
                "p.xml:2: InitializationParameters/@A: unknown attribute"},
        Refused{with_children("<InitializationParameters><Parameter/></InitializationParameters>"),
                "p.xml:2: InitializationParameters/Parameter: unknown element"},
        Refused{with_children("<InitializationParameters><Param Value='1'/></InitializationParameters>"),
                "p.xml:2: Param/@Name: is missing"},
        Refused{with_children("<InitializationParameters><Param Name=''  Value='1'/></InitializationParameters>"),
                "p.xml:2: Param/@Name: must not be empty"},
        Refused{with_children("<InitializationParameters><Param Name='a'> </Param></InitializationParameters>"),
                "p.xml:2: Param/@Value: is missing, and the element is empty"},
        Refused{with_children("<InitializationParameters><Param Name='a' Value='1'\nvalue='2'/>"
                              "</InitializationParameters>"),
                "p.xml:3: Param/@value: is another spelling of Value, which is there too"},
        Refused{with_children("<InitializationParameters><Param Name='a' Value='1' C='2'/></InitializationParameters>"),
                "p.xml:2: Param/@C: unknown attribute"}));

INSTANTIATE_TEST_SUITE_P(
    Resources, RefusedRegistration,
    ::testing::Values(
        Refused{registration("", resources("<Resource ResourceUri='no'><Capability Type='Get'/></Resource>")),
                "p.xml:2: Resource/@ResourceUri: 'no' is no URI"},
        Refused{registration("", resources("<Resource ResourceUri='a:b'\nResourceURI='a:b'/>")),
                "p.xml:3: Resource/@ResourceURI: is another spelling of ResourceUri, which is there too"},
        Refused{registration("", resources("<Resource ResourceUri='a:b' SupportsOptions='1' SupportOptions='1'/>")),
                "p.xml:2: Resource/@SupportOptions: is another spelling of SupportsOptions, which is there too"},
        Refused{registration("", resources("<Resource ResourceUri='a:b'><Capability Type='Get'/></Resource>\n"
                                           "<Resource ResourceUri='A:B'><Capability Type='Get'/></Resource>")),
                "p.xml:3: Resource/@ResourceUri: 'A:B' belongs to a plug-in already, at p.xml:2"},
        Refused{with_resource("<Capability Type='8'/>"),
                "p.xml:2: Capability/@Type: '8' is not one of Get, Put, Create, Delete, Invoke, Enumerate, Subscribe, "
                "Shell, Identify"},
        Refused{with_resource("<Capability Type='Get'/>\n<Capability Type='Get'/>"),
                "p.xml:3: Capability/@Type: 'Get' is there twice"},
        Refused{with_resource("<Capability Type='Shell'/>\n<Capability Type='Get'/>"),
                "p.xml:3: Capability/@Type: 'Shell' excludes every other capability of the resource"},
        Refused{with_resource("<Capability Type='Get'/>\n<Capability Type='Shell'/>"),
                "p.xml:3: Capability/@Type: 'Shell' excludes every other capability of the resource"},
        Refused{with_resource("<Capability Type='Get'>x</Capability>"), "p.xml:2: Capability: must not hold text"},
        Refused{with_resource("<Capability Type='Get'/><Filter/>"), "p.xml:2: Resource/Filter: unknown element"},
        Refused{with_resource("<Capability Type='Get'/>\n<Security Uri='http://a' Sddl='D:'/>"),
                "p.xml:3: Security/@Uri: 'http://a' does not begin with the resource's 'http://a/b'"},
        Refused{with_resource("<Capability Type='Get'/>\n<Security Uri='http://a/b c' Sddl='D:'/>"),
                "p.xml:3: Security/@Uri: 'http://a/b c' is no URI"},
        Refused{with_resource("<Capability Type='Get'/><Security Uri='http://a/b' Sddl='D:'/>\n"
                              "<Security Uri='http://A/b' Sddl='D:'/>"),
                "p.xml:3: Security/@Uri: 'http://A/b' has a security descriptor already"},
        Refused{with_resource("<Capability Type='Get'/><Security Uri='http://a/b' Sddl='D:' ExactMatch='2'/>"),
                "p.xml:2: Security/@ExactMatch: '2' is not one of true, false, 1, 0"}));

INSTANTIATE_TEST_SUITE_P(
    Quotas, RefusedRegistration,
    ::testing::Values(
        Refused{with_children("<Quotas MaxConcurrentUsers='0'/>"),
                "p.xml:2: Quotas/@MaxConcurrentUsers: must be a number between 1 and 4294967295, not '0'"},
        Refused{with_children("<Quotas MaxShells='4294967296'/>"),
                "p.xml:2: Quotas/@MaxShells: must be a number between 1 and 4294967295, not '4294967296'"},
        Refused{with_children("<Quotas MaxMemoryPerShellMB='4'/>"),
                "p.xml:2: Quotas/@MaxMemoryPerShellMB: must be a number between 5 and 4294967295, not '4'"},
        Refused{with_children("<Quotas IdleTimeoutms='999'/>"),
                "p.xml:2: Quotas/@IdleTimeoutms: must be a number between 1000 and 4294967295, not '999'"},
        Refused{with_children("<Quotas IdleTimeoutms='2000'\nMaxIdleTimeoutms='1999'/>"),
                "p.xml:2: Quotas/@IdleTimeoutms: must not be more than MaxIdleTimeoutms, 1999"},
        Refused{with_children("<Quotas MaxShellsPerUsers='1'/>"),
                "p.xml:2: Quotas/@MaxShellsPerUsers: unknown attribute"},
        Refused{with_children("<Quotas><a/></Quotas>"), "p.xml:2: Quotas/a: unknown element"}));

// Flags are for some capabilities; each of the others refuses them.
TEST(PluginXml, B22_FlagsAreForTheCapabilitiesThatHaveThem) {
  const auto accepts = [](std::string_view type, std::string_view flag) {
    return read_plugin_xml(
               with_resource("<Capability Type='" + std::string(type) + "' " + std::string(flag) + "='true'/>"),
               "p.xml")
        .has_value();
  };
  for (const auto type : {"Get", "Put", "Create", "Delete", "Invoke", "Enumerate", "Subscribe", "Shell", "Identify"}) {
    const std::string_view name(type);
    EXPECT_EQ(accepts(name, "SupportsFragment"),
              name == "Get" || name == "Put" || name == "Create" || name == "Delete");
    EXPECT_EQ(accepts(name, "SupportsFiltering"), name == "Enumerate" || name == "Subscribe") << name;
  }
  EXPECT_EQ(read_plugin_xml(with_resource("<Capability Type='Shell' SupportsFragment='1'/>"), "p").error().message,
            "p:2: Capability/@SupportsFragment: is for Get, Put, Create and Delete");
  EXPECT_EQ(read_plugin_xml(with_resource("<Capability Type='Get' SupportsFiltering='1'/>"), "p").error().message,
            "p:2: Capability/@SupportsFiltering: is for Enumerate and Subscribe");
}

bool accepted(const std::string& xml) { return read_plugin_xml(xml, "p").has_value(); }

TEST(PluginXml, TextsAreLimited) {
  const auto named = [](std::size_t size) {
    return root("Name='" + std::string(size, 'a') + "' Filename='/p' SDKVersion='1'");
  };
  EXPECT_TRUE(accepted(named(max_plugin_name)));
  EXPECT_FALSE(accepted(named(max_plugin_name + 1)));
  const auto at = [](std::size_t size) {
    const auto uri = "http://a/b" + std::string(size - 10, 'c');
    return with_resource("<Capability Type='Get'/><Security Uri='" + uri + "' Sddl='D:'/>");
  };
  EXPECT_TRUE(accepted(at(max_plugin_uri)));
  EXPECT_FALSE(accepted(at(max_plugin_uri + 1)));
  EXPECT_FALSE(accepted(at(max_plugin_xml - 1000)));
}

TEST(PluginXml, ListsAreLimited) {
  const auto resources_of = [](std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
      all += "<Resource ResourceUri='a:" + std::to_string(i) + "'><Capability Type='Get'/></Resource>";
    }
    return registration("", resources(all));
  };
  EXPECT_TRUE(accepted(resources_of(max_resources)));
  EXPECT_FALSE(accepted(resources_of(max_resources + 1)));
  EXPECT_FALSE(accepted(resources_of(10'000)));
  const auto security_of = [](std::size_t count) {
    std::string all = "<Capability Type='Get'/>";
    for (std::size_t i = 0; i < count; ++i) all += "<Security Uri='http://a/b" + std::to_string(i) + "' Sddl='D:'/>";
    return with_resource(all);
  };
  EXPECT_TRUE(accepted(security_of(max_plugin_security)));
  EXPECT_FALSE(accepted(security_of(max_plugin_security + 1)));
  EXPECT_FALSE(accepted(security_of(10'000)));
}

TEST(PluginXml, WhatStartupGetsIsLimited) {
  const std::size_t around = std::string_view(
                                 "<InitializationParameters><Param Name=\"n\" Value=\"\"/>"
                                 "</InitializationParameters>")
                                 .size();
  const auto with_value = [](std::size_t size) {
    return with_children("<InitializationParameters><Param Name='n' Value='" + std::string(size, 'v') +
                         "'/></InitializationParameters>");
  };
  EXPECT_TRUE(accepted(with_value(max_plugin_initialization - around)));
  EXPECT_FALSE(accepted(with_value(max_plugin_initialization - around + 1)));
}

}  // namespace
}  // namespace winrmd::config
