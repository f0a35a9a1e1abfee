#include "lib/soap/response.hpp"

#include <gtest/gtest.h>

namespace winrmd::soap {
namespace {

// The prefixes that the envelope declares, in order.
std::string declared(Prefixes prefixes) {
  const auto text = serialize_response(prefixes, {"urn:a", "urn:r", "1"}, "");
  const auto tag = text.substr(0, text.find('>'));
  std::string out;
  for (auto at = tag.find("xmlns:"); at != std::string::npos; at = tag.find("xmlns:", at + 1)) {
    out.append(out.empty() ? "" : " ").append(tag.substr(at + 6, tag.find('=', at) - at - 6));
  }
  return out;
}

TEST(Response, DeclaresTheNamespacesThatWindowsDoes) {
  EXPECT_EQ(declared(Prefixes::shell), "s a x w rsp p");
  EXPECT_EQ(declared(Prefixes::receive), "s a w rsp p");
  EXPECT_EQ(declared(Prefixes::remove), "s a w p");
  EXPECT_EQ(declared(Prefixes::enumeration), "s a n w p");
  EXPECT_EQ(declared(Prefixes::transfer), "s a x w p");
}

TEST(Response, HasTheShapeOfWindows) {
  EXPECT_EQ(
      serialize_response(Prefixes::remove,
                         {"http://schemas.xmlsoap.org/ws/2004/09/transfer/DeleteResponse", "uuid:a<b", "A1"}, "<b/>"),
      R"(<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope")"
      R"( xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd")"
      R"( xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"><s:Header>)"
      "<a:Action>http://schemas.xmlsoap.org/ws/2004/09/transfer/DeleteResponse</a:Action><a:MessageID>uuid:A1</"
      "a:MessageID>"
      "<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To><a:RelatesTo>uuid:a&lt;b</"
      "a:RelatesTo>"
      "</s:Header><s:Body><b/></s:Body></s:Envelope>");
}

TEST(Response, WritesAnEmptyBodyWithTwoTags) {
  EXPECT_NE(serialize_response(Prefixes::remove, {"a", "r", "1"}, "").find("<s:Body></s:Body>"), std::string::npos);
}

constexpr std::string_view identify_open =
    R"(<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>)"
    R"(<wsmid:IdentifyResponse xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">)"
    "<wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion>";
constexpr std::string_view identify_close = "</wsmid:IdentifyResponse></s:Body></s:Envelope>";

TEST(Identify, TellsStrangersNothing) {
  EXPECT_EQ(
      serialize_identify("Acme & Co", "", "https/basic", "", "1"),
      std::string(identify_open) +
          "<wsmid:ProductVendor>Acme &amp; Co</wsmid:ProductVendor><wsmid:ProductVersion>OS: 0.0.0 SP: 0.0 Stack: 3.0"
          "</wsmid:ProductVersion>" +
          std::string(identify_close));
}

TEST(Identify, TellsUsersTheVersionAndTheProfiles) {
  EXPECT_EQ(serialize_identify("Acme", "6.1.0", "https/basic  http/spnego-kerberos", "", "1"),
            std::string(identify_open) +
                "<wsmid:ProductVendor>Acme</wsmid:ProductVendor><wsmid:ProductVersion>OS: 6.1.0 SP: 0.0 Stack: 3.0"
                "</wsmid:ProductVersion><wsmid:SecurityProfiles>"
                "<wsmid:SecurityProfileName>http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/basic"
                "</wsmid:SecurityProfileName>"
                "<wsmid:SecurityProfileName>http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/http/spnego-kerberos"
                "</wsmid:SecurityProfileName></wsmid:SecurityProfiles>" +
                std::string(identify_close));
}

TEST(Identify, RelatesToTheRequestWhereItHadAnId) {
  const auto text = serialize_identify("Acme", "", "", "uuid:REQ", "A1");
  EXPECT_NE(text.find("<s:Header><a:MessageID>uuid:A1</a:MessageID><a:To>"
                      "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>"
                      "<a:RelatesTo>uuid:REQ</a:RelatesTo></s:Header>"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("a:Action"), std::string::npos);
}

}  // namespace
}  // namespace winrmd::soap
