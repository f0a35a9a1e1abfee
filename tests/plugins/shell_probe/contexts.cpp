#include "shell_probe/contexts.hpp"

#include <utility>

#include "support/log.hpp"
#include "support/text.hpp"

namespace probe {

void complete(const char* what, WSMAN_PLUGIN_REQUEST* request, DWORD code, std::string_view text) {
  Line("Completes")
      .text("what", std::string_view(what))
      .write();  // what follows from it may be logged before its return
  const auto wide = utf16(text);
  const DWORD result = WSManPluginOperationComplete(request, 0, code, text.empty() ? nullptr : wide.c_str());
  Line("OperationComplete").text("what", std::string_view(what)).number("code", code).number("result", result).write();
}

void report(const char* what, WSMAN_PLUGIN_REQUEST* request, void* context) {
  const DWORD result = WSManPluginReportContext(request, 0, context);
  Line("ReportContext")
      .text("what", std::string_view(what))
      .number("result", result)
      .pointer("context", context)
      .write();
}

void deliver(CommandContext& command) {
  std::unique_lock lock(command.mutex);
  if (command.receive == nullptr) return;
  auto* const receive = command.receive;
  auto output = std::exchange(command.output, {});
  const bool finished = command.finished;
  if (finished) command.receive = nullptr;
  lock.unlock();
  if (!output.empty()) {
    WSMAN_DATA data{};
    data.type = WSMAN_DATA_TYPE_BINARY;
    data.binaryData.dataLength = static_cast<DWORD>(output.size());
    data.binaryData.data = reinterpret_cast<BYTE*>(output.data());
    WSManPluginReceiveResult(receive, 0, WSMAN_STREAM_ID_STDOUT, &data, nullptr, 0);
  }
  if (!finished) return;
  WSManPluginReceiveResult(receive, 0, nullptr, nullptr, WSMAN_COMMAND_STATE_DONE, command.exit_code);
  complete("receive", receive);
  end(command);
}

void end(CommandContext& command) {
  std::unique_lock lock(command.mutex);
  command.finished = true;
  auto* const receive = std::exchange(command.receive, nullptr);
  const bool first = !std::exchange(command.completed, true);
  lock.unlock();
  if (receive != nullptr) complete("receive", receive);
  if (first) complete("command", command.request);
}

}  // namespace probe
