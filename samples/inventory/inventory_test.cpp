// The plug-in as a host sees it, with a host that writes down. tests/e2e has clients.
#include "inventory.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <wsman/resources.hpp>

#include "host/wsmsvc/testing/fake_backend.hpp"
#include "item_xml.hpp"

namespace {

using winrmd::wsmsvc::FakeBackend;

class InventoryTest : public ::testing::Test {
 protected:
  InventoryTest() { entry<WSMAN_PLUGIN_STARTUP>("WSManPluginStartup")(0, u"wsman", nullptr, &context_); }
  ~InventoryTest() override { entry<WSMAN_PLUGIN_SHUTDOWN>("WSManPluginShutdown")(context_, 0, 0); }

  template <class Function>
  static Function entry(const char* name) {
    static void* const library = ::dlopen(PLUGIN_FILE, RTLD_NOW | RTLD_LOCAL);
    return reinterpret_cast<Function>(::dlsym(library, name));
  }

  // A request that names a thing, or none.
  WSMAN_PLUGIN_REQUEST* request(PCWSTR name = nullptr) {
    key_ = {u"Name", name};
    info_ = {};
    info_.selectorSet.numberKeys = name == nullptr ? 0 : 1;
    info_.selectorSet.keys = name == nullptr ? nullptr : &key_;
    request_ = {};
    request_.operationInfo = &info_;
    return &request_;
  }
  WSMAN_DATA* body(const std::u16string& xml) {
    xml_ = xml;
    data_.type = WSMAN_DATA_TYPE_TEXT;
    data_.text.buffer = xml_.c_str();
    data_.text.bufferLength = static_cast<DWORD>(xml_.size());
    return &data_;
  }
  void create(const std::u16string& name, const std::u16string& count) {
    entry<WSMAN_PLUGIN_CREATE>("WSManPluginCreate")(
        context_, request(), 0,
        body(u"<x:Item xmlns:x='u'><x:Name>" + name + u"</x:Name><x:Count>" + count + u"</x:Count></x:Item>"));
  }
  void get(PCWSTR name) { entry<WSMAN_PLUGIN_GET>("WSManPluginGet")(context_, request(name), 0); }
  [[nodiscard]] DWORD last_code() const { return host_.completions.back().code; }

  FakeBackend host_;
  void* context_ = nullptr;
  WSMAN_KEY key_{};
  WSMAN_OPERATION_INFO info_{};
  WSMAN_PLUGIN_REQUEST request_{};
  std::u16string xml_;
  WSMAN_DATA data_{};
};

TEST_F(InventoryTest, what_was_created_is_read_changed_taken_from_and_removed) {
  create(u"a &amp; b", u"12");
  EXPECT_EQ(last_code(), DWORD{NO_ERROR});
  get(u"a & b");
  EXPECT_EQ(host_.objects.back().object,
            u"<Item xmlns=\"urn:example:inventory\"><Name>a &amp; b</Name><Count>12</Count></Item>");
  entry<WSMAN_PLUGIN_PUT>("WSManPluginPut")(context_, request(u"a & b"), 0, body(u"<Item><Count>5</Count></Item>"));
  EXPECT_EQ(last_code(), DWORD{NO_ERROR});
  entry<WSMAN_PLUGIN_INVOKE>("WSManPluginInvoke")(context_, request(u"a & b"), 0, u"urn:x/Take",
                                                  body(u"<Take><Count>3</Count></Take>"));
  EXPECT_EQ(host_.objects.back().object,
            u"<TakeResponse xmlns=\"urn:example:inventory\"><Left>2</Left></TakeResponse>");
  entry<WSMAN_PLUGIN_DELETE>("WSManPluginDelete")(context_, request(u"a & b"), 0);
  EXPECT_EQ(last_code(), DWORD{NO_ERROR});
  get(u"a & b");
  EXPECT_EQ(last_code(), DWORD{ERROR_FILE_NOT_FOUND});
}

TEST_F(InventoryTest, what_cannot_be_is_refused) {
  create(u"bolt", u"1");
  create(u"bolt", u"2");
  EXPECT_EQ(last_code(), DWORD{ERROR_ALREADY_EXISTS});
  create(u"", u"1");
  EXPECT_EQ(last_code(), DWORD{ERROR_INVALID_DATA});
  for (const auto* count : {u"", u"-1", u"1x", u"4294967296"}) {
    create(u"nut", count);
    EXPECT_EQ(last_code(), DWORD{ERROR_INVALID_DATA});
  }
  get(nullptr);
  EXPECT_EQ(last_code(), DWORD{ERROR_WSMAN_INVALID_SELECTORS});
  entry<WSMAN_PLUGIN_INVOKE>("WSManPluginInvoke")(context_, request(u"bolt"), 0, u"urn:x/Take",
                                                  body(u"<Take><Count>2</Count></Take>"));
  EXPECT_EQ(last_code(), DWORD{ERROR_INVALID_DATA});
  entry<WSMAN_PLUGIN_INVOKE>("WSManPluginInvoke")(context_, request(u"bolt"), 0, u"urn:x/Drop", nullptr);
  EXPECT_EQ(last_code(), DWORD{ERROR_WSMAN_ACTION_NOT_SUPPORTED});
}

TEST_F(InventoryTest, all_are_listed_or_the_one_that_the_filter_names) {
  for (const auto* name : {u"nut", u"bolt", u"cog"}) create(name, u"1");
  WSMAN_ENUMERATION_INFO info{WSMAN_ENUMERATE_OBJECT_AND_REFERENCE, nullptr};
  const auto list = [&] {
    host_.items.clear();
    entry<WSMAN_PLUGIN_ENUMERATE>("WSManPluginEnumerate")(context_, request(), 0, &info);
    EXPECT_EQ(last_code(), DWORD{NO_ERROR});
    return host_.items.size();
  };
  EXPECT_EQ(list(), 3U);
  EXPECT_TRUE(host_.items[0].object.find(u"<Name>bolt</Name>") != std::u16string::npos);
  WSMAN_KEY key{u"name", u"cog"};
  const WSMAN_SELECTOR_SET filter{1, &key};
  info.selectorFilter = &filter;
  EXPECT_EQ(list(), 1U);
  key.value = u"none";
  EXPECT_EQ(list(), 0U);
}

TEST(Inventory, has_limits) {
  Inventory inventory;
  EXPECT_EQ(inventory.add(std::string(Inventory::max_name, 'x'), 1), Inventory::Added::yes);
  EXPECT_EQ(inventory.add(std::string(Inventory::max_name + 1, 'x'), 1), Inventory::Added::no_name);
  for (std::size_t i = 1; i < Inventory::max_items; ++i) {
    ASSERT_EQ(inventory.add(std::to_string(i), 1), Inventory::Added::yes);
  }
  EXPECT_EQ(inventory.add("one more", 1), Inventory::Added::no_room);
}

TEST(ItemXml, is_read_whatever_its_prefix) {
  EXPECT_EQ(text_in("<p:Item><p:Name a='b'> x &lt;&amp;lt; </p:Name></p:Item>", "Name"), " x <&lt; ");
  EXPECT_EQ(text_in("<Item><Name/></Item>", "Name"), "");
  EXPECT_EQ(text_in("<Item><Name><b/></Name></Item>", "Name"), std::nullopt);
  EXPECT_EQ(text_in("<Item><Names>x</Names></Item>", "Name"), std::nullopt);
  for (const auto* broken : {"", "<", "<Name", "<Name>", "<Name>x", "<a:"})
    EXPECT_EQ(text_in(broken, "Name"), std::nullopt);
}

}  // namespace
