// The plug-in that the boundary is measured with: it does nothing but answer.
//   authorization   every operation is allowed at once; one on resource `hold` is never answered
//   command `N`     its Receive reports pieces of N bytes for as long as they are taken; `hold`: nothing
#include <cstdlib>
#include <string>
#include <vector>
#define WSMAN_API_VERSION_1_1
#include <wsman.h>
#include <wsman_portable.h>

namespace {

int some_context = 0;
constexpr DWORD hold = 0;

bool is_hold(PCWSTR text) { return text != nullptr && WSManPosixCompare(text, WSMAN_TEXT("hold")) == 0; }

DWORD number_in(PCWSTR text) {
  DWORD value = 0;
  for (; text != nullptr && *text >= '0' && *text <= '9'; ++text) value = value * 10 + static_cast<DWORD>(*text - '0');
  return value;
}

struct Command {
  WSMAN_PLUGIN_REQUEST* request;
  DWORD size;
};

void end(void* request) {
  WSManPluginOperationComplete(static_cast<WSMAN_PLUGIN_REQUEST*>(request), 0, NO_ERROR, nullptr);
}

}  // namespace

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD, PCWSTR, PCWSTR, PVOID* context) {
  *context = &some_context;
  return NO_ERROR;
}
WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID, DWORD, DWORD) { return NO_ERROR; }

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzUser(PVOID, WSMAN_SENDER_DETAILS* sender, DWORD) {
  WSManPluginAuthzUserComplete(sender, 0, nullptr, sender->clientToken, FALSE, NO_ERROR, nullptr);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzOperation(PVOID, WSMAN_SENDER_DETAILS* sender, DWORD, DWORD, PCWSTR,
                                                          PCWSTR resource) {
  if (!is_hold(resource)) WSManPluginAuthzOperationComplete(sender, 0, nullptr, NO_ERROR, nullptr);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzReleaseContext(PVOID) {}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginShell(PVOID, WSMAN_PLUGIN_REQUEST* request, DWORD, WSMAN_SHELL_STARTUP_INFO*,
                                                 WSMAN_DATA*) {
  WSManPluginReportContext(request, 0, request);
  WSManPluginRegisterShutdownCallback(request, end, request);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginCommand(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID, PCWSTR line,
                                                   WSMAN_COMMAND_ARG_SET*) {
  WSManPluginReportContext(request, 0, new Command{request, is_hold(line) ? hold : number_in(line)});
  WSManPluginRegisterShutdownCallback(request, end, request);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSend(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID, PVOID, PCWSTR,
                                                WSMAN_DATA*) {
  WSManPluginOperationComplete(request, 0, NO_ERROR, nullptr);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReceive(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID, PVOID context,
                                                   WSMAN_STREAM_ID_SET*) {
  const DWORD size = static_cast<Command*>(context)->size;
  if (size == hold) {
    WSManPluginRegisterShutdownCallback(request, end, request);
    return;
  }
  std::vector<BYTE> bytes(size, 'x');
  WSMAN_DATA data{};
  data.type = WSMAN_DATA_TYPE_BINARY;
  data.binaryData.data = bytes.data();
  data.binaryData.dataLength = size;
  while (WSManPluginReceiveResult(request, 0, WSMAN_STREAM_ID_STDOUT, &data, nullptr, 0) == NO_ERROR) {
  }
  WSManPluginOperationComplete(request, 0, ERROR_OPERATION_ABORTED, nullptr);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSignal(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID, PVOID, PCWSTR) {
  WSManPluginOperationComplete(request, 0, NO_ERROR, nullptr);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseShellContext(PVOID) {}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseCommandContext(PVOID, PVOID context) {
  delete static_cast<Command*>(context);
}
