// What is refused, with which words, and the limits.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lib/xml/document.hpp"

namespace winrmd::xml {
namespace {

using namespace std::string_literals;

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string nested(std::size_t depth) { return repeat("<a>", depth) + repeat("</a>", depth); }

std::string with_attributes(std::size_t count, std::string_view prefix = "") {
  std::string out = "<a";
  for (std::size_t i = 0; i < count; ++i) out.append(" ").append(prefix).append("b" + std::to_string(i) + "='u'");
  return out + "/>";
}

std::string error_of(std::string_view text, const Limits& limits = {}) {
  const auto document = Document::parse(text, limits);
  return document ? "" : document.error().message;
}

struct Bad {
  std::string text;
  std::string error;
};

void expect_refused(const std::vector<Bad>& table) {
  for (const auto& bad : table) EXPECT_EQ(error_of(bad.text), bad.error) << bad.text;
}

TEST(Refused, BrokenMarkup) {
  expect_refused({{"", "no element found at line 1, column 1"},
                  {"\xEF\xBB\xBF", "no element found at line 1, column 1"},
                  {" \n ", "no element found at line 2, column 2"},
                  {"text", "syntax error at line 1, column 1"},
                  {"<a>", "no element found at line 1, column 4"},
                  {"<a>\n  <b></a>", "mismatched tag at line 2, column 8"},
                  {"<a/><b/>", "junk after document element at line 1, column 5"},
                  {"<a/>text", "junk after document element at line 1, column 5"},
                  {"<a b=1/>", "not well-formed (invalid token) at line 1, column 6"},
                  {"<a b='<'/>", "not well-formed (invalid token) at line 1, column 7"},
                  {"<a b='' b=''/>", "duplicate attribute at line 1, column 9"},
                  {"<a>]]></a>", "not well-formed (invalid token) at line 1, column 6"},
                  {"<a>&nbsp;</a>", "undefined entity at line 1, column 4"},
                  {"<a b='&nbsp;'/>", "undefined entity at line 1, column 1"},
                  {"<a>&#0;</a>", "reference to invalid character number at line 1, column 4"},
                  {"<a>&#xD800;</a>", "reference to invalid character number at line 1, column 4"},
                  {"<a>&#x110000;</a>", "reference to invalid character number at line 1, column 4"},
                  {" <?xml version='1.0'?><a/>",
                   "XML or text declaration not at start of entity at line 1, "
                   "column 2"}});
}

TEST(Refused, DocumentTypesAndInstructions) {
  expect_refused(
      {{"<!DOCTYPE a><a/>", "a document type declaration is not allowed at line 1, column 12"},
       {"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "a document type declaration is not allowed at line 1, column 13"},
       {"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "a document type declaration is not allowed at line 1, column 40"},
       {"<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///etc/passwd'>%p;]><a/>",
        "a document type declaration is not allowed at line 1, column 13"},
       {"<?pi data?><a/>", "a processing instruction is not allowed at line 1, column 1"},
       {"<a><?pi?></a>", "a processing instruction is not allowed at line 1, column 4"},
       {"<a/><?pi?>", "a processing instruction is not allowed at line 1, column 5"}});
}

TEST(Refused, BytesThatAreNotUtf8OrNotXml) {
  expect_refused({{"<a>\xFF</a>", "not well-formed (invalid token) at line 1, column 4"},
                  {"<a>\xC0\x80</a>", "not well-formed (invalid token) at line 1, column 4"},
                  {"<a>\xED\xA0\x80</a>", "not well-formed (invalid token) at line 1, column 4"},
                  {"<a>\xF4\x90\x80\x80</a>", "not well-formed (invalid token) at line 1, column 4"},
                  {"<a>\xEF\xBF\xBF</a>", "not well-formed (invalid token) at line 1, column 4"},
                  {"<a b='\xC3'/>", "not well-formed (invalid token) at line 1, column 7"},
                  {"<a>\x01</a>", "not well-formed (invalid token) at line 1, column 4"},
                  {"<a>\0</a>"s, "not UTF-8 at line 1, column 1"},
                  {"<a> \0</a>"s, "not well-formed (invalid token) at line 1, column 5"},
                  {"<!--\0--><a/>"s, "not well-formed (invalid token) at line 1, column 5"},
                  {"<a>\xC3", "partial character at line 1, column 4"},
                  {"\xFF\xFE<\0a\0/\0>\0"s, "not UTF-8 at line 1, column 1"},
                  {"\xFE\xFF\0<\0a\0/\0>"s, "not UTF-8 at line 1, column 1"},
                  {"<\0a\0/\0>\0"s, "not UTF-8 at line 1, column 1"}});
}

constexpr std::string_view reserved =
    "the prefixes xml and xmlns and their namespaces cannot be declared at line 1, column 1";

TEST(Refused, NamesAgainstTheNamespaceRules) {
  expect_refused({{"<p:a/>", "the namespace prefix p is not declared at line 1, column 1"},
                  {"<a>\n<b p:c=''/></a>", "the namespace prefix p is not declared at line 2, column 1"},
                  {"<a><b xmlns:p='u'/><p:c/></a>", "the namespace prefix p is not declared at line 1, column 20"},
                  {"<a xmlns:p=''/>", "the namespace prefix p is bound to nothing at line 1, column 1"},
                  {"<a xmlns:xml='urn:x'/>", std::string(reserved)},
                  {"<a xmlns:xmlns='urn:x'/>", std::string(reserved)},
                  {"<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", std::string(reserved)},
                  {"<a xmlns='http://www.w3.org/XML/1998/namespace'/>", std::string(reserved)},
                  {"<a xmlns:p='http://www.w3.org/2000/xmlns/'/>", std::string(reserved)},
                  {"<xmlns:a/>", "the namespace prefix xmlns is not declared at line 1, column 1"},
                  {"<a xmlns:p='u' xmlns:q='u' p:k='1' q:k='2'/>",
                   "the attribute k is there twice under different prefixes at line 1, column 1"},
                  {"<r xmlns:p='u'><a xmlns:q='u' p:k='' b='' q:j='' q:k=''/></r>",
                   "the attribute k is there twice under different prefixes at line 1, column 16"},
                  {"<:a/>", ":a is not a qualified name at line 1, column 1"},
                  {"<a:/>", "a: is not a qualified name at line 1, column 1"},
                  {"<a:b:c/>", "a:b:c is not a qualified name at line 1, column 1"},
                  {"<a xmlns:p='u' p:1=''/>", "p:1 is not a qualified name at line 1, column 1"},
                  {"<a xmlns:p='u' p:-=''/>", "p:- is not a qualified name at line 1, column 1"},
                  {"<a xmlns:p='u'><p:\xCC\x80/></a>", "p:\xCC\x80 is not a qualified name at line 1, column 16"},
                  {"<a xmlns:='u'/>", "xmlns: is not a qualified name at line 1, column 1"}});
}

TEST(Limits, Depth) {
  EXPECT_EQ(error_of(nested(128)), "");
  EXPECT_EQ(error_of(nested(129)), "elements are nested deeper than 128 at line 1, column 385");
  EXPECT_EQ(error_of(nested(100'000)), "elements are nested deeper than 128 at line 1, column 385");
}

TEST(Limits, Attributes) {
  constexpr auto error = "an element has more than 256 attributes at line 1, column 1";
  EXPECT_EQ(error_of(with_attributes(256)), "");
  EXPECT_EQ(error_of(with_attributes(257)), error);
  EXPECT_EQ(error_of(with_attributes(40'000)), error);
  EXPECT_EQ(error_of(with_attributes(256, "xmlns:")), "");
  EXPECT_EQ(error_of(with_attributes(257, "xmlns:")), error);
  EXPECT_EQ(error_of(with_attributes(40'000, "xmlns:")), error);
}

TEST(Limits, Names) {
  constexpr auto error = "a name is longer than 1024 bytes at line 1, column 1";
  for (const std::string before : {"<", "<a xmlns:", "<a "}) {
    const std::string after = before == "<" ? "/>" : "='u'/>";
    const std::size_t used = before == "<a xmlns:" ? 6 : 0;
    EXPECT_EQ(error_of(before + std::string(1024 - used, 'n') + after), "") << before;
    EXPECT_EQ(error_of(before + std::string(1025 - used, 'n') + after), error) << before;
    EXPECT_EQ(error_of(before + std::string(400'000, 'n') + after), error) << before;
  }
}

TEST(Limits, NamespaceNames) {
  constexpr auto error = "a namespace name is longer than 2048 bytes at line 1, column 1";
  for (const std::string before : {"<a xmlns='", "<a xmlns:p='"}) {
    EXPECT_EQ(error_of(before + std::string(2048, 'u') + "'/>"), "");
    EXPECT_EQ(error_of(before + std::string(2049, 'u') + "'/>"), error);
    EXPECT_EQ(error_of(before + std::string(400'000, 'u') + "'/>"), error);
  }
}

TEST(Limits, Nodes) {
  const Limits few{.nodes = 5};
  EXPECT_EQ(error_of("<a b=''>text &amp; <![CDATA[more]]> text<c/>text</a>", few), "");
  constexpr auto error = "the document has more than 5 elements, attributes and texts at line 1, column ";
  EXPECT_EQ(error_of("<a b=''>1<c/>2<d/></a>", few), error + "15"s);
  EXPECT_EQ(error_of("<a b='' c='' d='' e='' f=''/>", few), error + "1"s);
  EXPECT_EQ(error_of("<a xmlns='u' b=''><c/><d/>text</a>", few), error + "27"s);
  EXPECT_EQ(error_of("<a>" + repeat("<b/>", 199'999) + "</a>"), "");
  EXPECT_NE(error_of("<a>" + repeat("<b/>", 200'000) + "</a>"), "");
}

// Inputs that make parsers with quadratic checks take seconds. The test's time limit is the assertion.
TEST(Limits, HostileShapesTakeLinearTime) {
  const Limits roomy{.attributes = 100'000};
  EXPECT_EQ(error_of(with_attributes(40'000), roomy), "");
  EXPECT_EQ(error_of(with_attributes(40'000, "xmlns:"), roomy), "");
  EXPECT_EQ(error_of("<r xmlns:p='u'>" + with_attributes(40'000, "p:") + "</r>", roomy), "");
  std::string scopes;
  for (std::size_t i = 0; i < 127; ++i)
    scopes += with_attributes(250, "xmlns:p" + std::to_string(i)).replace(0, 2, "<s");
  for (auto at = scopes.find("/>"); at != std::string::npos; at = scopes.find("/>", at)) scopes.erase(at, 1);
  EXPECT_EQ(error_of(scopes + repeat("<p0b0:x p9b9:y=''/>", 10'000) + repeat("</s>", 127)), "");
  EXPECT_EQ(error_of("<r>" + repeat("&lt;\r\n", 80'000) + "</r>"), "");
  EXPECT_EQ(error_of("<r>" + repeat("a\n<!---->", 50'000) + "</r>"), "");
}

}  // namespace
}  // namespace winrmd::xml
