// What has to be refused, each with its code.
#include <gtest/gtest.h>

#include <vector>

#include "lib/soap/request.hpp"
#include "lib/soap/test_message.hpp"

namespace winrmd::soap {
namespace {

using namespace std::string_literals;
using test::Message;
using test::utf16;
using test::with;

struct Bad {
  std::string body;
  std::uint32_t code;
  std::string_view charset = "UTF-8";
};

std::uint32_t code_of(std::string_view body, std::string_view charset = "UTF-8") {
  const auto request = parse_request(body, charset, {});
  return request ? 0 : request.error().fault.code;
}

void expect_codes(const std::vector<Bad>& table) {
  for (const auto& bad : table) EXPECT_EQ(code_of(bad.body, bad.charset), bad.code) << bad.body.substr(0, 1500);
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string in_body(std::string content) {
  Message message;
  message.body = "<env:Body>" + std::move(content) + "</env:Body>";
  return message.text();
}

std::string without(std::string Message::* part) {
  Message message;
  message.*part = "";
  return message.text();
}

std::string numbered(std::string_view open, std::string_view item, std::size_t count, std::string_view close) {
  std::string out(open);
  for (std::size_t i = 0; i < count; ++i) out.append("<").append(item).append(" Name='n" + std::to_string(i) + "'/>");
  return with(out.append(close));
}

constexpr std::uint32_t invalid_xml = 2150858819;
constexpr std::uint32_t version_mismatch = 2150858765;
constexpr std::uint32_t invalid_header = 2150858767;
constexpr std::uint32_t must_understand = 2150858768;
constexpr std::uint32_t header_required = 2150858769;
constexpr std::uint32_t schema_validation = 2150858817;
constexpr std::uint32_t character_set = 2150858828;
constexpr std::uint32_t uri_limit = 2150858797;

TEST(Refused, BrokenXml) {
  const auto good = Message{}.text();
  expect_codes({
      {"", invalid_xml},
      {"hello", invalid_xml},
      {good.substr(0, good.size() / 2), invalid_xml},
      {good + "<more/>", invalid_xml},
      {"<!DOCTYPE a []>" + good, invalid_xml},
      {"<?php evil ?>" + good, invalid_xml},
      {in_body("<?pi?>"), invalid_xml},
      {in_body("&entity;"), invalid_xml},
      {in_body("&#0;"), invalid_xml},
      {in_body("<un:bound/>"), invalid_xml},
      {in_body("<a x='' x=''/>"), invalid_xml},
      {in_body("<a b='\x01'/>"), invalid_xml},
  });
}

TEST(Refused, BrokenCharacters) {
  const auto good = utf16(Message{}.text(), true);
  expect_codes({
      {in_body("\xFF"), invalid_xml},
      {in_body("\xC0\x80"), invalid_xml},
      {in_body("\xED\xA0\x80"), invalid_xml},
      {in_body("\0"s), invalid_xml},
      {good + "x", invalid_xml, "UTF-16"},
      {"\xFF\xFE" + good + "x", invalid_xml, "UTF-16"},
      {"\xFF\xFE" + good.substr(0, good.size() - 2) + "\x3D\xD8"s, invalid_xml, ""},     // lone high surrogate
      {"\xFF\xFE" + good.substr(0, good.size() - 2) + "\x00\xDE>\0"s, invalid_xml, ""},  // lone low surrogate
      {"\xFF\xFE", invalid_xml, ""},
      {"\xFE\xFF" + good, invalid_xml, "UTF-16"},  // the wrong order
      {good, invalid_xml, "UTF-8"},
      {Message{}.text(), invalid_xml, "UTF-16BE"},
      {Message{}.text(), character_set, "ISO-8859-1"},
      {Message{}.text(), character_set, "UTF-32"},
      {Message{}.text(), character_set, std::string_view("\"<script>\"")},
      {"<?xml version='1.0' encoding='ISO-8859-1'?>" + Message{}.text(), character_set, ""},
  });
}

TEST(Refused, WhatIsNoSoap12Envelope) {
  expect_codes({
      {"<xml></xml>", version_mismatch},
      {"<Envelope/>", version_mismatch},
      {"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body/></s:Envelope>", version_mismatch},
      {"<s:Envelope xmlns:s='http://www.w3.org/2001/12/soap-envelope'><s:Body/></s:Envelope>", version_mismatch},
      {"<s:Body xmlns:s='http://www.w3.org/2003/05/soap-envelope'/>", version_mismatch},
  });
}

TEST(Refused, EnvelopesOfAnotherShape) {
  Message unknown;
  unknown.between = "<wsman:SelectorSet/>";
  Message two_headers;
  two_headers.between = "<env:Header/>";
  Message two_options;
  two_options.between = "<wsman:OptionSet/><wsman:OptionSet/>";
  Message two_bodies;
  two_bodies.body = "<env:Body/><env:Body/>";
  Message late_options;
  late_options.body = "<env:Body/><wsman:OptionSet/>";
  Message late_header;
  late_header.body = "<env:Body/><env:Header/>";
  expect_codes({{without(&Message::body), schema_validation},
                {unknown.text(), schema_validation},
                {two_headers.text(), schema_validation},
                {two_options.text(), schema_validation},
                {two_bodies.text(), schema_validation},
                {late_options.text(), schema_validation},
                {late_header.text(), schema_validation}});
}

TEST(Refused, MissingAddressing) {
  Message blank_action;
  blank_action.action = "<wsa:Action> \n</wsa:Action>";
  Message blank_id;
  blank_id.message_id = "<wsa:MessageID/>";
  Message other_version;
  other_version.action = "<a:Action xmlns:a='http://www.w3.org/2005/08/addressing'>urn:a</a:Action>";
  expect_codes(
      {{without(&Message::action), header_required},
       {without(&Message::message_id), header_required},
       {blank_action.text(), header_required},
       {blank_id.text(), header_required},
       {other_version.text(), header_required},
       {"<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Body/></s:Envelope>", header_required}});
}

TEST(Refused, HeadersThatAreThereTwice) {
  Message option_sets;
  option_sets.headers = "<wsman:OptionSet/>";
  option_sets.between = "<wsman:OptionSet/>";
  expect_codes(
      {{with("<wsa:Action>urn:other</wsa:Action>"), invalid_header},
       {with("<wsa:MessageID>uuid:2</wsa:MessageID>"), invalid_header},
       {with("<wsman:ResourceURI>a</wsman:ResourceURI><wsman:ResourceURI>a</wsman:ResourceURI>"), invalid_header},
       {with("<wsman:SelectorSet/><wsman:SelectorSet/>"), invalid_header},
       {option_sets.text(), invalid_header}});
}

TEST(Refused, RepliesToOtherAddresses) {
  const auto to = [](std::string_view block, std::string_view address) {
    return with("<wsa:" + std::string(block) + "><wsa:Address>" + std::string(address) +
                "</wsa:Address></wsa:" + std::string(block) + ">");
  };
  expect_codes({{to("ReplyTo", "http://example.test/sink"), 2150858870},
                {to("FaultTo", "http://example.test/sink"), 2150858870},
                {to("ReplyTo", "http://www.w3.org/2005/08/addressing/anonymous"), 2150858870},
                {to("ReplyTo", ""), 0},
                {with("<wsa:ReplyTo/>"), 0}});
}

TEST(Refused, EnvelopeSizes) {
  const auto size = [](std::string_view value) {
    return with("<wsman:MaxEnvelopeSize>" + std::string(value) + "</wsman:MaxEnvelopeSize>");
  };
  expect_codes({{size("8192"), 0},
                {size("8191"), 2150858878},
                {size("0"), 2150858878},
                {size(""), invalid_header},
                {size("-1"), invalid_header},
                {size("150k"), invalid_header},
                {size("0x10000"), invalid_header},
                {size("1 53600"), invalid_header}});
}

TEST(Refused, Timeouts) {
  const auto timeout = [](std::string_view value) {
    return with("<wsman:OperationTimeout>" + std::string(value) + "</wsman:OperationTimeout>");
  };
  for (const std::string_view value :
       {"", "PT-1S", "-PT1S", "20", "PT", "P", "20S", "P1Y", "PT1e3S", "PT99999999999999999999S"}) {
    const auto request = parse_request(timeout(value), "UTF-8", {});
    ASSERT_FALSE(request) << value;
    EXPECT_EQ(request.error().fault.code, invalid_header) << value;
    // One client asks again whenever the header's name is in the text.
    const auto text = serialize_fault(request.error().fault, "", "", "");
    EXPECT_EQ(text.find("OperationTimeout"), std::string::npos) << text;
  }
}

TEST(Refused, LocalesThatMustBeUnderstood) {
  expect_codes({{with("<wsman:Locale env:mustUnderstand='true' xml:lang='de-DE'/>"), 2150858887},
                {with("<wsman:Locale mustUnderstand='TRUE' xml:lang=''/>"), 2150858887},
                {with("<wsman:Locale env:mustUnderstand='1'/>"), 2150858887},
                {with("<wsman:Locale env:mustUnderstand='false' xml:lang='de-DE'/>"), 0}});
}

TEST(Refused, BlocksThatMustBeUnderstood) {
  for (const std::string_view attribute :
       {"env:mustUnderstand='true'", "mustUnderstand='true'", "env:mustUnderstand='1'", "mustUnderstand='TRUE'",
        "env:mustUnderstand='True'", "env:mustUnderstand='maybe'",
        "env:mustUnderstand='true' env:role='http://www.w3.org/2003/05/soap-envelope/role/next'",
        "env:mustUnderstand='true' env:role='http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver'"}) {
    const auto request = parse_request(
        with("<x:Ledger xmlns:x='urn:x' " + std::string(attribute) + "/><Plain mustUnderstand='true'/>"), "", {});
    ASSERT_FALSE(request) << attribute;
    const auto& error = request.error();
    EXPECT_EQ(error.fault.code, must_understand);
    EXPECT_EQ(error.message_id, "uuid:0F1E2D3C-0000-4000-8000-00000000BEEF");
    ASSERT_EQ(error.fault.not_understood.size(), 2U);
    EXPECT_EQ(error.fault.not_understood[0].namespace_uri, "urn:x");
    EXPECT_EQ(error.fault.not_understood[0].local, "Ledger");
    EXPECT_EQ(error.fault.not_understood[1].namespace_uri, "");
  }
  EXPECT_EQ(code_of(with("<ms:FunctionalityProfile env:mustUnderstand='true'>x</ms:FunctionalityProfile>")),
            must_understand);
  EXPECT_EQ(code_of(with("<wsman:Unheard env:mustUnderstand='true'/>")), must_understand);
}

TEST(Refused, Selectors) {
  const auto set = [](std::string_view content) {
    return with("<wsman:SelectorSet>" + std::string(content) + "</wsman:SelectorSet>");
  };
  expect_codes(
      {{set("<wsman:Selector>x</wsman:Selector>"), 2150858813},
       {set("<wsman:Selector Name=''>x</wsman:Selector>"), 2150858813},
       {set("<Selector Name='a'>x</Selector>"), 2150858813},
       {set("<wsman:Selector Name='a'>1</wsman:Selector><wsman:Selector Name='a'>1</wsman:Selector>"), 2150858847},
       {set("<wsman:Selector Name='ShellId'>1</wsman:Selector><wsman:Selector Name='SHELLID'>2</wsman:Selector>"),
        2150858847},
       {set("<wsman:Selector Name='a'><x/></wsman:Selector>"), 2150858845},
       {set("<wsman:Selector Name='a'><wsa:EndpointReference/><wsa:EndpointReference/></wsman:Selector>"), 2150858845},
       {set("<wsman:Selector Name='a'>text<wsa:EndpointReference/></wsman:Selector>"), 2150858845},
       {set(""), 0}});
}

TEST(Refused, Options) {
  const auto set = [](std::string_view content) {
    return with("<wsman:OptionSet>" + std::string(content) + "</wsman:OptionSet>");
  };
  expect_codes(
      {{set("<wsman:Option>x</wsman:Option>"), 2150858809}, {set("<Option Name='a'/>"), 2150858809}, {set(""), 0}});
}

TEST(Limits, OfTheEnvelope) {
  const auto uri = [](std::string_view block, std::size_t size) {
    return with("<" + std::string(block) + ">" + std::string(size, 'u') + "</" + std::string(block) + ">");
  };
  const auto id = [](std::size_t size) {
    Message message;
    message.message_id = "<wsa:MessageID>" + std::string(size, 'i') + "</wsa:MessageID>";
    return message.text();
  };
  const auto action = [](std::size_t size) {
    Message message;
    message.action = "<wsa:Action>" + std::string(size, 'a') + "</wsa:Action>";
    return message.text();
  };
  const auto selectors = [](std::size_t n) {
    return numbered("<wsman:SelectorSet>", "wsman:Selector", n, "</wsman:SelectorSet>");
  };
  const auto options = [](std::size_t n) {
    return numbered("<wsman:OptionSet>", "wsman:Option", n, "</wsman:OptionSet>");
  };
  const auto deep = [](std::size_t depth) { return in_body(repeat("<d>", depth - 2) + repeat("</d>", depth - 2)); };
  const auto attributes = [](std::size_t count) {
    std::string out = "<a";
    for (std::size_t i = 0; i < count; ++i) out += " b" + std::to_string(i) + "=''";
    return in_body(out + "/>");
  };
  expect_codes({{id(1024), 0},
                {id(1025), invalid_header},
                {id(400'000), invalid_header},
                {action(2048), 0},
                {action(2049), uri_limit},
                {action(400'000), uri_limit},
                {uri("wsa:To", 2048), 0},
                {uri("wsa:To", 2049), uri_limit},
                {uri("wsman:ResourceURI", 2048), 0},
                {uri("wsman:ResourceURI", 2049), uri_limit},
                {selectors(256), 0},
                {selectors(257), 2150858826},
                {selectors(15'000), 2150858826},
                {options(256), 0},
                {options(257), 2150858827},
                {options(15'000), 2150858827},
                {deep(128), 0},
                {deep(129), invalid_xml},
                {deep(60'000), invalid_xml},
                {attributes(256), 0},
                {attributes(257), invalid_xml},
                {attributes(40'000), invalid_xml},
                {in_body(repeat("<x/>", 250'000)), invalid_xml}});
}

TEST(Limits, OfSelectorValuesTogether) {
  const auto values = [](std::size_t each) {
    const auto value = "'>" + std::string(each, 'v') + "</wsman:Selector>";
    return with("<wsman:SelectorSet><wsman:Selector Name='a" + value + "<wsman:Selector Name='b" + value +
                "</wsman:SelectorSet>");
  };
  EXPECT_EQ(code_of(values(128 * 1024)), 0U);
  EXPECT_EQ(code_of(values(128 * 1024 + 1)), 2150858826);
  // References that each pull in the same long declarations.
  std::string declarations;
  std::string mentions;
  for (int i = 0; i < 120; ++i) {
    const auto prefix = "p" + std::to_string(i);
    declarations += " xmlns:" + prefix + "='" + std::string(2000, 'u') + "'";
    mentions += prefix + ":";
  }
  std::string set = "<wsman:SelectorSet" + declarations + ">";
  for (int i = 0; i < 256; ++i) {
    set += "<wsman:Selector Name='n" + std::to_string(i) + "'><wsa:EndpointReference>" + mentions +
           "</wsa:EndpointReference></wsman:Selector>";
  }
  EXPECT_EQ(code_of(with(set + "</wsman:SelectorSet>")), 2150858826);
}

TEST(Limits, OfAFragmentsPathAndDialect) {
  const auto fragment = [](std::size_t path, std::size_t dialect, std::string_view inner = "") {
    return with("<wsman:FragmentTransfer Dialect='" + std::string(dialect, 'd') + "'>" + std::string(path, 'p') +
                std::string(inner) + "</wsman:FragmentTransfer>");
  };
  const auto element = [](std::size_t size) { return "<e>" + std::string(size - 7, 'x') + "</e>"; };
  constexpr std::size_t most = 64 * 1024;
  expect_codes({{fragment(most, 2048), 0},
                {fragment(most + 1, 1), invalid_header},
                {fragment(400'000, 1), invalid_header},
                {fragment(1, 2049), invalid_header},
                {fragment(0, 1, element(most)), 0},
                {fragment(0, 1, element(most) + element(7)), invalid_header}});
}

TEST(Limits, OfBlocksNamedInAFault) {
  const auto request = parse_request(with(repeat("<x:X xmlns:x='urn:x' env:mustUnderstand='1'/>", 10'000)), "", {});
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().fault.code, must_understand);
  EXPECT_EQ(request.error().fault.not_understood.size(), 16U);
}

TEST(Limits, AnIdTooLongIsNotSentBack) {
  Message message;
  message.message_id = "<wsa:MessageID>" + std::string(1025, 'i') + "</wsa:MessageID>";
  for (const std::string_view more : {"", "<x:X xmlns:x='urn:x' env:mustUnderstand='1'/>"}) {
    message.headers = more;
    const auto request = parse_request(message.text(), "", {});
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().message_id, "");
  }
}

// Each request has the defect of its row and of all later rows.
TEST(Order, TheFirstDefectIsReported) {
  const std::string tail = "<wsman:SelectorSet><x/></wsman:SelectorSet><wsman:OptionSet><x/></wsman:OptionSet>";
  const std::string bad_timeout = "<wsman:OperationTimeout>soon</wsman:OperationTimeout>" + tail;
  const std::string bad_size = "<wsman:MaxEnvelopeSize>1</wsman:MaxEnvelopeSize>" + bad_timeout;
  Message no_action;
  no_action.action = "";
  no_action.headers = bad_size;
  Message unknown = no_action;
  unknown.headers += "<x:X xmlns:x='urn:x' env:mustUnderstand='1'/>";
  expect_codes({{unknown.text() + "<", invalid_xml},
                {unknown.text(), must_understand},
                {no_action.text(), header_required},
                {with(bad_size), 2150858878},
                {with(bad_timeout), invalid_header},
                {with(tail), 2150858813}});
}

TEST(Refused, TheAnswerNamesTheRequestWhereItHadAnId) {
  const auto bad = parse_request(with("<wsman:MaxEnvelopeSize>1</wsman:MaxEnvelopeSize>"), "", {});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message_id, "uuid:0F1E2D3C-0000-4000-8000-00000000BEEF");
  const auto broken = parse_request("<a", "", {});
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message_id, "");
  EXPECT_EQ(broken.error().fault.message, "The request is not acceptable XML: unclosed token at line 1, column 1.");
}

}  // namespace
}  // namespace winrmd::soap
