#include <gtest/gtest.h>

#include "lib/config/plugin_xml.hpp"
#include "lib/config/plugin_xml/testing.hpp"
#include "lib/xml/document.hpp"

namespace winrmd::config {
namespace {

using namespace testing;

std::string startup_text(std::string_view parameters) {
  const auto plugin = read_plugin_xml(
      with_children("<InitializationParameters>" + std::string(parameters) + "</InitializationParameters>"), "f");
  EXPECT_TRUE(plugin) << plugin.error().message;
  return plugin ? plugin->initialization_xml : "";
}

std::string with_params(std::string_view params) {
  return "<InitializationParameters>" + std::string(params) + "</InitializationParameters>";
}

TEST(InitializationParameters, B23_AreAnElementWithoutPrefix) {
  EXPECT_EQ(startup_text(""), with_params(""));
  EXPECT_EQ(startup_text("\n <Param Value = 'v'\n Name='n'></Param> <!-- c -->"),
            with_params("<Param Name=\"n\" Value=\"v\"/>"));
  const auto prefixed = read_plugin_xml(
      "<p:PlugInConfiguration xmlns:p='http://schemas.microsoft.com/wbem/wsman/1/config/PluginConfiguration' Name='n' "
      "Filename='/p' SDKVersion='1'><p:InitializationParameters><p:Param Name='a' Value='b'/>"
      "</p:InitializationParameters><p:Resources><p:Resource ResourceUri='a:b'><p:Capability "
      "Type='Shell'/></p:Resource>"
      "</p:Resources></p:PlugInConfiguration>",
      "f");
  ASSERT_TRUE(prefixed) << prefixed.error().message;
  EXPECT_EQ(prefixed->initialization_xml, with_params("<Param Name=\"a\" Value=\"b\"/>"));
}

TEST(InitializationParameters, BothSpellingsBecomeTheSchemas) {
  EXPECT_EQ(startup_text("<Param name='a' value='b'/><Param name='c' Value='d'/>"),
            with_params("<Param Name=\"a\" Value=\"b\"/><Param Name=\"c\" Value=\"d\"/>"));
}

// PowerShell keeps a document in a Value, escaped once more.
TEST(InitializationParameters, DoublyEscapedXmlStaysSo) {
  const std::string value = "&lt;SessionConfigurationData&gt;&lt;Param Value='&amp;lt;x/&amp;gt;'/&gt;";
  EXPECT_EQ(startup_text("<Param Name='SessionConfigurationData' Value=\"" + value + "\"/>"),
            with_params("<Param Name=\"SessionConfigurationData\" Value=\"" + value + "\"/>"));
  EXPECT_EQ(startup_text("<Param Name='n' Value='a&#10;&#13;&#9;\"&quot;&amp;amp;'/>"),
            with_params("<Param Name=\"n\" Value=\"a&#10;&#xD;&#9;&quot;&quot;&amp;amp;\"/>"));
}

TEST(InitializationParameters, ContentOfAParamIsVerbatim) {
  EXPECT_EQ(startup_text("<Param Name='P'> a &amp; <![CDATA[<b>]]> <!-- c --> </Param>"),
            with_params("<Param Name=\"P\"> a &amp; <![CDATA[<b>]]> <!-- c --> </Param>"));
  const auto text = startup_text("<Param Name='PrivateData' Value='v'><App  x = '1'>t<y/></App >, <z/></Param>");
  const std::string ns = std::string(" ") + std::string(plugin_xmlns);
  EXPECT_EQ(text, with_params("<Param Name=\"PrivateData\" Value=\"v\"><App" + ns + "  x = '1'>t<y/></App >, <z" + ns +
                              "/></Param>"));
}

// Prefixes of the document around it are declared where they are used.
TEST(InitializationParameters, ContentOfAParamMeansWhatItMeant) {
  const auto plugin = read_plugin_xml(
      "<p:PlugInConfiguration xmlns:p='http://schemas.microsoft.com/wbem/wsman/1/config/PluginConfiguration' "
      "xmlns:q='urn:q' Name='n' Filename='/p' SDKVersion='1'><p:InitializationParameters><p:Param Name='a'><q:x "
      "t='p:y'>"
      "<none/></q:x></p:Param></p:InitializationParameters><p:Resources><p:Resource ResourceUri='a:b'><p:Capability "
      "Type='Shell'/></p:Resource></p:Resources></p:PlugInConfiguration>",
      "f");
  ASSERT_TRUE(plugin) << plugin.error().message;
  for (const auto& text :
       {plugin->initialization_xml, read_plugin_xml(write_plugin_xml(*plugin), "g").value().initialization_xml}) {
    const auto document = xml::Document::parse(text);
    ASSERT_TRUE(document) << text;
    const auto& content = *document->root().children[0]->children[0];
    EXPECT_TRUE(content.is("urn:q", "x")) << text;
    EXPECT_TRUE(content.children[0]->is("", "none")) << text;
    EXPECT_TRUE(text.contains("xmlns:p=")) << text;
  }
}

}  // namespace
}  // namespace winrmd::config
