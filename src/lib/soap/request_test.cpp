// What has to be accepted, in every spelling that clients use.
#include "lib/soap/request.hpp"

#include <gtest/gtest.h>

#include "lib/soap/names.hpp"
#include "lib/soap/test_message.hpp"

namespace winrmd::soap {
namespace {

using namespace std::chrono_literals;
using test::Message;
using test::utf16;
using test::with;

Request parsed(std::string_view text, std::string_view charset = "UTF-8") {
  auto request = parse_request(text, charset, {});
  EXPECT_TRUE(request) << request.error().fault.code << " " << request.error().fault.message << "\n" << text;
  return request ? std::move(*request) : Request{};
}

TEST(Request, IsTakenApart) {
  const auto request = parsed(R"(<?xml version="1.0" encoding="UTF-8"?>
    <Envelope xmlns="http://www.w3.org/2003/05/soap-envelope" xml:lang="de">
      <Header>
        <MessageID xmlns="http://schemas.xmlsoap.org/ws/2004/08/addressing">urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427</MessageID>
        <q:To xmlns:q="http://schemas.xmlsoap.org/ws/2004/08/addressing"> http://somewhere.else:5985/wsman </q:To>
        <q:Action xmlns:q="http://schemas.xmlsoap.org/ws/2004/08/addressing">
          http://schemas.xmlsoap.org/ws/2004/09/transfer/Create
        </q:Action>
        <q:ReplyTo xmlns:q="http://schemas.xmlsoap.org/ws/2004/08/addressing">
          <q:Address mustUnderstand="true"> http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous </q:Address>
        </q:ReplyTo>
        <m:ResourceURI xmlns:m="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">http://example.test/resource</m:ResourceURI>
        <m:MaxEnvelopeSize xmlns:m="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"> 204800 </m:MaxEnvelopeSize>
        <m:OperationTimeout xmlns:m="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">PT1.5S</m:OperationTimeout>
        <m:Locale xmlns:m="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xml:lang="fr-CA" mustUnderstand="false"/>
        <p:DataLocale xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd" xml:lang="fr"/>
        <p:SessionId xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd">uuid:AB</p:SessionId>
      </Header>
      <Body><Thing xmlns="urn:t"/></Body>
    </Envelope>)");
  EXPECT_EQ(request.action, action::create);
  EXPECT_EQ(request.message_id, "urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427");
  EXPECT_EQ(request.to, "http://somewhere.else:5985/wsman");
  EXPECT_EQ(request.resource_uri, "http://example.test/resource");
  EXPECT_EQ(request.max_envelope_size, 204800U);
  EXPECT_EQ(request.operation_timeout, 1500ms);
  EXPECT_EQ(request.locale, "fr-CA");
  EXPECT_EQ(request.data_locale, "fr");
  EXPECT_EQ(request.session_id, "uuid:AB");
  EXPECT_FALSE(request.identify);
  ASSERT_NE(request.content(), nullptr);
  EXPECT_TRUE(request.content()->is("urn:t", "Thing"));
}

TEST(Request, NeedsLittle) {
  const auto request = parsed(Message{}.text());
  EXPECT_EQ(request.action, action::get);
  EXPECT_EQ(request.resource_uri, "");
  EXPECT_EQ(request.locale, "");
  EXPECT_FALSE(request.max_envelope_size);
  EXPECT_FALSE(request.operation_timeout);
  EXPECT_FALSE(request.fragment);
  EXPECT_FALSE(request.epr_requested);
  EXPECT_FALSE(request.estimate_requested);
  EXPECT_FALSE(request.compression_requested);
  EXPECT_EQ(request.content(), nullptr);
  ASSERT_NE(request.body, nullptr);
}

TEST(Request, KeepsTheMessageIdByteForByte) {
  Message message;
  message.message_id = "<wsa:MessageID> uuid:aBc&amp;\n</wsa:MessageID>";
  EXPECT_EQ(parsed(message.text()).message_id, " uuid:aBc&\n");
}

TEST(Request, ComesInEveryCharacterSet) {
  Message message;
  message.headers = "<wsman:ResourceURI>urn:r</wsman:ResourceURI>";
  const auto text = message.text();
  const std::string declared = "<?xml version=\"1.0\" encoding=\"utf-16\"?>" + text;
  struct Case {
    std::string body;
    std::string_view charset;
  };
  const Case cases[] = {
      {text, ""},
      {text, "UTF-8"},
      {text, "\"utf-8\""},
      {text, " utf8 "},
      {text, "US-ASCII"},
      {"\xEF\xBB\xBF" + text, "UTF-8"},
      {"\xEF\xBB\xBF" + text, "UTF-16"},  // the mark wins
      {"\xEF\xBB\xBF" + declared, ""},
      {"\xFF\xFE" + utf16(text, true), "UTF-16"},
      {"\xFF\xFE" + utf16(text, true), "utf-8"},
      {"\xFF\xFE" + utf16(text, true), ""},
      {"\xFE\xFF" + utf16(text, false), "UTF-16"},
      {"\xFE\xFF" + utf16(declared, false), ""},
      {utf16(text, true), "UTF-16"},
      {utf16(text, true), "'utf-16le'"},
      {utf16(text, true), ""},
      {utf16(text, false), "UTF-16"},
      {utf16(text, false), "UTF-16BE"},
      {utf16(declared, false), ""},
      {"<?xml version='1.0' encoding='UTF-8'?>" + text, ""},
      {"<?xml version='1.0' encoding='us-ascii' ?>" + text, ""},
  };
  for (const auto& c : cases) EXPECT_EQ(parsed(c.body, c.charset).resource_uri, "urn:r") << c.charset;
}

TEST(Request, ReadsWhatLiesOutsideAsciiInUtf16) {
  Message message;
  message.headers = "<wsman:ResourceURI>@</wsman:ResourceURI>";
  auto body = utf16(message.text(), true);
  const auto at = body.find(std::string_view("@\0", 2));
  body.replace(at, 2, "\x3D\xD8\x00\xDE", 4);
  EXPECT_EQ(parsed(body, "utf-16").resource_uri, "\xF0\x9F\x98\x80");
}

TEST(Request, UnderstandsDurations) {
  struct Case {
    std::string_view text;
    std::chrono::milliseconds value;
  };
  const Case cases[] = {{"PT20S", 20s},      {"PT60.000S", 60s}, {" PT0.500S\n", 500ms}, {"P1DT2H", 26h},
                        {"P0DT0H0M0S", 0ms}, {"P1W", 24h * 7},   {"PT1M", 1min},         {"<![CDATA[PT20S]]>", 20s}};
  for (const auto& c : cases) {
    const auto request = parsed(with("<wsman:OperationTimeout>" + std::string(c.text) + "</wsman:OperationTimeout>"));
    EXPECT_EQ(request.operation_timeout, c.value) << c.text;
  }
}

TEST(Request, TakesNilHeadersForAbsent) {
  const auto request = parsed(with("<wsman:OperationTimeout xsi:nil='true'/><wsman:MaxEnvelopeSize xsi:nil='1'/>"));
  EXPECT_FALSE(request.operation_timeout);
  EXPECT_FALSE(request.max_envelope_size);
}

TEST(Request, ClampsHugeEnvelopeSizes) {
  for (const std::string_view size : {"4294967295", "4294967296", "99999999999999999999999999"}) {
    const auto request = parsed(with("<wsman:MaxEnvelopeSize>" + std::string(size) + "</wsman:MaxEnvelopeSize>"));
    EXPECT_EQ(request.max_envelope_size, 4294967295U) << size;
  }
}

TEST(Request, FindsSelectorsInAnyCase) {
  const auto request = parsed(
      with("<wsman:SelectorSet env:mustUnderstand='false'><wsman:Selector Name='ShellID'>\n  5d0C\n</wsman:Selector>"
           "<wsman:Selector Name='Other'><![CDATA[a&b]]></wsman:Selector></wsman:SelectorSet>"));
  ASSERT_EQ(request.selectors.size(), 2U);
  ASSERT_NE(request.selector("shellid"), nullptr);
  EXPECT_EQ(*request.selector("shellid"), "5d0C");
  EXPECT_EQ(*request.selector("Other"), "a&b");
  EXPECT_EQ(request.selector("Name"), nullptr);
}

TEST(Request, KeepsEndpointReferencesOfSelectorsAsXml) {
  const auto request = parsed(
      with("<wsman:SelectorSet><wsman:Selector Name='ref'> <wsa:EndpointReference><wsa:Address>urn:x</wsa:Address>"
           "</wsa:EndpointReference> </wsman:Selector></wsman:SelectorSet>"));
  ASSERT_NE(request.selector("ref"), nullptr);
  const auto reference = xml::Document::parse(*request.selector("ref"));
  ASSERT_TRUE(reference) << *request.selector("ref");
  EXPECT_TRUE(reference->root().is(ns::addressing, "EndpointReference"));
  EXPECT_EQ(reference->root().children[0]->text, "urn:x");
}

TEST(Request, ReadsOptions) {
  const auto request =
      parsed(with("<wsman:OptionSet env:mustUnderstand='True'><wsman:Option Name='A'>TRUE</wsman:Option>"
                  "<wsman:Option Name='B' MustComply='true' Type='xs:int'> 65001 </wsman:Option>"
                  "<wsman:Option Name='C' mustComply='1'/><wsman:Option Name='D' MustComply='FALSE'>x</wsman:Option>"
                  "<wsman:Option Name='E' xsi:nil='true'/></wsman:OptionSet>"));
  EXPECT_TRUE(request.options_must_understand);
  ASSERT_EQ(request.options.size(), 5U);
  EXPECT_EQ(request.options[0].name, "A");
  EXPECT_EQ(request.options[0].value, "TRUE");
  EXPECT_FALSE(request.options[0].must_comply);
  EXPECT_FALSE(request.options[0].nil);
  EXPECT_EQ(request.options[1].value, "65001");
  EXPECT_EQ(request.options[1].type, "xs:int");
  EXPECT_TRUE(request.options[1].must_comply);
  EXPECT_TRUE(request.options[2].must_comply);
  EXPECT_FALSE(request.options[3].must_comply);
  EXPECT_TRUE(request.options[4].nil);
  EXPECT_EQ(request.options[4].value, "");
}

TEST(Request, HonoursOptionsBetweenHeaderAndBody) {
  Message message;
  message.between = "<wsman:OptionSet><wsman:Option Name='A'>1</wsman:Option></wsman:OptionSet>";
  const auto request = parsed(message.text());
  ASSERT_EQ(request.options.size(), 1U);
  EXPECT_EQ(request.options[0].name, "A");
  EXPECT_FALSE(request.options_must_understand);
}

TEST(Request, SeesWhatIsAskedForBesideTheOperation) {
  const auto request =
      parsed(with("<sh:CompressionType env:mustUnderstand='true'>xpress</sh:CompressionType><wsman:RequestEPR/>"
                  "<wsman:RequestTotalItemsCountEstimate/>"));
  EXPECT_TRUE(request.compression_requested);
  EXPECT_TRUE(request.epr_requested);
  EXPECT_TRUE(request.estimate_requested);
}

TEST(Request, KeepsThePathOfAFragment) {
  auto request = parsed(with("<wsman:FragmentTransfer env:mustUnderstand='true'> a/b \n</wsman:FragmentTransfer>"));
  ASSERT_TRUE(request.fragment);
  EXPECT_EQ(request.fragment->text, "a/b");
  EXPECT_EQ(request.fragment->dialect, xpath_dialect);
  EXPECT_FALSE(request.fragment->is_xml);
  request = parsed(with("<wsman:FragmentTransfer Dialect=' urn:d '/>"));
  ASSERT_TRUE(request.fragment);
  EXPECT_EQ(request.fragment->text, "");
  EXPECT_EQ(request.fragment->dialect, "urn:d");
}

TEST(Request, KeepsAFragmentThatIsXml) {
  const auto request = parsed(
      with("<wsman:FragmentTransfer xmlns:x='urn:x' Dialect=''> <x:a>1</x:a> <b xmlns=''/></wsman:FragmentTransfer>"));
  ASSERT_TRUE(request.fragment);
  EXPECT_EQ(request.fragment->text, R"(<x:a xmlns:x="urn:x">1</x:a><b xmlns=''/>)");
  EXPECT_EQ(request.fragment->dialect, xpath_dialect);
  EXPECT_TRUE(request.fragment->is_xml);
}

TEST(Request, ReadsASelectorSetOfTheBody) {
  Message message;
  message.body =
      "<env:Body><wsman:SelectorSet><wsman:Selector Name='A'>1</wsman:Selector></wsman:SelectorSet></env:Body>";
  const auto request = parsed(message.text());
  const auto set = read_selector_set(request.document, *request.content(), {});
  ASSERT_TRUE(set);
  ASSERT_EQ(set->size(), 1U);
  EXPECT_EQ(set->front().name, "A");
  EXPECT_EQ(set->front().value, "1");
  EXPECT_TRUE(request.selectors.empty());
  Limits none;
  none.selectors = 0;
  EXPECT_EQ(read_selector_set(request.document, *request.content(), none).error().code, 0x8033804A);
}

TEST(Request, IgnoresUnknownBlocksThatNeedNoUnderstanding) {
  for (const std::string_view attribute :
       {"", "mustUnderstand='false'", "env:mustUnderstand='0'", "env:mustUnderstand='False'",
        "env:mustUnderstand=' false '", "env:mustUnderstand=''"}) {
    parsed(with("<x:Ledger xmlns:x='urn:x' " + std::string(attribute) + "/>"));
  }
}

TEST(Request, LeavesBlocksForOthersAlone) {
  parsed(with("<x:Ledger xmlns:x='urn:x' env:mustUnderstand='true' env:role='urn:somebody-else'/>"));
  parsed(
      with("<x:Ledger xmlns:x='urn:x' env:mustUnderstand='true' "
           "env:role='http://www.w3.org/2003/05/soap-envelope/role/none'/>"));
  Message message;
  message.headers = "<wsa:Action env:role='urn:somebody-else'>urn:other</wsa:Action>";
  EXPECT_EQ(parsed(message.text()).action, action::get);
}

TEST(Request, UnderstandsEveryBlockOfTheProtocol) {
  for (const std::string_view block : {"wsa:To",
                                       "wsa:From",
                                       "wsa:RelatesTo",
                                       "wsa:ReplyTo",
                                       "wsa:FaultTo",
                                       "wsman:ResourceURI",
                                       "wsman:SelectorSet",
                                       "wsman:OptionSet",
                                       "wsman:FragmentTransfer",
                                       "wsman:RequestTotalItemsCountEstimate",
                                       "wsman:RequestEPR",
                                       "wsman:AckRequested",
                                       "wsman:Bookmark",
                                       "ms:DataLocale",
                                       "ms:SessionId",
                                       "ms:OperationID",
                                       "ms:SequenceId",
                                       "ms:SequenceID",
                                       "ms:ActivityId",
                                       "sh:CompressionType"}) {
    parsed(with("<" + std::string(block) + " env:mustUnderstand='true'/>"));
  }
  parsed(
      with("<m:MachineID xmlns:m='http://schemas.microsoft.com/wbem/wsman/1/machineid' "
           "env:mustUnderstand='true'>\nhost\n</m:MachineID>"));
  parsed(
      with("<e:Identifier xmlns:e='http://schemas.xmlsoap.org/ws/2004/08/eventing' "
           "env:mustUnderstand='true'>1</e:Identifier>"));
  parsed(with("<ms:FunctionalityProfile>x</ms:FunctionalityProfile>"));
  parsed(with("<wsman:Locale env:mustUnderstand='true' xml:lang='en-us'/>"));
}

TEST(Request, AsksToIdentify) {
  const std::string_view body =
      "<env:Body><i:Identify xmlns:i='http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd'/></env:Body>";
  const std::string open = "<env:Envelope" + std::string(test::namespaces) + ">";
  for (const std::string_view header : {"", "<env:Header/>", "<env:Header></env:Header>"}) {
    const auto request = parsed(open + std::string(header) + std::string(body) + "</env:Envelope>");
    EXPECT_TRUE(request.identify);
    EXPECT_EQ(request.message_id, "");
  }
  Message message;
  message.body = body;
  EXPECT_EQ(parsed(message.text()).message_id, "uuid:0F1E2D3C-0000-4000-8000-00000000BEEF");
}

}  // namespace
}  // namespace winrmd::soap
