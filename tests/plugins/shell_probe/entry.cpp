// The entry points of the shell probe: each logs under whom it was called, then does what the command says.
#include <unistd.h>

#include "shell_probe/identity.hpp"
#include "shell_probe/operations.hpp"
#include "support/log.hpp"
#include "support/text.hpp"

namespace {

int plugin_context;  // its address is what Startup hands out

probe::CommandContext& command_of(PVOID context) { return *static_cast<probe::CommandContext*>(context); }

std::string shell_id(const WSMAN_PLUGIN_REQUEST* request) {
  const auto& set = request->operationInfo->selectorSet;
  for (DWORD i = 0; i < set.numberKeys; ++i) {
    if (probe::utf8(set.keys[i].key) == "ShellId") return probe::utf8(set.keys[i].value);
  }
  return {};
}

}  // namespace

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD flags, PCWSTR application, PCWSTR extra_info,
                                                    PVOID* context) {
  probe::log_to(probe::parameter(probe::utf8(extra_info), "log"));
  *context = &plugin_context;
  probe::Line("Startup")
      .number("flags", flags)
      .text("application", application)
      .text("extra", extra_info)
      .number("uid", ::geteuid())
      .write();
  return 0;
}

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID context, DWORD flags, DWORD reason) {
  probe::stop_all();
  probe::Line("Shutdown")
      .flag("plugin_context_ok", context == &plugin_context)
      .number("flags", flags)
      .number("reason", reason)
      .write();
  return 0;
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginShell(PVOID context, WSMAN_PLUGIN_REQUEST* request, DWORD flags,
                                                 WSMAN_SHELL_STARTUP_INFO* startup, WSMAN_DATA* open_content) {
  // First of all, so that nothing the probe does can have changed it.
  auto line = probe::identity_line("Shell", request);
  line.flag("plugin_context_ok", context == &plugin_context)
      .number("flags", flags)
      .number("inputs", startup->inputStreamSet->streamIDsCount)
      .number("outputs", startup->outputStreamSet->streamIDsCount)
      .number("idle_ms", startup->idleTimeoutMs)
      .text("directory", startup->workingDirectory)
      .text("display_name", startup->name)
      .flag("open_content", open_content != nullptr)
      .number("language", GetThreadUILanguage())
      .write();
  probe::open_shell(request);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseShellContext(PVOID context) {
  probe::Line("ReleaseShell").pointer("context", context).write();
  delete static_cast<probe::ShellContext*>(context);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginCommand(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PVOID shell, PCWSTR line,
                                                   WSMAN_COMMAND_ARG_SET* arguments) {
  probe::identity_line("Command", request)
      .number("flags", flags)
      .pointer("shell_context", shell)
      .text("shell", shell_id(request))
      .text("line", line)
      .number("arguments", arguments == nullptr ? 0 : arguments->argsCount)
      .write();
  probe::start_command(request, probe::utf8(line), arguments);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseCommandContext(PVOID shell, PVOID context) {
  probe::Line("ReleaseCommand").pointer("shell_context", shell).pointer("context", context).write();
  delete static_cast<probe::CommandContext*>(context);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSend(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PVOID /*shell*/,
                                                PVOID command, PCWSTR stream, WSMAN_DATA* data) {
  probe::identity_line("Send", request)
      .number("flags", flags)
      .text("stream", stream)
      .number("size", data->binaryData.dataLength)
      .write();
  if (command == nullptr) return probe::complete("send", request);
  std::string bytes(reinterpret_cast<const char*>(data->binaryData.data), data->binaryData.dataLength);
  probe::send(request, command_of(command), std::move(bytes), (flags & WSMAN_FLAG_SEND_NO_MORE_DATA) != 0);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReceive(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PVOID /*shell*/,
                                                   PVOID command, WSMAN_STREAM_ID_SET* streams) {
  probe::identity_line("Receive", request)
      .number("flags", flags)
      .number("streams", streams == nullptr ? 0 : streams->streamIDsCount)
      .write();
  if (command == nullptr) return probe::complete("receive", request, 87);
  probe::receive(request, command_of(command));
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSignal(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PVOID /*shell*/,
                                                  PVOID command, PCWSTR code) {
  probe::identity_line("Signal", request).number("flags", flags).text("code", code).write();
  if (command == nullptr) return probe::complete("signal", request);
  probe::signal(request, command_of(command), probe::utf8(code));
}
