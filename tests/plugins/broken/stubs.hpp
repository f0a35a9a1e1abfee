// The entry points of both kinds of plug-in, which are never to be reached.
#pragma once

#define WSMAN_API_VERSION_1_0
#include <wsman.h>
#include <wsman_portable.h>

#include <cstdlib>

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginShell(PVOID, WSMAN_PLUGIN_REQUEST*, DWORD, WSMAN_SHELL_STARTUP_INFO*,
                                                 WSMAN_DATA*) {
  std::abort();
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseShellContext(PVOID) { std::abort(); }
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginCommand(WSMAN_PLUGIN_REQUEST*, DWORD, PVOID, PCWSTR,
                                                   WSMAN_COMMAND_ARG_SET*) {
  std::abort();
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseCommandContext(PVOID, PVOID) { std::abort(); }
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSend(WSMAN_PLUGIN_REQUEST*, DWORD, PVOID, PVOID, PCWSTR, WSMAN_DATA*) {
  std::abort();
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReceive(WSMAN_PLUGIN_REQUEST*, DWORD, PVOID, PVOID, WSMAN_STREAM_ID_SET*) {
  std::abort();
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSignal(WSMAN_PLUGIN_REQUEST*, DWORD, PVOID, PVOID, PCWSTR) { std::abort(); }
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzUser(PVOID, WSMAN_SENDER_DETAILS*, DWORD) { std::abort(); }
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzOperation(PVOID, WSMAN_SENDER_DETAILS*, DWORD, DWORD, PCWSTR, PCWSTR) {
  std::abort();
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzReleaseContext(PVOID) { std::abort(); }
