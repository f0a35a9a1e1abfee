// The envelope of a fault, as clients take it apart.
#include "lib/soap/fault.hpp"

#include <gtest/gtest.h>

#include "lib/soap/names.hpp"
#include "lib/xml/document.hpp"

namespace winrmd::soap {
namespace {

constexpr std::string_view open =
    R"(<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope")"
    R"( xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer")"
    R"( xmlns:e="http://schemas.xmlsoap.org/ws/2004/08/eventing" xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration")"
    R"( xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd">)";
constexpr std::string_view to = "<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>";

std::string serialized(const Fault& fault) { return serialize_fault(fault, "uuid:REQ", "srv.example.test", "ANS"); }

// What stands between <s:Detail> and </s:Detail>.
std::string detail(const Fault& fault) {
  const auto text = serialized(fault);
  const auto begin = text.find("<s:Detail>") + 10;
  return text.substr(begin, text.find("</s:Detail>") - begin);
}

const xml::Element* descend(const xml::Document& document, std::initializer_list<std::string_view> names) {
  const xml::Element* element = &document.root();
  for (const auto name : names) {
    const xml::Element* next = nullptr;
    for (const auto* child : element->children) {
      if (child->local == name) next = child;
    }
    if (!next) return nullptr;
    element = next;
  }
  return element;
}

TEST(Fault, HasTheShapeOfWindows) {
  EXPECT_EQ(
      serialized(make_fault(2150858811)),
      std::string(open) +
          "<s:Header><a:Action>http://schemas.xmlsoap.org/ws/2004/08/addressing/fault</a:Action>"
          "<a:MessageID>uuid:ANS</a:MessageID>" +
          std::string(to) +
          "<a:RelatesTo>uuid:REQ</a:RelatesTo></s:Header><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value>"
          "<s:Subcode><s:Value>a:DestinationUnreachable</s:Value></s:Subcode></s:Code>"
          "<s:Reason><s:Text xml:lang=\"en-US\">No resource is registered under the given resource "
          "URI.</s:Text></s:Reason>"
          "<s:Detail><w:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/InvalidResourceURI</"
          "w:FaultDetail>"
          "<f:WSManFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\" Code=\"2150858811\" "
          "Machine=\"srv.example.test\"><f:Message>No resource is registered under the given resource URI.</f:Message>"
          "</f:WSManFault></s:Detail></s:Fault></s:Body></s:Envelope>");
}

TEST(Fault, LeavesRelatesToOutWhereTheRequestHadNoId) {
  const auto text = serialize_fault(make_fault(5), "", "h", "ANS");
  EXPECT_EQ(text.find("RelatesTo"), std::string::npos);
  EXPECT_NE(text.find(std::string(to) + "</s:Header>"), std::string::npos);
}

TEST(Fault, SaysWhatItWasTold) {
  auto fault = make_fault(5, "Not on Sundays.");
  EXPECT_NE(serialized(fault).find("<s:Text xml:lang=\"en-US\">Not on Sundays.</s:Text>"), std::string::npos);
  EXPECT_NE(serialized(fault).find("<f:Message>Not on Sundays.</f:Message>"), std::string::npos);
  fault.reason = "No.";
  EXPECT_NE(serialized(fault).find("<s:Text xml:lang=\"en-US\">No.</s:Text>"), std::string::npos);
  EXPECT_NE(serialized(fault).find("<f:Message>Not on Sundays.</f:Message>"), std::string::npos);
  fault.fault_detail = "InvalidTimeout";
  EXPECT_NE(serialized(fault).find("faultDetail/InvalidTimeout</w:FaultDetail>"), std::string::npos);
}

TEST(Fault, NamesTheBlocksThatAreNotUnderstood) {
  auto fault = make_fault(2150858768);
  fault.not_understood = {{"urn:a&b", "Ledger"}, {"", "Plain"}};
  const auto text = serialized(fault);
  EXPECT_NE(text.find("<a:MessageID>uuid:ANS</a:MessageID><s:NotUnderstood qname=\"q:Ledger\" xmlns:q=\"urn:a&amp;b\"/>"
                      "<s:NotUnderstood qname=\"Plain\"/><a:To>"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("<s:Code><s:Value>s:MustUnderstand</s:Value></s:Code>"), std::string::npos);
  EXPECT_EQ(text.find("Detail"), std::string::npos);
  EXPECT_NE(text.find("<a:Action>http://schemas.xmlsoap.org/ws/2004/08/addressing/fault</a:Action>"),
            std::string::npos);
}

TEST(Fault, OffersTheRightSoapVersion) {
  const auto text = serialized(make_fault(2150858765));
  EXPECT_NE(text.find("<s:Upgrade><s:SupportedEnvelope qname=\"s:Envelope\"/></s:Upgrade>"), std::string::npos);
  EXPECT_NE(text.find("<s:Code><s:Value>s:VersionMismatch</s:Value></s:Code>"), std::string::npos);
  EXPECT_NE(text.find("Code=\"2150858765\""), std::string::npos);
}

TEST(Fault, DeclaresThePrefixOfEverySubcode) {
  const auto document = xml::Document::parse(serialized(make_fault(0x80338137)));
  ASSERT_TRUE(document);
  const auto* value = descend(*document, {"Body", "Fault", "Code", "Subcode", "Value"});
  ASSERT_NE(value, nullptr);
  EXPECT_EQ(value->text, "b:PolymorphismModeNotSupported");
  EXPECT_EQ(document->fragment(*value).find("<s:Value xmlns:s="), 0U);
  EXPECT_NE(document->fragment(*value).find("xmlns:b=\"http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd\""),
            std::string::npos);
}

TEST(Quota, HasTheFormThatClientsLookFor) {
  struct Case {
    std::uint32_t code;
    std::string_view soap;
    std::string_view hex;
  };
  const Case cases[] = {
      {2150859174, "<s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:InternalError</s:Value>", "0x803381a6"},
      {2150859173, "<s:Value>s:Sender</s:Value><s:Subcode><s:Value>w:QuotaLimit</s:Value>", "0x803381a5"}};
  for (const auto& c : cases) {
    const auto text = serialized(make_fault(c.code, "Enough <is> enough."));
    EXPECT_NE(text.find(c.soap), std::string::npos) << text;
    const auto document = xml::Document::parse(text);
    ASSERT_TRUE(document);
    const auto* error = descend(*document, {"Body", "Fault", "Detail", "MSFT_WmiError"});
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(error->namespace_uri, ns::wmi_error);
    EXPECT_EQ(*error->attribute("IsCIM_Error", ns::cim_binding), "true");
    const auto child = [&](std::string_view name) { return error->child(ns::wmi_error, name)->text; };
    EXPECT_EQ(child("CIMStatusCode"), "27");
    EXPECT_EQ(child("Message"), "Enough <is> enough.");
    EXPECT_EQ(child("MessageID"), "HRESULT " + std::string(c.hex));
    EXPECT_EQ(child("error_Category"), "30");
    EXPECT_EQ(child("error_Code"), std::to_string(c.code));
    EXPECT_EQ(child("error_Type"), "HRESULT");
    EXPECT_EQ(child("error_WindowsErrorMessage"), "Enough <is> enough.");
    EXPECT_EQ(text.find("WSManFault"), std::string::npos);
  }
}

TEST(Quota, OfAPluginIsAProviderFault) {
  auto fault = make_fault(2150859174);
  fault.provider = "Quotas";
  fault.provider_text = "three";
  EXPECT_NE(detail(fault).find("Code=\"2150859174\""), std::string::npos);
  EXPECT_NE(detail(fault).find("path=\"\">three</f:ProviderFault>"), std::string::npos);
  EXPECT_EQ(detail(fault).find("MSFT_WmiError"), std::string::npos);
}

// What a plug-in says, between the tags of ProviderFault.
std::string provider_content(std::string text) {
  auto fault = make_fault(5);
  fault.provider = "Roles \"A\"";
  fault.provider_path = "/usr/lib/<roles>.so";
  fault.provider_text = std::move(text);
  const auto out = detail(fault);
  EXPECT_TRUE(xml::Document::parse("<d>" + out.substr(out.find("<f:")) + "</d>")) << out;
  const std::string open_tag =
      R"(<f:Message><f:ProviderFault provider="Roles &quot;A&quot;" path="/usr/lib/&lt;roles&gt;.so">)";
  const auto begin = out.find(open_tag);
  if (begin == std::string::npos) return "no ProviderFault: " + out;
  const auto content = out.substr(begin + open_tag.size());
  return content.substr(0, content.rfind("</f:ProviderFault></f:Message></f:WSManFault>"));
}

TEST(ProviderFault, TakesDocumentsAsElements) {
  EXPECT_EQ(provider_content("<r:reason xmlns:r='urn:r'>a<b/></r:reason>"),
            "<r:reason xmlns:r='urn:r'>a<b/></r:reason>");
  EXPECT_EQ(provider_content("<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n<!-- c --><reason/>\n"), "<reason/>");
  EXPECT_EQ(provider_content("\xEF\xBB\xBF<reason/>"), "<reason/>");
}

TEST(ProviderFault, EscapesEverythingElse) {
  EXPECT_EQ(provider_content("plain & simple"), "plain &amp; simple");
  EXPECT_EQ(provider_content("<a>"), "&lt;a&gt;");
  EXPECT_EQ(provider_content("<a/><b/>"), "&lt;a/&gt;&lt;b/&gt;");
  EXPECT_EQ(provider_content("</f:ProviderFault>"), "&lt;/f:ProviderFault&gt;");
  EXPECT_EQ(provider_content("<f:x/>"), "&lt;f:x/&gt;");  // the prefix is ours, not theirs
  EXPECT_EQ(provider_content("<!DOCTYPE a><a/>"), "&lt;!DOCTYPE a&gt;&lt;a/&gt;");
  EXPECT_EQ(provider_content("<?pi?><a/>"), "&lt;?pi?&gt;&lt;a/&gt;");
  EXPECT_EQ(provider_content("\x01\xFF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(ProviderFault, SaysTheMessageWhereThePluginSaysNothing) { EXPECT_EQ(provider_content(""), "Access is denied. "); }

TEST(ProviderFault, KeepsDeepXmlOutOfTheEnvelope) {
  const auto nested = [](int depth) {
    std::string out;
    for (int i = 0; i < depth; ++i) out += "<d>";
    for (int i = 0; i < depth; ++i) out += "</d>";
    return out;
  };
  EXPECT_EQ(provider_content(nested(100)), nested(100));
  EXPECT_TRUE(provider_content(nested(101)).starts_with("&lt;d&gt;"));
}

TEST(KnownFaults, UnknownShell) {
  const auto text = detail(unknown_shell_fault("AB<>", "srv.example.test"));
  EXPECT_EQ(text,
            "<w:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/UnexpectedSelectors</w:FaultDetail>"
            "<f:WSManFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\" Code=\"2150858843\" "
            "Machine=\"srv.example.test\">"
            "<f:Message><f:ProviderFault provider=\"Shell provider\" path=\"%systemroot%\\system32\\WsmSvc.dll\">"
            "<f:WSManFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\" Code=\"2150858843\" "
            "Machine=\"srv.example.test\">"
            "<f:Message>The request for the Windows Remote Shell with ShellId AB&lt;&gt; failed because the shell was "
            "not found on the "
            "server.</f:Message></f:WSManFault></f:ProviderFault></f:Message></f:WSManFault>");
}

TEST(KnownFaults, UnknownCommand) {
  const auto text = serialized(unknown_command_fault());
  EXPECT_NE(text.find("Code=\"2150858843\""), std::string::npos);
  EXPECT_NE(text.find("on a command identifier that does not exist"), std::string::npos);
  EXPECT_NE(
      text.find("<s:Text xml:lang=\"en-US\">The WS-Management service cannot process the request because the request "
                "contained invalid selectors for the resource. </s:Text>"),
      std::string::npos);
}

TEST(KnownFaults, ReceiveWithoutCommand) {
  const auto fault = receive_without_command_fault("Shell cmd plugin", "/usr/lib/shell.so");
  EXPECT_EQ(detail(fault),
            "<w:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/InvalidValue</w:FaultDetail>"
            "<f:WSManFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\" Code=\"87\" "
            "Machine=\"srv.example.test\">"
            "<f:Message><f:ProviderFault provider=\"Shell cmd plugin\" path=\"/usr/lib/shell.so\">The parameter is "
            "incorrect. "
            "</f:ProviderFault></f:Message></f:WSManFault>");
  EXPECT_NE(serialized(fault).find("<s:Text xml:lang=\"en-US\">The parameter is incorrect. </s:Text>"),
            std::string::npos);
}

}  // namespace
}  // namespace winrmd::soap
