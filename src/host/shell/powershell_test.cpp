// B25: what PowerShell's native shim looks for in what it is given. What it does with it is in
// powershell_life_test.cpp.
#include "host/testing/powershell.hpp"

namespace winrmd::host::testing {
namespace {

// The shim's way with its initialization: from the first element of that name, without a prefix, on to every `Param`
// below it, each of which must have both attributes.
std::map<std::u16string, std::u16string> parameters_in(std::u16string_view xml) {
  std::map<std::u16string, std::u16string> found;
  const auto root = xml.find(u"<InitializationParameters");
  if (root == std::u16string_view::npos) return found;
  const auto attribute = [](std::u16string_view element, std::u16string_view name) {
    const auto at = element.find(std::u16string(u" ").append(name).append(u"=\""));
    EXPECT_NE(at, std::u16string_view::npos);
    const auto begin = at + name.size() + 3;
    return std::u16string(element.substr(begin, element.find(u'"', begin) - begin));
  };
  for (auto at = xml.find(u"<Param ", root); at != std::u16string_view::npos; at = xml.find(u"<Param ", at + 1)) {
    const auto element = xml.substr(at, xml.find(u'>', at) - at);
    found.emplace(attribute(element, u"Name"), attribute(element, u"Value"));
  }
  return found;
}

// Creates a shell and a command, and lets each entry point of the shim look at what it got.
void create_both() {
  RunningHost host(powershell_setup());
  host.ask<ipc::ShellCreated>(powershell_create());
  host.ask<ipc::Done>(command_create());
}

TEST(PowerShell, B25_NothingThatItNeedsIsNull) {
  script_powershell();
  int looked = 0;
  const auto look = [&looked](const WSMAN_PLUGIN_REQUEST* request) {
    ASSERT_NE(request, nullptr);
    EXPECT_NE(request->senderDetails, nullptr);
    EXPECT_NE(request->operationInfo, nullptr);
    EXPECT_NE(request->resourceUri, nullptr);
    ++looked;
  };
  script().shell = [&](PVOID, WSMAN_PLUGIN_REQUEST* request, WSMAN_SHELL_STARTUP_INFO* info, WSMAN_DATA*) {
    look(request);
    EXPECT_NE(info, nullptr);
    report_itself(request);
  };
  script().command = [&](WSMAN_PLUGIN_REQUEST* request, PVOID, PCWSTR, auto*) {
    look(request);
    report_itself(request);
  };
  create_both();
  EXPECT_EQ(looked, 2);
}

TEST(PowerShell, B25_TheOptionThatNamesTheProtocolIsThere) {
  script_powershell();
  std::u16string value;
  script().shell = [&](PVOID, WSMAN_PLUGIN_REQUEST* request, auto*, auto*) {
    const auto& options = request->operationInfo->optionSet;
    ASSERT_EQ(options.optionsCount, 1U);
    EXPECT_EQ(text_of(options.options[0].name), u"protocolversion");
    EXPECT_TRUE(options.options[0].mustComply);
    value = text_of(options.options[0].value);
    report_itself(request);
  };
  create_both();
  EXPECT_EQ(value, u"2.3");
}

TEST(PowerShell, B25_BothStreamSetsHaveTheirNames) {
  script_powershell();
  std::vector<std::u16string> input;
  std::vector<std::u16string> output;
  script().shell = [&](PVOID, WSMAN_PLUGIN_REQUEST* request, WSMAN_SHELL_STARTUP_INFO* info, WSMAN_DATA*) {
    for (DWORD i = 0; i < info->inputStreamSet->streamIDsCount; ++i)
      input.push_back(text_of(info->inputStreamSet->streamIDs[i]));
    for (DWORD i = 0; i < info->outputStreamSet->streamIDsCount; ++i)
      output.push_back(text_of(info->outputStreamSet->streamIDs[i]));
    report_itself(request);
  };
  create_both();
  EXPECT_EQ(input, (std::vector<std::u16string>{u"stdin", u"pr"}));
  EXPECT_EQ(output, (std::vector<std::u16string>{u"stdout"}));
}

TEST(PowerShell, B25_AReceiveNamesStdoutAndNothingElse) {
  script_powershell();
  int calls = 0;
  script().receive = [&](WSMAN_PLUGIN_REQUEST* request, PVOID, WSMAN_STREAM_ID_SET* streams) {
    ASSERT_NE(streams, nullptr);
    EXPECT_EQ(streams->streamIDsCount, 1U);
    EXPECT_EQ(text_of(streams->streamIDs[0]), u"stdout");
    ++calls;
    complete_request(request);
  };
  RunningHost host(powershell_setup());
  host.ask<ipc::ShellCreated>(powershell_create());
  host.ask<ipc::Received>(powershell_receive());
  host.ask<ipc::Done>(command_create());
  host.ask<ipc::Received>(powershell_receive("C"));
  EXPECT_EQ(calls, 2) << "of the shell, and of the command";
}

TEST(PowerShell, B25_ParametersAreReadFromTheExtraInfo) {
  script_powershell();
  std::map<std::u16string, std::u16string> parameters;
  script().startup = [&](PCWSTR, PCWSTR extra, PVOID*) {
    EXPECT_NE(extra, nullptr);
    if (extra != nullptr) parameters = parameters_in(text_of(extra));
    return 0U;
  };
  create_both();
  EXPECT_EQ(parameters,
            (std::map<std::u16string, std::u16string>{{u"PSVersion", u"7.5"}, {u"pwshPath", u"/opt/pwsh"}}));
}

TEST(PowerShell, B25_WhatTheClientOpensWithIsText) {
  script_powershell();
  std::u16string content;
  script().shell = [&](PVOID, WSMAN_PLUGIN_REQUEST* request, WSMAN_SHELL_STARTUP_INFO*, WSMAN_DATA* inbound) {
    ASSERT_NE(inbound, nullptr);
    EXPECT_EQ(inbound->type, WSMAN_DATA_TYPE_TEXT);
    content.assign(reinterpret_cast<const char16_t*>(inbound->text.buffer), inbound->text.bufferLength);
    report_itself(request);
  };
  create_both();
  EXPECT_EQ(content, u"<creationXml xmlns=\"http://schemas.microsoft.com/powershell\">AAAA</creationXml>");
}

TEST(PowerShell, B25_LocalesAreTextOrSaidToBeAbsent) {
  script_powershell();
  std::vector<std::u16string> said;
  script().shell = [&](PVOID, WSMAN_PLUGIN_REQUEST* request, auto*, auto*) {
    for (const DWORD selector : {5U, 6U}) {
      WSMAN_DATA data{};
      if (WSManPluginGetOperationParameters(request, selector, &data) != 0) {
        said.emplace_back(u"absent");
        continue;
      }
      EXPECT_EQ(data.type, WSMAN_DATA_TYPE_TEXT);
      said.emplace_back(reinterpret_cast<const char16_t*>(data.text.buffer), data.text.bufferLength);
    }
    report_itself(request);
  };
  RunningHost host(powershell_setup());
  host.ask<ipc::ShellCreated>(powershell_create());
  auto silent = powershell_create();
  silent.shell = "T";
  silent.details.locale.clear();
  silent.details.data_locale.clear();
  host.ask<ipc::ShellCreated>(silent);
  EXPECT_EQ(said, (std::vector<std::u16string>{u"de-DE", u"fr-FR", u"absent", u"absent"}));
}

}  // namespace
}  // namespace winrmd::host::testing
