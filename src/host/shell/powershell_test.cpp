// B25: a shell plug-in that goes about its work as PowerShell's native shim does, and what it relies on there.
#include <gtest/gtest.h>

#include "host/testing/running_host.hpp"

namespace winrmd::host::testing {
namespace {

std::u16string text_of(PCWSTR text) { return reinterpret_cast<const char16_t*>(text); }

void complete_request(void* request) {
  WSManPluginOperationComplete(static_cast<WSMAN_PLUGIN_REQUEST*>(request), 0, 0, nullptr);
}

void report_itself(WSMAN_PLUGIN_REQUEST* request) {
  // Waits for the end before anything is reported that could let it come; the context is the request itself.
  WSManPluginRegisterShutdownCallback(request, complete_request, request);
  EXPECT_EQ(WSManPluginReportContext(request, 0, request), 0U);
}

ipc::ShellCreate powershell_create() {
  auto message = shell_create();
  message.input_streams = {"stdin", "pr"};
  message.output_streams = {"stdout"};
  message.details.options.push_back({.name = "protocolversion", .value = "2.3", .type = {}, .must_comply = true});
  message.open_content = R"(<creationXml xmlns="http://schemas.microsoft.com/powershell">AAAA</creationXml>)";
  return message;
}

TEST(PowerShell, B25_FindsEverythingThatItLooksFor) {
  script_plain_shell();
  script().startup = [](PCWSTR, PCWSTR extra, PVOID*) {
    EXPECT_TRUE(text_of(extra).starts_with(u"<InitializationParameters><Param Name="));
    return 0U;
  };
  script().shell = [](PVOID, WSMAN_PLUGIN_REQUEST* request, WSMAN_SHELL_STARTUP_INFO* info, WSMAN_DATA* content) {
    EXPECT_NE(request->senderDetails, nullptr);
    EXPECT_NE(request->resourceUri, nullptr);
    EXPECT_EQ(request->operationInfo->optionSet.optionsCount, 1U);
    EXPECT_EQ(text_of(request->operationInfo->optionSet.options[0].name), u"protocolversion");
    EXPECT_EQ(info->inputStreamSet->streamIDsCount, 2U);
    EXPECT_EQ(text_of(info->inputStreamSet->streamIDs[1]), u"pr");
    EXPECT_EQ(info->outputStreamSet->streamIDsCount, 1U);
    EXPECT_EQ(content->type, WSMAN_DATA_TYPE_TEXT);
    for (const DWORD selector :
         {DWORD{WSMAN_PLUGIN_PARAMS_GET_REQUESTED_LOCALE}, DWORD{WSMAN_PLUGIN_PARAMS_GET_REQUESTED_DATA_LOCALE}}) {
      WSMAN_DATA locale{};
      EXPECT_EQ(WSManPluginGetOperationParameters(request, selector, &locale), 0U);
      EXPECT_EQ(locale.type, WSMAN_DATA_TYPE_TEXT);
    }
    report_itself(request);
  };
  script().receive = [](WSMAN_PLUGIN_REQUEST* request, PVOID, WSMAN_STREAM_ID_SET* streams) {
    EXPECT_EQ(streams->streamIDsCount, 1U);
    EXPECT_EQ(text_of(streams->streamIDs[0]), u"stdout");
    EXPECT_EQ(WSManPluginReceiveResult(request, 0, nullptr, nullptr, WSMAN_COMMAND_STATE_RUNNING, 0), 0U);
    // It closes a Receive with a call that breaks the rule of pairs, and does not look at the result.
    EXPECT_EQ(WSManPluginReceiveResult(request, WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA, WSMAN_STREAM_ID_STDOUT, nullptr,
                                       WSMAN_COMMAND_STATE_DONE, 0),
              ERROR_INVALID_PARAMETER);
    complete_request(request);
  };
  auto setup = operations_setup();
  setup.plugins.front().initialization_xml =
      R"(<InitializationParameters><Param Name="PSVersion" Value="7.0"/></InitializationParameters>)";
  RunningHost host(setup);
  host.ask<ipc::ShellCreated>(powershell_create());
  auto receive = stream_receive("");  // of the shell itself
  receive.streams = {"stdout"};
  const auto done = host.ask<ipc::Received>(receive);
  EXPECT_EQ(done.state, "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Done");
  EXPECT_EQ(host.stop(WSMAN_PLUGIN_SHUTDOWN_SERVICE), Exit::stopped);
}

}  // namespace
}  // namespace winrmd::host::testing
