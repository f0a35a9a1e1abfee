#include "shell.hpp"

std::atomic<LONG> live_contexts = 0;

void complete(WSMAN_PLUGIN_REQUEST* request, DWORD code, PCWSTR text) {
  WSManPluginOperationComplete(request, 0, code, text);
}

Thing* report_thing(WSMAN_PLUGIN_REQUEST* request) {
  auto* const thing = new Thing{request};
  ++live_contexts;
  WSManPluginRegisterShutdownCallback(request, [](void* it) { end_thing(static_cast<Thing*>(it)); }, thing);
  WSManPluginReportContext(request, 0, thing);
  return thing;
}

void end_thing(Thing* thing) {
  if (!thing->over.exchange(true)) complete(thing->request);
}

void release_thing(Thing* thing) {
  --live_contexts;
  delete thing;
}

void give_output(WSMAN_PLUGIN_REQUEST* request) {
  BYTE line[] = {'h', 'i', '\n'};
  WSMAN_DATA data = {};
  data.type = WSMAN_DATA_TYPE_BINARY;
  data.binaryData.dataLength = sizeof line;
  data.binaryData.data = line;
  WSManPluginReceiveResult(request, 0, WSMAN_STREAM_ID_STDOUT, &data, WSMAN_COMMAND_STATE_DONE, 0);
  complete(request);
}

namespace {

ShellPlugin make() {
  ShellPlugin plugin = {};
  plugin.startup = [](PCWSTR) -> DWORD { return NO_ERROR; };
  plugin.shutdown = []() -> DWORD { return NO_ERROR; };
  plugin.shell = [](WSMAN_PLUGIN_REQUEST* request, const WSMAN_SHELL_STARTUP_INFO*) { report_thing(request); };
  plugin.command = [](WSMAN_PLUGIN_REQUEST* request, Thing*, PCWSTR) { report_thing(request); };
  plugin.send = [](WSMAN_PLUGIN_REQUEST* request, Thing*) { complete(request); };
  plugin.receive = [](WSMAN_PLUGIN_REQUEST* request, Thing*) { give_output(request); };
  plugin.signal = [](WSMAN_PLUGIN_REQUEST* request, Thing* command) {
    if (command != nullptr) end_thing(command);
    complete(request);
  };
  plugin.release_shell = release_thing;
  plugin.release_command = release_thing;
  misbehave(plugin);
  return plugin;
}

const ShellPlugin& the() {
  static const ShellPlugin plugin = make();
  return plugin;
}

Thing* thing(PVOID context) { return static_cast<Thing*>(context); }

}  // namespace

WSMAN_PLUGIN_EXPORT LONG WINAPI WSManPluginLiveContexts() { return live_contexts; }

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD, PCWSTR, PCWSTR extra, PVOID* context) {
  *context = &live_contexts;
  return the().startup(extra);
}
WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID, DWORD, DWORD) { return the().shutdown(); }
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginShell(PVOID, WSMAN_PLUGIN_REQUEST* request, DWORD,
                                                 WSMAN_SHELL_STARTUP_INFO* info, WSMAN_DATA*) {
  the().shell(request, info);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseShellContext(PVOID shell) { the().release_shell(thing(shell)); }
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginCommand(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID shell, PCWSTR line,
                                                   WSMAN_COMMAND_ARG_SET*) {
  the().command(request, thing(shell), line);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseCommandContext(PVOID, PVOID command) {
  the().release_command(thing(command));
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReceive(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID, PVOID command,
                                                   WSMAN_STREAM_ID_SET*) {
  the().receive(request, thing(command));
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSignal(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID, PVOID command, PCWSTR) {
  the().signal(request, thing(command));
}
#ifndef WITHOUT_SEND
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSend(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID, PVOID command, PCWSTR,
                                                WSMAN_DATA*) {
  the().send(request, thing(command));
}
#endif
