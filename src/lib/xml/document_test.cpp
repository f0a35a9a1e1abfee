#include "lib/xml/document.hpp"

#include <gtest/gtest.h>

#include <string>

namespace winrmd::xml {
namespace {

std::string_view slice(const Document& document, const Element& element) {
  return document.source().substr(element.begin, element.end - element.begin);
}

TEST(Document, KeepsNamesNamespacesAttributesAndText) {
  const auto document = Document::parse(R"(<?xml version="1.0"?><p:r xmlns:p="urn:p" xmlns="urn:d" k="1" p:k="2">)"
                                        "one<c/>two<![CDATA[<3>]]>&amp;</p:r>");
  ASSERT_TRUE(document) << document.error().message;
  const Element& root = document->root();
  EXPECT_TRUE(root.is("urn:p", "r"));
  EXPECT_EQ(root.prefix, "p");
  ASSERT_EQ(root.attributes.size(), 2U);
  EXPECT_EQ(*root.attribute("k"), "1");
  EXPECT_EQ(*root.attribute("k", "urn:p"), "2");
  EXPECT_EQ(root.attribute("k", "urn:d"), nullptr);
  EXPECT_EQ(root.text, "onetwo<3>&");
  ASSERT_EQ(root.children.size(), 1U);
  EXPECT_TRUE(root.children[0]->is("urn:d", "c"));
  EXPECT_EQ(root.child("urn:d", "c"), root.children[0]);
  EXPECT_EQ(root.child("urn:p", "c"), nullptr);
  EXPECT_EQ(root.children[0]->parent, &root);
  EXPECT_EQ(root.parent, nullptr);
}

TEST(Document, JoinsTextInOrderWhateverItIsMadeOf) {
  struct Case {
    std::string_view content;
    std::string_view text;
  };
  const Case cases[] = {
      {"plain", "plain"},
      {"", ""},
      {"a\nb\n", "a\nb\n"},
      {"a\r\nb\rc", "a\nb\nc"},
      {"a&#13;&#xA;b", "a\r\nb"},
      {"&lt;&gt;&amp;&quot;&apos;", "<>&\"'"},
      {"<![CDATA[<a>&amp;]]>", "<a>&amp;"},
      {"<![CDATA[a]]><![CDATA[b]]>", "ab"},
      {"a<!-- no -->b", "ab"},
      {"1<x>inner&lt;</x>2<x>more</x>&amp;3", "12&3"},
      {"\xC3\xA9\xF0\x9F\x98\x80", "\xC3\xA9\xF0\x9F\x98\x80"},
      {"&#x1F600;", "\xF0\x9F\x98\x80"},
  };
  for (const auto& c : cases) {
    const auto document = Document::parse("<r>" + std::string(c.content) + "</r>");
    ASSERT_TRUE(document) << c.content << ": " << document.error().message;
    EXPECT_EQ(document->root().text, c.text) << c.content;
  }
}

TEST(Document, GivesTheTextOfChildrenToThem) {
  const auto document = Document::parse("<r>a&lt;<c>b&lt;<d>c&lt;</d>B</c>A<e>&gt;</e></r>");
  ASSERT_TRUE(document);
  const Element& c = *document->root().children[0];
  EXPECT_EQ(document->root().text, "a<A");
  EXPECT_EQ(c.text, "b<B");
  EXPECT_EQ(c.children[0]->text, "c<");
  EXPECT_EQ(document->root().children[1]->text, ">");
}

TEST(Document, NormalisesAttributeValues) {
  const auto document = Document::parse("<r a='1\n2\t3' b='&#10;&#9;&lt;&quot;' c='' d=' x '/>");
  ASSERT_TRUE(document);
  EXPECT_EQ(*document->root().attribute("a"), "1 2 3");
  EXPECT_EQ(*document->root().attribute("b"), "\n\t<\"");
  EXPECT_EQ(*document->root().attribute("c"), "");
  EXPECT_EQ(*document->root().attribute("d"), " x ");
}

TEST(Document, KnowsWhereElementsStand) {
  const auto document = Document::parse("<?xml version='1.0'?>\n<!-- c --><r ><a x='>'/><b>t</b ></r>\n<!-- d -->\n");
  ASSERT_TRUE(document);
  const Element& root = document->root();
  EXPECT_EQ(slice(*document, root), "<r ><a x='>'/><b>t</b ></r>");
  EXPECT_EQ(slice(*document, *root.children[0]), "<a x='>'/>");
  EXPECT_EQ(slice(*document, *root.children[1]), "<b>t</b >");
}

TEST(Document, LeavesTheByteOrderMarkOut) {
  const auto document = Document::parse("\xEF\xBB\xBF<r/>");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->source(), "<r/>");
  EXPECT_EQ(document->root().begin, 0U);
}

TEST(Document, IgnoresTheDeclaredEncoding) {
  const auto document = Document::parse("<?xml version=\"1.0\" encoding=\"UTF-16\"?><r>\xC3\xA9</r>");
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(document->root().text, "\xC3\xA9");
}

TEST(Document, ResolvesNamespacesInTheInnermostScope) {
  const auto document = Document::parse(
      R"(<p:a xmlns:p="urn:1" xmlns="urn:d"><p:b xmlns:p="urn:2" p:k=""><p:c/><x xmlns=""><y/></x></p:b><p:e/><z/></p:a>)");
  ASSERT_TRUE(document) << document.error().message;
  const Element& a = document->root();
  const Element& b = *a.children[0];
  EXPECT_TRUE(a.is("urn:1", "a"));
  EXPECT_TRUE(b.is("urn:2", "b"));
  EXPECT_EQ(b.attributes[0].namespace_uri, "urn:2");
  EXPECT_TRUE(b.children[0]->is("urn:2", "c"));
  EXPECT_TRUE(b.children[1]->is("", "x"));
  EXPECT_TRUE(b.children[1]->children[0]->is("", "y"));
  EXPECT_TRUE(a.children[1]->is("urn:1", "e"));
  EXPECT_TRUE(a.children[2]->is("urn:d", "z"));
}

TEST(Document, AttributesWithoutPrefixHaveNoNamespace) {
  const auto document = Document::parse(R"(<r xmlns="urn:d" k="1" xml:lang="en"/>)");
  ASSERT_TRUE(document);
  EXPECT_NE(document->root().attribute("k"), nullptr);
  EXPECT_EQ(*document->root().attribute("lang", "http://www.w3.org/XML/1998/namespace"), "en");
}

TEST(Document, AcceptsTheDeclarationsThatMeanNothingNew) {
  EXPECT_TRUE(Document::parse(R"(<r xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:space="preserve"/>)"));
  EXPECT_TRUE(Document::parse(R"(<r xmlns:p="urn:1" xmlns:q="urn:1" p:a="" q:b=""/>)"));
  EXPECT_TRUE(Document::parse(R"(<r xmlns="urn:1" xmlns:p="urn:1" p:a="" a=""/>)"));
}

TEST(Document, SurvivesMoves) {
  auto first = Document::parse("<r><a>short</a></r>");
  ASSERT_TRUE(first);
  const Element* const root = &first->root();
  Document second = std::move(*first);
  Document third;
  third = std::move(second);
  EXPECT_EQ(&third.root(), root);
  EXPECT_EQ(third.root().children[0]->text, "short");
}

}  // namespace
}  // namespace winrmd::xml
