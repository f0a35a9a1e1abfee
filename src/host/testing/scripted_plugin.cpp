#define WSMAN_API_VERSION_1_1
#include "host/testing/scripted.hpp"

namespace {

winrmd::host::testing::Script the_script;

}  // namespace

WSMAN_PLUGIN_EXPORT winrmd::host::testing::Script* scripted_plugin_script() { return &the_script; }

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD flags, PCWSTR application, PCWSTR extra_info, PVOID* context) {
  if (the_script.startup_flags) the_script.startup_flags(flags);
  return the_script.startup ? the_script.startup(application, extra_info, context) : NO_ERROR;
}
WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID context, DWORD, DWORD reason) {
  return the_script.shutdown ? the_script.shutdown(context, reason) : NO_ERROR;
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginShell(PVOID plugin, WSMAN_PLUGIN_REQUEST* request, DWORD,
                                                 WSMAN_SHELL_STARTUP_INFO* info, WSMAN_DATA* content) {
  the_script.shell(plugin, request, info, content);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseShellContext(PVOID shell) {
  if (the_script.release_shell) the_script.release_shell(shell);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginCommand(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID shell, PCWSTR line,
                                                   WSMAN_COMMAND_ARG_SET* arguments) {
  the_script.command(request, shell, line, arguments);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseCommandContext(PVOID shell, PVOID command) {
  if (the_script.release_command) the_script.release_command(shell, command);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSend(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PVOID, PVOID command,
                                                PCWSTR stream, WSMAN_DATA* data) {
  the_script.send(request, flags, command, stream, data);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReceive(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID, PVOID command,
                                                   WSMAN_STREAM_ID_SET* streams) {
  the_script.receive(request, command, streams);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSignal(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID, PVOID command,
                                                  PCWSTR code) {
  the_script.signal(request, command, code);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginConnect(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID shell, PVOID command,
                                                   WSMAN_DATA* content) {
  the_script.connect(request, shell, command, content);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginGet(PVOID plugin, WSMAN_PLUGIN_REQUEST* request, DWORD) {
  the_script.get(plugin, request);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginPut(PVOID, WSMAN_PLUGIN_REQUEST* request, DWORD, WSMAN_DATA* body) {
  the_script.put(request, body);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginCreate(PVOID, WSMAN_PLUGIN_REQUEST* request, DWORD, WSMAN_DATA* body) {
  the_script.create(request, body);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginDelete(PVOID, WSMAN_PLUGIN_REQUEST* request, DWORD) {
  the_script.remove(request);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginInvoke(PVOID, WSMAN_PLUGIN_REQUEST* request, DWORD, PCWSTR action,
                                                  WSMAN_DATA* body) {
  the_script.invoke(request, action, body);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginEnumerate(PVOID, WSMAN_PLUGIN_REQUEST* request, DWORD,
                                                     const WSMAN_ENUMERATION_INFO* info) {
  the_script.enumerate(request, info);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzUser(PVOID, WSMAN_SENDER_DETAILS* sender, DWORD) {
  the_script.authz_user(sender);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzOperation(PVOID, WSMAN_SENDER_DETAILS* sender, DWORD, DWORD operation,
                                                          PCWSTR action, PCWSTR resource) {
  the_script.authz_operation(sender, operation, action, resource);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzQueryQuota(PVOID, WSMAN_SENDER_DETAILS* sender, DWORD) {
  the_script.authz_quota(sender);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzReleaseContext(PVOID context) {
  if (the_script.authz_release) the_script.authz_release(context);
}
