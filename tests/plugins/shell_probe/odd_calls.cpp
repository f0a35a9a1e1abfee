#include "shell_probe/odd_calls.hpp"

namespace probe {

std::string odd_receive_results(WSMAN_PLUGIN_REQUEST* request) {
  std::string said;
  const auto say = [&said](const char* name, DWORD result) {
    said += std::string(name) + "=" + std::to_string(result) + "\n";
  };
  BYTE bytes[] = {'x'};
  WSMAN_DATA data{};
  data.type = WSMAN_DATA_TYPE_BINARY;
  data.binaryData.dataLength = 1;
  data.binaryData.data = bytes;
  WSMAN_DATA text{};
  text.type = WSMAN_DATA_TYPE_TEXT;
  int made_up = 0;
  auto* const invented = reinterpret_cast<WSMAN_PLUGIN_REQUEST*>(&made_up);
  say("result_null", WSManPluginReceiveResult(nullptr, 0, WSMAN_STREAM_ID_STDOUT, &data, nullptr, 0));
  say("result_invented", WSManPluginReceiveResult(invented, 0, WSMAN_STREAM_ID_STDOUT, &data, nullptr, 0));
  say("result_flags", WSManPluginReceiveResult(request, 0x100, WSMAN_STREAM_ID_STDOUT, &data, nullptr, 0));
  say("result_no_data", WSManPluginReceiveResult(request, 0, WSMAN_STREAM_ID_STDOUT, nullptr, nullptr, 0));
  say("result_no_stream", WSManPluginReceiveResult(request, 0, nullptr, &data, nullptr, 0));
  say("result_end_of_nothing", WSManPluginReceiveResult(request, 1, nullptr, nullptr, WSMAN_COMMAND_STATE_RUNNING, 0));
  say("result_text", WSManPluginReceiveResult(request, 0, WSMAN_STREAM_ID_STDOUT, &text, nullptr, 0));
  say("report_on_receive", WSManPluginReportContext(request, 0, &made_up));
  say("report_null", WSManPluginReportContext(nullptr, 0, &made_up));
  say("complete_null", WSManPluginOperationComplete(nullptr, 0, 0, nullptr));
  say("complete_flags", WSManPluginOperationComplete(request, 1, 0, nullptr));
  say("complete_invented", WSManPluginOperationComplete(invented, 0, 0, nullptr));
  say("free_null", WSManPluginFreeRequestDetails(nullptr));
  say("parameters_null", WSManPluginGetOperationParameters(request, WSMAN_PLUGIN_PARAMS_TIMEOUT, nullptr));
  say("parameters_unknown", WSManPluginGetOperationParameters(request, 99, &data));
  say("good", WSManPluginReceiveResult(request, 0, nullptr, nullptr, WSMAN_COMMAND_STATE_RUNNING, 0));
  return said;
}

}  // namespace probe
