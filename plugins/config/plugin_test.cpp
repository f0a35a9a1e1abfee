// The plug-in inside this process, with a host that writes down what it answers.
#include <dlfcn.h>

#include <algorithm>

#include "host/wsmsvc/testing/fake_backend.hpp"
#include "testing/tree_world.hpp"

namespace config_tree {
namespace {

using winrmd::wsmsvc::FakeBackend;

class ConfigPlugin : public TreeWorld {
 protected:
  ConfigPlugin() : library_(dlopen(PLUGIN_FILE, RTLD_NOW)) { EXPECT_NE(library_, nullptr) << dlerror(); }
  ~ConfigPlugin() override {
    if (context_ != nullptr) find<WSMAN_PLUGIN_SHUTDOWN>("WSManPluginShutdown")(context_, 0, 2);
    dlclose(library_);
  }

  template <typename Function>
  Function find(const char* name) {
    return reinterpret_cast<Function>(dlsym(library_, name));
  }
  DWORD start(const std::string& file) {
    const std::string xml = "<InitializationParameters><Param Name=\"file\" Value=\"" + file +
                            "\"/><Param Name=\"reload\" Value=\"false\"/></InitializationParameters>";
    return find<WSMAN_PLUGIN_STARTUP>("WSManPluginStartup")(0, u"wsman", std::u16string(xml.begin(), xml.end()).c_str(),
                                                            &context_);
  }
  void address(const char16_t* uri, std::vector<WSMAN_KEY> keys = {}) {
    keys_ = std::move(keys);
    info_.selectorSet = {.numberKeys = static_cast<DWORD>(keys_.size()), .keys = keys_.data()};
    request_.resourceUri = uri;
    request_.operationInfo = &info_;
  }
  // The answer's code and, of an object, its XML.
  FakeBackend::Completion completion() {
    EXPECT_EQ(host_.completions.size(), 1U) << "one answer, always";
    return host_.completions.at(0);
  }
  WSMAN_DATA body(std::u16string& xml) {
    WSMAN_DATA data{};
    data.type = WSMAN_DATA_TYPE_TEXT;
    data.text.buffer = xml.data();
    data.text.bufferLength = static_cast<DWORD>(xml.size());
    return data;
  }

  FakeBackend host_;
  void* library_;
  void* context_ = nullptr;
  std::vector<WSMAN_KEY> keys_;
  WSMAN_OPERATION_INFO info_{};
  WSMAN_PLUGIN_REQUEST request_{};
};

constexpr const char16_t* listener_uri = u"http://schemas.microsoft.com/wbem/wsman/1/config/listener";
constexpr const char16_t* winrs_uri = u"http://schemas.microsoft.com/wbem/wsman/1/config/winrs";

TEST_F(ConfigPlugin, NeedsAFile) {
  EXPECT_EQ(start("relative"), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(start(location_.file), NO_ERROR);
}

TEST_F(ConfigPlugin, AnswersAGetWithTheObject) {
  ASSERT_EQ(start(location_.file), NO_ERROR);
  address(winrs_uri);
  find<WSMAN_PLUGIN_GET>("WSManPluginGet")(context_, &request_, 0);
  EXPECT_EQ(completion().code, NO_ERROR);
  ASSERT_EQ(host_.objects.size(), 1U);
  EXPECT_TRUE(host_.objects[0].object.starts_with(u"<cfg:Winrs "));
}

TEST_F(ConfigPlugin, AnswersAPutWithTheObjectAsItIsThen) {
  ASSERT_EQ(start(location_.file), NO_ERROR);
  address(winrs_uri);
  std::u16string xml =
      u"<Winrs xmlns=\"http://schemas.microsoft.com/wbem/wsman/1/config/winrs\"><MaxShellsPerUser>9"
      u"</MaxShellsPerUser></Winrs>";
  auto data = body(xml);
  find<WSMAN_PLUGIN_PUT>("WSManPluginPut")(context_, &request_, 0, &data);
  EXPECT_EQ(completion().code, NO_ERROR);
  EXPECT_TRUE(text().ends_with("max_shells_per_user = 9\n"));
  EXPECT_TRUE(host_.objects.at(0).object.contains(u"<cfg:MaxShellsPerUser>9<"));
}

TEST_F(ConfigPlugin, AnswersACreateWithAReferenceAndADeleteWithNothing) {
  ASSERT_EQ(start(location_.file), NO_ERROR);
  address(listener_uri, {{u"Address", u"IP:10.0.0.1"}, {u"Transport", u"HTTP"}});
  find<WSMAN_PLUGIN_CREATE>("WSManPluginCreate")(context_, &request_, 0, nullptr);
  EXPECT_EQ(completion().code, NO_ERROR);
  EXPECT_EQ(host_.references.at(0).reference.selectors.at(0).second, u"IP:10.0.0.1");
  host_.completions.clear();
  find<WSMAN_PLUGIN_DELETE>("WSManPluginDelete")(context_, &request_, 0);
  EXPECT_EQ(completion().code, NO_ERROR);
  EXPECT_FALSE(text().contains("10.0.0.1"));
}

TEST_F(ConfigPlugin, EnumeratesWhatAFilterLeaves) {
  ASSERT_EQ(start(location_.file), NO_ERROR);
  address(listener_uri);
  WSMAN_KEY key{.key = u"Transport", .value = u"https"};
  const WSMAN_SELECTOR_SET filter{.numberKeys = 1, .keys = &key};
  const WSMAN_ENUMERATION_INFO everything{.mode = WSMAN_ENUMERATE_OBJECT_AND_REFERENCE, .selectorFilter = nullptr};
  find<WSMAN_PLUGIN_ENUMERATE>("WSManPluginEnumerate")(context_, &request_, 0, &everything);
  EXPECT_EQ(completion().code, NO_ERROR);
  EXPECT_EQ(host_.items.size(), 2U);
  host_.items.clear();
  host_.completions.clear();
  const WSMAN_ENUMERATION_INFO some{.mode = WSMAN_ENUMERATE_OBJECT, .selectorFilter = &filter};
  find<WSMAN_PLUGIN_ENUMERATE>("WSManPluginEnumerate")(context_, &request_, 0, &some);
  EXPECT_EQ(completion().code, NO_ERROR);
  ASSERT_EQ(host_.items.size(), 1U);
  EXPECT_TRUE(host_.items[0].object.contains(u"<cfg:Address>IP:::1<"));
}

TEST_F(ConfigPlugin, RefusesOtherFiltersFragmentLanguagesAndOptions) {
  ASSERT_EQ(start(location_.file), NO_ERROR);
  address(listener_uri);
  info_.filter = {.filter = u"select *", .dialect = u"http://schemas.microsoft.com/wbem/wsman/1/WQL"};
  const WSMAN_ENUMERATION_INFO all{.mode = WSMAN_ENUMERATE_OBJECT, .selectorFilter = nullptr};
  find<WSMAN_PLUGIN_ENUMERATE>("WSManPluginEnumerate")(context_, &request_, 0, &all);
  EXPECT_EQ(completion().code, ERROR_WSMAN_ENUMERATE_FILTERING_NOT_SUPPORTED);
  host_.completions.clear();
  address(winrs_uri);
  info_.fragment = {.path = u"IdleTimeout", .dialect = u"http://example/jsonpath"};
  find<WSMAN_PLUGIN_GET>("WSManPluginGet")(context_, &request_, 0);
  EXPECT_EQ(completion().code, ERROR_WSMAN_FRAGMENT_DIALECT_REQUESTED_UNAVAILABLE);
  host_.completions.clear();
  info_.fragment.dialect = u"http://www.w3.org/TR/1999/REC-xpath-19991116";
  WSMAN_OPTION option{.name = u"x", .value = u"y", .mustComply = TRUE};
  info_.optionSet = {.optionsCount = 1, .options = &option, .optionsMustUnderstand = FALSE};
  find<WSMAN_PLUGIN_GET>("WSManPluginGet")(context_, &request_, 0);
  EXPECT_EQ(completion().code, ERROR_WSMAN_OPTIONS_NOT_SUPPORTED);
}

TEST_F(ConfigPlugin, RestoresWhenItIsAskedTo) {
  ASSERT_EQ(start(location_.file), NO_ERROR);
  address(u"http://schemas.microsoft.com/wbem/wsman/1/config");
  find<WSMAN_PLUGIN_INVOKE>("WSManPluginInvoke")(context_, &request_, 0,
                                                 u"http://schemas.microsoft.com/wbem/wsman/1/config/Restore", nullptr);
  EXPECT_EQ(completion().code, NO_ERROR);
  EXPECT_FALSE(text().contains("max_connections"));
}

TEST_F(ConfigPlugin, SaysWhatIsWrong) {
  ASSERT_EQ(start(location_.file), NO_ERROR);
  address(u"http://schemas.microsoft.com/wbem/wsman/1/config/none");
  find<WSMAN_PLUGIN_GET>("WSManPluginGet")(context_, &request_, 0);
  EXPECT_EQ(completion().code, ERROR_WSMAN_INVALID_RESOURCE_URI);
  EXPECT_EQ(completion().text,
            u"there is no 'http://schemas.microsoft.com/wbem/wsman/1/config/none' in the "
            u"configuration");
}

}  // namespace
}  // namespace config_tree
