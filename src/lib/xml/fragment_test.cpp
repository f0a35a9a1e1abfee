#include <gtest/gtest.h>

#include <string>

#include "lib/xml/document.hpp"

namespace winrmd::xml {
namespace {

// The fragment of the element reached by taking the first child `steps` times.
std::string cut(std::string_view text, int steps) {
  const auto document = Document::parse(text);
  if (!document) return document.error().message;
  const Element* element = &document->root();
  for (int i = 0; i < steps; ++i) element = element->children[0];
  auto fragment = document->fragment(*element);
  const auto again = Document::parse(fragment);
  return again ? fragment : "does not parse: " + fragment;
}

TEST(Fragment, OfTheRootIsTheRootAlone) {
  EXPECT_EQ(cut("<?xml version='1.0'?>\n<!-- c --><p:r xmlns:p='u'>t</p:r>\n", 0), "<p:r xmlns:p='u'>t</p:r>");
}

TEST(Fragment, GetsTheDeclarationsItUsesAndNoOther) {
  EXPECT_EQ(cut("<r xmlns:p='u:p' xmlns:q='u:q' xmlns:z='u:z'><p:a b='1'><q:c/></p:a></r>", 1),
            R"(<p:a xmlns:q="u:q" xmlns:p="u:p" b='1'><q:c/></p:a>)");
}

TEST(Fragment, KeepsQualifiedNamesInTextAndValues) {
  EXPECT_EQ(cut("<r xmlns:t='u:t' xmlns:v='u:v' xmlns:w='u:w'><a k='t:n'>v:n http://x</a></r>", 1),
            R"(<a xmlns:v="u:v" xmlns:t="u:t" k='t:n'>v:n http://x</a>)");
}

TEST(Fragment, GetsTheDefaultNamespace) {
  EXPECT_EQ(cut("<r xmlns='u:d'><a/></r>", 1), R"(<a xmlns="u:d"/>)");
  EXPECT_EQ(cut("<r xmlns='u:d'><a xmlns='u:e'/></r>", 1), "<a xmlns='u:e'/>");
  EXPECT_EQ(cut("<r xmlns='u:d'><a xmlns=''><b/></a></r>", 2), "<b/>");
}

TEST(Fragment, TakesTheInnermostDeclaration) {
  EXPECT_EQ(cut("<p:r xmlns:p='u:1'><p:a xmlns:p='u:2'><p:b/></p:a></p:r>", 2), R"(<p:b xmlns:p="u:2"/>)");
  EXPECT_EQ(cut("<p:r xmlns:p='u:1'><p:a xmlns:p='u:2'><p:b/></p:a></p:r>", 1), "<p:a xmlns:p='u:2'><p:b/></p:a>");
}

TEST(Fragment, EscapesNamespaceNames) {
  EXPECT_EQ(cut("<r xmlns:p='a&amp;\"&#10;&#9;&lt;&#13;\xC3\xA9'><p:a/></r>", 1),
            "<p:a xmlns:p=\"a&amp;&quot;&#10;&#9;&lt;&#xD;\xC3\xA9\"/>");
}

TEST(Fragment, CopesWithColonsEverywhere) {
  std::string text = "<r xmlns:p='u'><a>";
  for (int i = 0; i < 100'000; ++i) text += "p:::";
  EXPECT_TRUE(cut(text + "</a></r>", 1).starts_with("<a xmlns:p=\"u\">p:::"));
}

TEST(Escape, MakesTextOfAnything) {
  struct Case {
    std::string_view in;
    std::string_view out;
  };
  using namespace std::string_view_literals;
  const Case cases[] = {
      {"", ""},
      {"plain text", "plain text"},
      {"<a b=\"c\">&amp;'", "&lt;a b=&quot;c&quot;&gt;&amp;amp;'"},
      {"tab\tline\nreturn\r", "tab\tline\nreturn&#xD;"},
      {"\0\x01\x1F\x7F"sv, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\x7F"},
      {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"},
      {"\xEF\xBF\xBD\xEE\x80\x80\xF4\x8F\xBF\xBD", "\xEF\xBF\xBD\xEE\x80\x80\xF4\x8F\xBF\xBD"},
      {"\xEF\xBF\xBE", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},  // U+FFFE
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},  // a surrogate
      {"\xC0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD"},                  // overlong
      {"\xE0\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},  // overlong
      {"\xF0\x80\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"a\xC3", "a\xEF\xBF\xBD"},
      {"\xC3<", "\xEF\xBF\xBD&lt;"},
      {"\xF0\x9F\x98", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(escaped(c.in), c.out);
    EXPECT_TRUE(Document::parse("<a b=\"" + escaped(c.in) + "\">" + escaped(c.in) + "</a>")) << c.out;
  }
}

TEST(Escape, Appends) {
  std::string out = "a";
  escape(out, "<");
  EXPECT_EQ(out, "a&lt;");
}

}  // namespace
}  // namespace winrmd::xml
