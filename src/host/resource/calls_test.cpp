// Get, Put, Create, Delete and Invoke: what plug-ins are given, what they may report, and what becomes of it.
#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "host/resource/reported.hpp"
#include "host/testing/resource_host.hpp"

namespace winrmd::host::testing {
namespace {

using namespace std::chrono_literals;
using enum ipc::Capability;

std::u16string wide(PCWSTR text) { return text == nullptr ? u"(null)" : text; }
std::u16string wide(const WSMAN_DATA* data) {
  return data == nullptr ? u"(null)" : std::u16string(data->text.buffer, data->text.bufferLength);
}

class ResourceCalls : public ::testing::Test {
 protected:
  ResourceCalls() { script() = {}; }
};

TEST_F(ResourceCalls, AnObjectThatWasReportedAnswersAGetWhenItIsComplete) {
  void* plugin = nullptr;
  script().startup = [](auto, auto, PVOID* context) {
    *context = reinterpret_cast<void*>(7);
    return 0U;
  };
  std::latch may_complete{1};
  std::thread later;
  script().get = [&](PVOID context, WSMAN_PLUGIN_REQUEST* request) {
    plugin = context;
    EXPECT_EQ(report_object(request, u"<?xml version='1.0'?> <!-- c --> <a:Disk xmlns:a='urn:d'/> "), 0U);
    later = std::thread([&, request] {
      may_complete.wait();
      EXPECT_EQ(complete(request), 0U);
    });
  };
  RunningHost host(resource_setup());
  const auto id = host.send(resource_call(get));
  EXPECT_TRUE(host.unanswered(id, 50ms));
  may_complete.count_down();
  const auto result = host.expect<ipc::ResourceResult>(id);
  later.join();
  EXPECT_EQ(result.object, "<a:Disk xmlns:a='urn:d'/>");
  EXPECT_FALSE(result.reference);
  EXPECT_EQ(plugin, reinterpret_cast<void*>(7));
}

TEST_F(ResourceCalls, AnEntryPointFindsWhatIsAddressedInItsRequest) {
  script().get = [](PVOID, WSMAN_PLUGIN_REQUEST* request) {
    const WSMAN_OPERATION_INFO& info = *request->operationInfo;
    EXPECT_EQ(wide(request->resourceUri), u"urn:resource");
    EXPECT_EQ(wide(request->senderDetails->senderName), u"alice");
    EXPECT_NE(request->senderDetails->clientToken, nullptr);
    ASSERT_EQ(info.selectorSet.numberKeys, 1U);
    EXPECT_EQ(wide(info.selectorSet.keys[0].key), u"Name");
    EXPECT_EQ(wide(info.selectorSet.keys[0].value), u"sd\u00E4");
    ASSERT_EQ(info.optionSet.optionsCount, 1U);
    EXPECT_EQ(wide(info.optionSet.options[0].name), u"o");
    EXPECT_EQ(wide(info.fragment.path), u"Disk/Size");
    EXPECT_EQ(wide(info.fragment.dialect), u"urn:xpath");
    EXPECT_EQ(info.filter.filter, nullptr);
    EXPECT_EQ(info.filter.dialect, nullptr);
    EXPECT_EQ(info.version, static_cast<DWORD>(WSMAN_OPERATION_INFOV2));
    report_object(request, u"<x/>");
    complete(request);
  };
  RunningHost host(resource_setup());
  auto call = resource_call(get);
  call.details.selectors = {{.name = "Name", .value = "sd\u00E4"}};
  call.details.options = {{.name = "o", .value = "v", .type = "", .must_comply = true}};
  call.details.fragment = ipc::Expression{.text = "Disk/Size", .dialect = "urn:xpath"};
  host.ask<ipc::ResourceResult>(call);
}

TEST_F(ResourceCalls, WithoutFragmentAndFilterBothAreNull) {
  script().get = [](PVOID, WSMAN_PLUGIN_REQUEST* request) {
    EXPECT_EQ(request->operationInfo->fragment.path, nullptr);
    EXPECT_EQ(request->operationInfo->filter.filter, nullptr);
    report_object(request, u"<x/>");
    complete(request);
  };
  RunningHost host(resource_setup());
  host.ask<ipc::ResourceResult>(resource_call(get));
}

TEST_F(ResourceCalls, BodyAndActionArriveAndNoBodyIsNull) {
  std::vector<std::u16string> seen;
  script().put = [&](WSMAN_PLUGIN_REQUEST* request, WSMAN_DATA* body) {
    seen.push_back(wide(body));
    complete(request);
  };
  script().invoke = [&](WSMAN_PLUGIN_REQUEST* request, PCWSTR action, WSMAN_DATA* body) {
    seen.push_back(wide(action));
    seen.push_back(wide(body));
    report_object(request, u"<out/>");
    complete(request);
  };
  RunningHost host(resource_setup());
  EXPECT_TRUE(host.ask<ipc::ResourceResult>(resource_call(put, "<new/>")).object.empty());
  EXPECT_TRUE(host.ask<ipc::ResourceResult>(resource_call(put)).object.empty());
  auto call = resource_call(invoke, "<in/>");
  call.action = "urn:resource/Stop";
  EXPECT_EQ(host.ask<ipc::ResourceResult>(call).object, "<out/>");
  EXPECT_EQ(seen, (std::vector<std::u16string>{u"<new/>", u"(null)", u"urn:resource/Stop", u"<in/>"}));
}

TEST_F(ResourceCalls, ACreateAnswersWithTheReferenceAndADeleteWithNothing) {
  script().create = [](WSMAN_PLUGIN_REQUEST* request, WSMAN_DATA* body) {
    EXPECT_EQ(wide(body), u"<disk/>");
    WSMAN_KEY keys[] = {{u"Name", u"a"}, {u"Bus", u""}};
    WSMAN_RESOURCE_REFERENCE reference = {u"urn:resource/disk", {2, keys}};
    EXPECT_EQ(WSManPluginReportReference(request, 0, &reference), 0U);
    EXPECT_EQ(WSManPluginReportReference(request, 0, &reference), ERROR_INVALID_PARAMETER);
    complete(request);
  };
  script().remove = [](WSMAN_PLUGIN_REQUEST* request) { complete(request); };
  RunningHost host(resource_setup());
  const auto created = host.ask<ipc::ResourceResult>(resource_call(create, "<disk/>"));
  ASSERT_TRUE(created.reference);
  EXPECT_EQ(created.reference->resource_uri, "urn:resource/disk");
  ASSERT_EQ(created.reference->selectors.size(), 2U);
  EXPECT_EQ(created.reference->selectors[0].name, "Name");
  EXPECT_EQ(created.reference->selectors[1].value, "");
  const auto removed = host.ask<ipc::ResourceResult>(resource_call(remove));
  EXPECT_TRUE(removed.object.empty());
  EXPECT_FALSE(removed.reference);
}

TEST_F(ResourceCalls, SuccessWithoutTheReportThatIsOwedIsAFailure) {
  script().get = [](PVOID, WSMAN_PLUGIN_REQUEST* request) { complete(request); };
  script().create = [](WSMAN_PLUGIN_REQUEST* request, WSMAN_DATA*) { complete(request); };
  RunningHost host(resource_setup());
  for (const auto kind : {get, create}) {
    const auto failed = host.ask<ipc::Failed>(resource_call(kind));
    EXPECT_EQ(failed.code, code_invalid_response);
    EXPECT_FALSE(failed.from_plugin);
  }
}

TEST_F(ResourceCalls, AnErrorBeatsWhatWasReported) {
  script().get = [](PVOID, WSMAN_PLUGIN_REQUEST* request) {
    report_object(request, u"<x/>");
    complete(request, 5, u"not yours");
  };
  RunningHost host(resource_setup());
  const auto failed = host.ask<ipc::Failed>(resource_call(get));
  EXPECT_EQ(failed.code, 5U);
  EXPECT_EQ(failed.text, "not yours");
  EXPECT_TRUE(failed.from_plugin);
}

TEST_F(ResourceCalls, AnExceptionIsAFailure) {
  script().get = [](PVOID, WSMAN_PLUGIN_REQUEST*) { throw std::runtime_error("oops"); };
  RunningHost host(resource_setup());
  EXPECT_EQ(host.ask<ipc::Failed>(resource_call(get)).code, code_plugin_failed);
}

TEST_F(ResourceCalls, EachReportIsForItsKindOfRequest) {
  WSMAN_RESOURCE_REFERENCE reference = {u"urn:x", {0, nullptr}};
  const auto refused = [&](WSMAN_PLUGIN_REQUEST* request, bool object, bool named) {
    EXPECT_EQ(report_object(request, u"<x/>") == 0, object);
    EXPECT_EQ(WSManPluginReportReference(request, 0, &reference) == 0, named);
    EXPECT_EQ(report_item(request, u"<x/>"), ERROR_INVALID_PARAMETER);
    EXPECT_EQ(WSManPluginReportContext(request, 0, request), ERROR_INVALID_PARAMETER);
    EXPECT_EQ(WSManPluginReceiveResult(request, 0, nullptr, nullptr, u"s", 0), ERROR_INVALID_PARAMETER);
    complete(request);
  };
  script().get = [&](PVOID, WSMAN_PLUGIN_REQUEST* request) { refused(request, true, false); };
  script().put = [&](WSMAN_PLUGIN_REQUEST* request, WSMAN_DATA*) { refused(request, true, false); };
  script().create = [&](WSMAN_PLUGIN_REQUEST* request, WSMAN_DATA*) { refused(request, false, true); };
  script().remove = [&](WSMAN_PLUGIN_REQUEST* request) { refused(request, false, false); };
  script().invoke = [&](WSMAN_PLUGIN_REQUEST* request, PCWSTR, WSMAN_DATA*) { refused(request, true, false); };
  RunningHost host(resource_setup());
  for (const auto kind : {get, put, create, remove, invoke}) host.ask<ipc::ResourceResult>(resource_call(kind));
}

TEST_F(ResourceCalls, AfterItsCompletionARequestIsNothing) {
  script().get = [](PVOID, WSMAN_PLUGIN_REQUEST* request) {
    EXPECT_EQ(report_object(request, u"<x/>"), 0U);
    EXPECT_EQ(report_object(request, u"<y/>"), ERROR_INVALID_PARAMETER);
    EXPECT_EQ(complete(request), 0U);
    EXPECT_EQ(complete(request), ERROR_INVALID_PARAMETER);
    EXPECT_EQ(report_object(request, u"<x/>"), ERROR_INVALID_PARAMETER);
    WSMAN_DATA data = {};
    EXPECT_EQ(WSManPluginGetOperationParameters(request, WSMAN_PLUGIN_PARAMS_TIMEOUT, &data), ERROR_INVALID_PARAMETER);
  };
  RunningHost host(resource_setup());
  EXPECT_EQ(host.ask<ipc::ResourceResult>(resource_call(get)).object, "<x/>");
}

TEST_F(ResourceCalls, AnObjectThatIsNoOneElementIsRefusedAndAnotherMayFollow) {
  script().get = [](PVOID, WSMAN_PLUGIN_REQUEST* request) {
    for (const auto* bad : {u"", u"text", u"<a>", u"<a/><b/>", u"<a xmlns:p='u'><q:b/></a>", u"<a>&undeclared;</a>",
                            u"<!DOCTYPE a><a/>", u"<a>\xD800</a>", u"<a b='1' b='2'/>"}) {
      EXPECT_EQ(report_object(request, bad), ERROR_INVALID_PARAMETER);
    }
    WSMAN_DATA bytes = {};
    bytes.type = WSMAN_DATA_TYPE_BINARY;
    EXPECT_EQ(WSManPluginReportObject(request, 0, &bytes), ERROR_INVALID_PARAMETER);
    EXPECT_EQ(report_object(request, u"<good>\u00E4\xD83D\xDE00</good>"), 0U);
    complete(request);
  };
  RunningHost host(resource_setup());
  EXPECT_EQ(host.ask<ipc::ResourceResult>(resource_call(get)).object, "<good>\u00E4\U0001F600</good>");
}

TEST_F(ResourceCalls, AnObjectMayBeAsLargeAsTheLimitAndNotOneUnitLarger) {
  script().get = [](PVOID, WSMAN_PLUGIN_REQUEST* request) {
    std::u16string xml = u"<a>" + std::u16string(max_object - 7, u'x') + u"</a>";
    EXPECT_EQ(xml.size(), max_object);
    xml.insert(3, u"y");
    EXPECT_EQ(report_object(request, xml), ERROR_INVALID_PARAMETER);
    xml.erase(3, 1);
    EXPECT_EQ(report_object(request, xml), 0U);
    complete(request);
  };
  RunningHost host(resource_setup());
  EXPECT_EQ(host.ask<ipc::ResourceResult>(resource_call(get)).object.size(), max_object);
}

TEST_F(ResourceCalls, AnAbsurdLengthIsRefusedUnread) {
  script().get = [](PVOID, WSMAN_PLUGIN_REQUEST* request) {
    WSMAN_DATA data = text_data(u"<a/>");
    data.text.bufferLength = 0xFFFFFFFFU;
    EXPECT_EQ(WSManPluginReportObject(request, 0, &data), ERROR_INVALID_PARAMETER);
    complete(request, 1);
  };
  script().create = [](WSMAN_PLUGIN_REQUEST* request, WSMAN_DATA*) {
    WSMAN_KEY key = {u"a", u"b"};
    WSMAN_RESOURCE_REFERENCE reference = {nullptr, {0xFFFFFFFFU, &key}};
    EXPECT_EQ(WSManPluginReportReference(request, 0, &reference), ERROR_INVALID_PARAMETER);
    complete(request, 1);
  };
  RunningHost host(resource_setup());
  host.ask<ipc::Failed>(resource_call(get));
  host.ask<ipc::Failed>(resource_call(create));
}

TEST_F(ResourceCalls, AReferenceHasNamesAndValuesWithinTheirLimits) {
  script().create = [](WSMAN_PLUGIN_REQUEST* request, WSMAN_DATA*) {
    const auto report = [request](const std::u16string& uri, const std::vector<WSMAN_KEY>& keys) {
      auto copy = keys;
      WSMAN_RESOURCE_REFERENCE reference = {uri.c_str(), {static_cast<DWORD>(copy.size()), copy.data()}};
      return WSManPluginReportReference(request, 0, &reference);
    };
    const std::u16string name(max_selector_name, u'n');
    const std::u16string value(max_selector_value, u'v');
    const std::u16string uri(max_resource_uri, u'u');
    const std::u16string longer_name = name + u"n";
    const std::u16string longer_value = value + u"v";
    const std::vector<WSMAN_KEY> bad[] = {{{nullptr, u"v"}},
                                          {{u"", u"v"}},
                                          {{u"n", nullptr}},
                                          {{u"\xDC00", u"v"}},
                                          {{u"n", u"\xD800"}},
                                          {{longer_name.c_str(), u"v"}},
                                          {{u"n", longer_value.c_str()}},
                                          std::vector<WSMAN_KEY>(max_selectors + 1, {u"n", u"v"})};
    for (const auto& keys : bad) EXPECT_EQ(report(u"urn:x", keys), ERROR_INVALID_PARAMETER);
    EXPECT_EQ(report(u"", {}), ERROR_INVALID_PARAMETER);
    EXPECT_EQ(report(uri + u"u", {}), ERROR_INVALID_PARAMETER);
    // Together not more than max_reference.
    const std::vector<WSMAN_KEY> four(4, {u"n", value.c_str()});
    EXPECT_EQ(report(u"", four), ERROR_INVALID_PARAMETER);
    EXPECT_EQ(report(u"urn:x", four), ERROR_INVALID_PARAMETER);
    EXPECT_EQ(report(uri, {{name.c_str(), value.c_str()}}), 0U);
    complete(request);
  };
  auto setup = resource_setup();
  RunningHost host(setup);
  const auto created = host.ask<ipc::ResourceResult>(resource_call(create));
  ASSERT_TRUE(created.reference);
  EXPECT_EQ(created.reference->selectors.at(0).value.size(), max_selector_value);
}

TEST_F(ResourceCalls, AReferenceHasAsManySelectorsAsTheLimitSays) {
  script().create = [](WSMAN_PLUGIN_REQUEST* request, WSMAN_DATA*) {
    std::vector<WSMAN_KEY> keys(max_selectors, {u"n", u"v"});
    WSMAN_RESOURCE_REFERENCE reference = {nullptr, {static_cast<DWORD>(keys.size()), keys.data()}};
    EXPECT_EQ(WSManPluginReportReference(request, 0, &reference), 0U);
    complete(request);
  };
  RunningHost host(resource_setup());
  EXPECT_EQ(host.ask<ipc::ResourceResult>(resource_call(create)).reference->selectors.size(), max_selectors);
}

TEST_F(ResourceCalls, ACancelledCallIsToldToEndAndItsAnswerIsIgnored) {
  std::latch begun{1};
  std::latch told{1};
  WSMAN_PLUGIN_REQUEST* running = nullptr;
  script().get = [&](PVOID, WSMAN_PLUGIN_REQUEST* request) {
    running = request;
    WSManPluginRegisterShutdownCallback(
        request, [](void* latch) { static_cast<std::latch*>(latch)->count_down(); }, &told);
    begun.count_down();
  };
  RunningHost host(resource_setup());
  const auto id = host.send(resource_call(get));
  begun.wait();
  host.send_as(ipc::Cancel{}, id);
  told.wait();
  EXPECT_EQ(running->shutdownNotification, 1);
  EXPECT_EQ(WaitForSingleObject(running->shutdownNotificationHandle, 0), WAIT_OBJECT_0);
  EXPECT_EQ(report_object(running, u"<x/>"), ERROR_OPERATION_ABORTED);
  EXPECT_EQ(complete(running), 0U);
  EXPECT_TRUE(host.unanswered(id, 50ms));
}

TEST_F(ResourceCalls, TheHostStopsWhenWhatRunsIsComplete) {
  std::latch begun{1};
  bool shut_down = false;
  script().shutdown = [&](auto...) {
    shut_down = true;
    return 0U;
  };
  script().get = [&](PVOID, WSMAN_PLUGIN_REQUEST* request) {
    WSManPluginRegisterShutdownCallback(
        request,
        [](void* it) {
          EXPECT_EQ(report_object(static_cast<WSMAN_PLUGIN_REQUEST*>(it), u"<x/>"), ERROR_OPERATION_ABORTED);
          complete(static_cast<WSMAN_PLUGIN_REQUEST*>(it));
        },
        request);
    begun.count_down();
  };
  RunningHost host(resource_setup());
  const auto id = host.send(resource_call(get));
  begun.wait();
  EXPECT_EQ(host.stop(1), Exit::stopped);
  EXPECT_EQ(host.expect<ipc::Failed>(id).code, code_aborted);
  EXPECT_TRUE(shut_down);
}

TEST_F(ResourceCalls, ManyRunAtOnce) {
  constexpr int count = 12;
  std::latch all{count};
  script().get = [&](PVOID, WSMAN_PLUGIN_REQUEST* request) {
    all.arrive_and_wait();
    report_object(request, u"<x/>");
    complete(request);
  };
  RunningHost host(resource_setup());
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < count; ++i) ids.push_back(host.send(resource_call(get)));
  for (const auto id : ids) host.expect<ipc::ResourceResult>(id);
}

TEST_F(ResourceCalls, AnotherPluginsNameAndTextThatIsNoTextAreRefused) {
  RunningHost host(resource_setup());
  auto call = resource_call(get);
  call.plugin = "other";
  EXPECT_EQ(host.ask<ipc::Failed>(call).code, code_load_failed);
  auto text = resource_call(put, "<a>\xFF</a>");
  EXPECT_EQ(host.ask<ipc::Failed>(text).code, code_invalid_parameter);
  auto selector = resource_call(get);
  selector.details.selectors = {{.name = "\xFF", .value = ""}};
  EXPECT_EQ(host.ask<ipc::Failed>(selector).code, code_invalid_parameter);
}

TEST_F(ResourceCalls, WhatThePluginIsNotConfiguredForIsNotCalled) {
  auto setup = resource_setup();
  setup.plugins.front().capabilities = {get};
  script().get = [](PVOID, WSMAN_PLUGIN_REQUEST* request) {
    report_object(request, u"<x/>");
    complete(request);
  };
  RunningHost host(setup);
  host.ask<ipc::ResourceResult>(resource_call(get));
  for (const auto kind : {put, create, remove, invoke, enumerate, shell, subscribe}) {
    EXPECT_EQ(host.ask<ipc::Failed>(resource_call(kind)).code, code_not_supported);
  }
  EXPECT_EQ(host.ask<ipc::Failed>(enumeration_open()).code, code_not_supported);
}

TEST_F(ResourceCalls, AMissingEntryPointIsNamedWithTheCapabilityThatNeedsIt) {
  auto setup = resource_setup();
  setup.plugins.front().file = NO_SIGNAL_PLUGIN;
  setup.plugins.front().capabilities = {invoke};
  RunningHost host(setup);
  const auto failed = host.ask<ipc::Failed>(resource_call(invoke));
  EXPECT_EQ(failed.code, code_entry_point_missing);
  EXPECT_EQ(failed.text, "The plug-in does not export WSManPluginInvoke, which its capability Invoke needs.");
}

TEST_F(ResourceCalls, OneHostServesShellsAndResources) {
  script_plain_shell();
  script().get = [](PVOID, WSMAN_PLUGIN_REQUEST* request) {
    report_object(request, u"<x/>");
    complete(request);
  };
  auto setup = resource_setup();
  setup.plugins.front().capabilities = {get, shell};
  RunningHost host(setup);
  host.ask<ipc::ShellCreated>(shell_create());
  host.ask<ipc::ResourceResult>(resource_call(get));
}

}  // namespace
}  // namespace winrmd::host::testing
