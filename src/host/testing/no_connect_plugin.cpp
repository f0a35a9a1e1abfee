// A shell plug-in without WSManPluginConnect: its shells cannot be disconnected.
#define WSMAN_API_VERSION_1_1
#include <wsman.h>

namespace {
void complete(void* request) {
  WSManPluginOperationComplete(static_cast<WSMAN_PLUGIN_REQUEST*>(request), 0, NO_ERROR, nullptr);
}
void live_until_told(WSMAN_PLUGIN_REQUEST* request) {
  WSManPluginRegisterShutdownCallback(request, complete, request);
  WSManPluginReportContext(request, 0, request);
}
}  // namespace

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD, PCWSTR, PCWSTR, PVOID*) { return NO_ERROR; }
WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID, DWORD, DWORD) { return NO_ERROR; }
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginShell(PVOID, WSMAN_PLUGIN_REQUEST* request, DWORD, WSMAN_SHELL_STARTUP_INFO*,
                                                 WSMAN_DATA*) {
  live_until_told(request);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseShellContext(PVOID) {}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginCommand(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID, PCWSTR,
                                                   WSMAN_COMMAND_ARG_SET*) {
  live_until_told(request);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseCommandContext(PVOID, PVOID) {}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSend(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID, PVOID, PCWSTR,
                                                WSMAN_DATA*) {
  complete(request);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReceive(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID, PVOID,
                                                   WSMAN_STREAM_ID_SET*) {
  complete(request);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSignal(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID, PVOID, PCWSTR) {
  complete(request);
}
