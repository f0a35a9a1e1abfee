// The smallest shell plug-in: every command echoes its input to its output, whatever its name.
//
// A shell plug-in has shells, shells have commands. What the client asks comes in through the entry points below, each
// with a request; each request is answered through the functions of wsman.h and completed exactly once: those of shells
// and commands when they end, the others when they are done. docs/plugin-author.md explains the rules.
#include <memory>
#include <new>

#include "command.hpp"

namespace {

// A shell has nothing to do but to be there until it is told to end.
struct Shell {
  explicit Shell(WSMAN_PLUGIN_REQUEST* details) : request(details) {}
  Request request;
};

void end_shell(void* shell) { static_cast<Shell*>(shell)->request.complete(NO_ERROR); }

// What the host keeps for us are pointers to these: a shell or command lives as long as anybody uses it.
using ShellContext = std::shared_ptr<Shell>;
using CommandContext = std::shared_ptr<Command>;

Command* command_of(void* context) {
  return context == nullptr ? nullptr : static_cast<CommandContext*>(context)->get();
}

// An option that must be complied with and is not known must be refused. This plug-in knows none.
bool wants_the_unknown(const WSMAN_PLUGIN_REQUEST* request) {
  if (request->operationInfo == nullptr) return false;
  const WSMAN_OPTION_SET& set = request->operationInfo->optionSet;
  for (DWORD i = 0; i < set.optionsCount; ++i) {
    if (set.options[i].mustComply) return true;
  }
  return false;
}

void complete(WSMAN_PLUGIN_REQUEST* request, DWORD code) { WSManPluginOperationComplete(request, 0, code, nullptr); }

bool is_same(PCWSTR left, PCWSTR right) {
  while (*left != 0 && *left == *right) ++left, ++right;
  return *left == *right;
}

}  // namespace

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD, PCWSTR, PCWSTR, PVOID* pluginContext) {
  *pluginContext = nullptr;
  return NO_ERROR;
}

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID, DWORD, DWORD) { return NO_ERROR; }

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginShell(PVOID, WSMAN_PLUGIN_REQUEST* requestDetails, DWORD,
                                                 WSMAN_SHELL_STARTUP_INFO*, WSMAN_DATA*) {
  if (wants_the_unknown(requestDetails)) return complete(requestDetails, ERROR_WSMAN_OPTIONS_NOT_SUPPORTED);
  try {
    auto context = std::make_unique<ShellContext>(std::make_shared<Shell>(requestDetails));
    const auto shell = *context;
    if (!shell->request.report(context.get())) return;
    static_cast<void>(context.release());  // the host's, until WSManPluginReleaseShellContext
    shell->request.on_end(end_shell, shell.get());
  } catch (const std::bad_alloc&) {
    complete(requestDetails, ERROR_OUTOFMEMORY);
  }
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseShellContext(PVOID shellContext) {
  delete static_cast<ShellContext*>(shellContext);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginCommand(WSMAN_PLUGIN_REQUEST* requestDetails, DWORD, PVOID, PCWSTR,
                                                   WSMAN_COMMAND_ARG_SET*) {
  if (wants_the_unknown(requestDetails)) return complete(requestDetails, ERROR_WSMAN_OPTIONS_NOT_SUPPORTED);
  try {
    auto context = std::make_unique<CommandContext>(std::make_shared<Command>(requestDetails));
    const auto command = *context;
    // Once started, the host has the context and may release it at any time.
    CommandContext* handed_over = context.release();
    if (!command->start(handed_over)) delete handed_over;
  } catch (const std::bad_alloc&) {
    complete(requestDetails, ERROR_OUTOFMEMORY);
  }
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseCommandContext(PVOID, PVOID commandContext) {
  delete static_cast<CommandContext*>(commandContext);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSend(WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags, PVOID,
                                                PVOID commandContext, PCWSTR, WSMAN_DATA* inboundData) {
  Command* command = command_of(commandContext);
  if (command == nullptr) return complete(requestDetails, ERROR_NOT_SUPPORTED);
  DWORD code = NO_ERROR;
  try {
    code = command->send(reinterpret_cast<const char*>(inboundData->binaryData.data),
                         inboundData->binaryData.dataLength, (flags & WSMAN_FLAG_SEND_NO_MORE_DATA) != 0);
  } catch (const std::bad_alloc&) {
    code = ERROR_OUTOFMEMORY;
  }
  complete(requestDetails, code);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReceive(WSMAN_PLUGIN_REQUEST* requestDetails, DWORD, PVOID,
                                                   PVOID commandContext, WSMAN_STREAM_ID_SET*) {
  Command* command = command_of(commandContext);
  if (command == nullptr) return complete(requestDetails, ERROR_NOT_SUPPORTED);
  try {
    command->receive(std::make_shared<Request>(requestDetails));
  } catch (const std::bad_alloc&) {
    complete(requestDetails, ERROR_OUTOFMEMORY);
  }
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSignal(WSMAN_PLUGIN_REQUEST* requestDetails, DWORD, PVOID,
                                                  PVOID commandContext, PCWSTR code) {
  Command* command = command_of(commandContext);
  const bool known = is_same(code, WSMAN_SIGNAL_SHELL_CODE_TERMINATE) ||
                     is_same(code, WSMAN_SIGNAL_SHELL_CODE_CTRL_C) || is_same(code, WSMAN_SIGNAL_SHELL_CODE_CTRL_BREAK);
  if (command == nullptr || !known) return complete(requestDetails, ERROR_NOT_SUPPORTED);
  // The signal's own answer first, then the end of what it ends. Completed, the signal keeps the command no longer.
  const auto kept = *static_cast<CommandContext*>(commandContext);
  complete(requestDetails, NO_ERROR);
  kept->terminate();
}
