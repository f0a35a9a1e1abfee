// What the native shim of PowerShell's plug-in does in its entry points, and what its client sends, as far as a host
// can tell.
#pragma once

#include <string>

#include "host/testing/running_host.hpp"

namespace winrmd::host::testing {

inline std::u16string text_of(PCWSTR text) { return reinterpret_cast<const char16_t*>(text); }

inline void complete_request(void* request) {
  WSManPluginOperationComplete(static_cast<WSMAN_PLUGIN_REQUEST*>(request), 0, 0, nullptr);
}

// Shell and Command: waits for the end before anything is reported that could let it come; the context is the request
// itself.
inline void report_itself(WSMAN_PLUGIN_REQUEST* request) {
  WSManPluginRegisterShutdownCallback(request, complete_request, request);
  EXPECT_EQ(WSManPluginReportContext(request, 0, request), 0U);
}

inline ipc::ShellCreate powershell_create() {
  auto message = shell_create();
  message.details.resource_uri = "http://schemas.microsoft.com/powershell/Microsoft.PowerShell";
  message.input_streams = {"stdin", "pr"};
  message.output_streams = {"stdout"};
  message.details.options.push_back({.name = "protocolversion", .value = "2.3", .type = {}, .must_comply = true});
  message.open_content = R"(<creationXml xmlns="http://schemas.microsoft.com/powershell">AAAA</creationXml>)";
  return message;
}

inline ipc::StreamReceive powershell_receive(const std::string& command = {}) {
  auto message = stream_receive(command);
  message.streams = {"stdout"};
  return message;
}

inline ipc::HostSetup powershell_setup() {
  auto setup = operations_setup();
  setup.plugins.front().initialization_xml =
      R"(<InitializationParameters><Param Name="PSVersion" Value="7.5"/><Param Name="pwshPath" Value="/opt/pwsh"/></InitializationParameters>)";
  return setup;
}

inline void script_powershell() {
  script_plain_shell();
  script().shell = [](PVOID, WSMAN_PLUGIN_REQUEST* request, auto*, auto*) { report_itself(request); };
  script().command = [](WSMAN_PLUGIN_REQUEST* request, PVOID, PCWSTR, auto*) { report_itself(request); };
}

}  // namespace winrmd::host::testing
