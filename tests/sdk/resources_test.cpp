// wsman/resources.hpp: the entry points that WSMAN_RESOURCE_PLUGIN makes, with a host that writes down.
#include <gtest/gtest.h>

#include <functional>
#include <wsman/resources.hpp>

#include "host/wsmsvc/testing/fake_backend.hpp"

namespace {

using winrmd::wsmsvc::FakeBackend;

// Each test says what the entry points do.
struct Script {
  std::function<void(wsman::Get)> get;
  std::function<void(wsman::Create)> create;
  std::function<void(wsman::Enumerate)> enumerate;
};
Script script;

class Scripted : public wsman::ResourcePlugin {
 public:
  explicit Scripted(const wsman::Startup&) {}
  void get(wsman::Get request) override { script.get(request); }
  void create(wsman::Create request) override { script.create(request); }
  void enumerate(wsman::Enumerate request) override { script.enumerate(request); }
};

}  // namespace

WSMAN_RESOURCE_PLUGIN(Scripted)

namespace {

class Resources : public ::testing::Test {
 protected:
  Resources() {
    WSManPluginStartup(0, u"wsman", nullptr, &plugin_);
    request_.operationInfo = &info_;
  }
  ~Resources() override { WSManPluginShutdown(plugin_, 0, 0); }

  DWORD get(std::function<void(wsman::Get)> act) {
    script.get = std::move(act);
    WSManPluginGet(plugin_, &request_, 0);
    return only_code();
  }
  DWORD enumerate(WSManEnumerationMode mode, std::function<void(wsman::Enumerate)> act) {
    script.enumerate = std::move(act);
    const WSMAN_ENUMERATION_INFO info{mode, nullptr};
    WSManPluginEnumerate(plugin_, &request_, 0, &info);
    return only_code();
  }
  DWORD only_code() {
    EXPECT_EQ(host_.completions.size(), 1U);
    const DWORD code = host_.completions.empty() ? 0xFFFFFFFF : host_.completions.back().code;
    host_.completions.clear();
    return code;
  }

  FakeBackend host_;
  void* plugin_ = nullptr;
  WSMAN_OPERATION_INFO info_{};
  WSMAN_PLUGIN_REQUEST request_{};
};

TEST_F(Resources, an_answer_is_reported_and_completes) {
  EXPECT_EQ(get([](const wsman::Get& request) { request.answer("<a>\xC3\xA4</a>"); }), DWORD{NO_ERROR});
  EXPECT_EQ(host_.objects.back().object, u"<a>ä</a>");
  EXPECT_EQ(get([](const wsman::Get& request) { request.answer(u"<b/>"); }), DWORD{NO_ERROR});
  EXPECT_EQ(host_.objects.back().object, u"<b/>");
}

TEST_F(Resources, what_is_dropped_or_thrown_or_not_there_is_answered_with_an_error) {
  EXPECT_EQ(get([](const wsman::Get&) {}), DWORD{ERROR_INTERNAL_ERROR});
  EXPECT_EQ(get([](const wsman::Get&) { throw wsman::Error(ERROR_FILE_NOT_FOUND); }), DWORD{ERROR_FILE_NOT_FOUND});
  EXPECT_EQ(get([](const wsman::Get& request) { request.answer("\xFF"); }), DWORD{ERROR_INVALID_DATA});
  WSManPluginDelete(plugin_, &request_, 0);
  EXPECT_EQ(only_code(), DWORD{ERROR_NOT_SUPPORTED});
}

TEST_F(Resources, a_report_that_the_host_refuses_becomes_the_clients_fault) {
  host_.result = ERROR_OPERATION_ABORTED;
  EXPECT_EQ(get([](const wsman::Get& request) { request.answer("<a/>"); }), DWORD{ERROR_OPERATION_ABORTED});
}

TEST_F(Resources, a_reference_names_what_was_made) {
  script.create = [](const wsman::Create& request) {
    request.answer(wsman::Reference(u"urn:thing").add(u"Name", u"first").add(u"Kind", u"x"));
  };
  WSManPluginCreate(plugin_, &request_, 0, nullptr);
  EXPECT_EQ(only_code(), DWORD{NO_ERROR});
  const auto& reference = host_.references.back().reference;
  EXPECT_EQ(reference.uri, u"urn:thing");
  ASSERT_EQ(reference.selectors.size(), 2U);
  EXPECT_EQ(reference.selectors[1], std::make_pair(std::u16string(u"Kind"), std::u16string(u"x")));
}

TEST_F(Resources, an_item_has_what_the_enumeration_wants) {
  const auto one = [](const wsman::Enumerate& request) {
    request.item("<a/>", wsman::Reference().add(u"Name", u"a"));
    request.done();
  };
  EXPECT_EQ(enumerate(WSMAN_ENUMERATE_OBJECT, one), DWORD{NO_ERROR});
  EXPECT_FALSE(host_.items.back().reference.given);
  EXPECT_EQ(enumerate(WSMAN_ENUMERATE_REFERENCE, one), DWORD{NO_ERROR});
  EXPECT_TRUE(host_.items.back().reference.given);
  EXPECT_EQ(host_.items.back().object, u"");
  EXPECT_EQ(enumerate(WSMAN_ENUMERATE_OBJECT_AND_REFERENCE, one), DWORD{NO_ERROR});
  EXPECT_TRUE(host_.items.back().reference.given);
  EXPECT_EQ(host_.items.back().object, u"<a/>");
}

TEST_F(Resources, selectors_and_fragments_are_there) {
  WSMAN_KEY keys[] = {{u"Name", u"a"}, {u"Kind", nullptr}};
  info_.selectorSet = {2, keys};
  info_.fragment = {u"/a/b", u"urn:dialect"};
  EXPECT_EQ(get([](const wsman::Get& request) {
              EXPECT_EQ(request.selector(u"name"), wsman::StringView(u"a"));
              EXPECT_EQ(request.selector(u"Kind"), wsman::StringView());
              EXPECT_EQ(request.selector(u"Other"), std::nullopt);
              EXPECT_EQ(request.selectors().size(), 2U);
              EXPECT_EQ(request.fragment(), u"/a/b");
              EXPECT_EQ(request.fragment_dialect(), u"urn:dialect");
              request.complete();
            }),
            DWORD{NO_ERROR});
}

}  // namespace
