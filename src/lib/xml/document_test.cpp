#include "lib/xml/document.hpp"

#include <gtest/gtest.h>

namespace winrmd::xml {
namespace {

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
}

}  // namespace
}  // namespace winrmd::xml
