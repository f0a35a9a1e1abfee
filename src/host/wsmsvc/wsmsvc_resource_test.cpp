// The functions of resource plug-ins: what they refuse by themselves, what they hand on, what they let out.
#include <gtest/gtest.h>

#include "host/wsmsvc/testing/fake_backend.hpp"

namespace winrmd::wsmsvc {
namespace {

WSMAN_PLUGIN_REQUEST* const request =
    reinterpret_cast<WSMAN_PLUGIN_REQUEST*>(std::uintptr_t{0x1000});  // NOLINT: never dereferenced, that is the point

WSMAN_DATA text(std::u16string_view value) {
  WSMAN_DATA data = {};
  data.type = WSMAN_DATA_TYPE_TEXT;
  data.text.buffer = value.data();
  data.text.bufferLength = static_cast<DWORD>(value.size());
  return data;
}

// Everything that is no text with something in it.
std::vector<WSMAN_DATA> no_texts() {
  WSMAN_DATA null_text = text(u"<a/>");
  null_text.text.buffer = nullptr;
  WSMAN_DATA empty_text = text(u"<a/>");
  empty_text.text.bufferLength = 0;
  WSMAN_DATA bytes = text(u"<a/>");
  bytes.type = WSMAN_DATA_TYPE_BINARY;
  WSMAN_DATA number = text(u"<a/>");
  number.type = WSMAN_DATA_TYPE_DWORD;
  WSMAN_DATA unknown = text(u"<a/>");
  unknown.type = static_cast<WSManDataType>(77);
  return {WSMAN_DATA{}, null_text, empty_text, bytes, number, unknown};
}

TEST(ReportObject, RefusesNullFlagsAndWhatIsNoTextAndHandsOnTheRest) {
  FakeBackend host;
  WSMAN_DATA object = text(u"<a/>");
  EXPECT_EQ(WSManPluginReportObject(nullptr, 0, &object), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginReportObject(request, 0, nullptr), ERROR_INVALID_PARAMETER);
  for (DWORD bit = 1; bit != 0; bit <<= 1) {
    EXPECT_EQ(WSManPluginReportObject(request, bit, &object), ERROR_INVALID_PARAMETER) << bit;
  }
  for (WSMAN_DATA bad : no_texts()) EXPECT_EQ(WSManPluginReportObject(request, 0, &bad), ERROR_INVALID_PARAMETER);
  EXPECT_TRUE(host.objects.empty());
  EXPECT_EQ(WSManPluginReportObject(request, 0, &object), NO_ERROR);
  ASSERT_EQ(host.objects.size(), 1U);
  EXPECT_EQ(host.objects[0].request, request);
  EXPECT_EQ(host.objects[0].object, u"<a/>");
}

TEST(ReportReference, RefusesNullFlagsAndMissingKeysAndHandsOnTheRest) {
  FakeBackend host;
  WSMAN_KEY keys[] = {{u"Name", u"a"}, {u"Unit", u""}};
  const WSMAN_RESOURCE_REFERENCE reference = {u"urn:x", {2, keys}};
  const WSMAN_RESOURCE_REFERENCE without_keys = {u"urn:x", {1, nullptr}};
  EXPECT_EQ(WSManPluginReportReference(nullptr, 0, &reference), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginReportReference(request, 0, nullptr), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginReportReference(request, 1, &reference), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginReportReference(request, 0, &without_keys), ERROR_INVALID_PARAMETER);
  EXPECT_TRUE(host.references.empty());
  EXPECT_EQ(WSManPluginReportReference(request, 0, &reference), NO_ERROR);
  ASSERT_EQ(host.references.size(), 1U);
  EXPECT_EQ(host.references[0].reference.uri, u"urn:x");
  ASSERT_EQ(host.references[0].reference.selectors.size(), 2U);
  EXPECT_EQ(host.references[0].reference.selectors[0], std::pair(std::u16string(u"Name"), std::u16string(u"a")));
}

TEST(ReportItem, NeedsAnObjectOrAReferenceOrBoth) {
  FakeBackend host;
  WSMAN_DATA object = text(u"<a/>");
  const WSMAN_RESOURCE_REFERENCE reference = {nullptr, {0, nullptr}};
  const WSMAN_RESOURCE_REFERENCE without_keys = {nullptr, {1, nullptr}};
  EXPECT_EQ(WSManPluginReportItem(nullptr, 0, &object, nullptr), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginReportItem(request, 1, &object, nullptr), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginReportItem(request, 0, nullptr, nullptr), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginReportItem(request, 0, &object, &without_keys), ERROR_INVALID_PARAMETER);
  for (WSMAN_DATA bad : no_texts()) {
    EXPECT_EQ(WSManPluginReportItem(request, 0, &bad, &reference), ERROR_INVALID_PARAMETER);
  }
  EXPECT_TRUE(host.items.empty());
  EXPECT_EQ(WSManPluginReportItem(request, 0, &object, nullptr), NO_ERROR);
  EXPECT_EQ(WSManPluginReportItem(request, 0, nullptr, &reference), NO_ERROR);
  EXPECT_EQ(WSManPluginReportItem(request, 0, &object, &reference), NO_ERROR);
  ASSERT_EQ(host.items.size(), 3U);
  EXPECT_FALSE(host.items[0].reference.given);
  EXPECT_EQ(host.items[1].object, u"");
  EXPECT_TRUE(host.items[2].reference.given);
}

TEST(ResourceReports, WithoutAHostEveryRequestIsUnknownAndWhatItThrowsStaysInside) {
  WSMAN_DATA object = text(u"<a/>");
  const WSMAN_RESOURCE_REFERENCE reference = {nullptr, {0, nullptr}};
  EXPECT_EQ(WSManPluginReportObject(request, 0, &object), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginReportReference(request, 0, &reference), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(WSManPluginReportItem(request, 0, &object, &reference), ERROR_INVALID_PARAMETER);
  FakeBackend host;
  host.throws = true;
  EXPECT_EQ(WSManPluginReportObject(request, 0, &object), ERROR_INTERNAL_ERROR);
  EXPECT_EQ(WSManPluginReportReference(request, 0, &reference), ERROR_INTERNAL_ERROR);
  EXPECT_EQ(WSManPluginReportItem(request, 0, &object, &reference), ERROR_INTERNAL_ERROR);
  host.throws = false;
  host.result = ERROR_OPERATION_ABORTED;
  EXPECT_EQ(WSManPluginReportItem(request, 0, &object, &reference), ERROR_OPERATION_ABORTED);
}

}  // namespace
}  // namespace winrmd::wsmsvc
