/* A shell in plain C. Each command in it says hello to its arguments and ends:
 *     winrs -r:http://... hello-c alice bob   ->   hello, alice
 *                                                  hello, bob
 * No threads and no locks of its own. What C has to count by hand is who still uses a command: see command.h. */
#include <stdlib.h>

#include "api.h"
#include "command.h"
#include "end_watch.h"

/* A shell does nothing but be there until the host wants it to end. */
struct shell {
  WSMAN_PLUGIN_REQUEST* request;
  struct end_watch watch;
};

static void complete(WSMAN_PLUGIN_REQUEST* request, DWORD code) {
  WSManPluginOperationComplete(request, 0, code, NULL);
}

/* The only one who completes a shell that is up, so that happens once. The request, read before: afterwards the shell
 * may be gone. */
static void shell_told(void* context) {
  struct shell* shell = context;
  end_watch_stop(&shell->watch, 1);
  complete(shell->request, NO_ERROR);
}

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD flags, PCWSTR application, PCWSTR extra_info,
                                                    PVOID* context) {
  (void)flags, (void)application, (void)extra_info;
  *context = NULL;
  return NO_ERROR;
}

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID context, DWORD flags, DWORD reason) {
  (void)context, (void)flags, (void)reason;
  return NO_ERROR;
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginShell(PVOID context, WSMAN_PLUGIN_REQUEST* request, DWORD flags,
                                                 WSMAN_SHELL_STARTUP_INFO* startup, WSMAN_DATA* content) {
  struct shell* shell = calloc(1, sizeof *shell);
  DWORD code = ERROR_OUTOFMEMORY;
  (void)context, (void)flags, (void)startup, (void)content;
  if (shell != NULL) {
    shell->request = request;
    code = WSManPluginReportContext(request, 0, shell);
  }
  if (code != NO_ERROR) {
    free(shell); /* not reported, so nobody gives it back */
    complete(request, code);
    return;
  }
  /* After the report, so that nobody but the callback completes the shell. Told before, it is told now. */
  end_watch_start(&shell->watch, request, shell_told, shell);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseShellContext(PVOID context) { free(context); }

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginCommand(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PVOID shell, PCWSTR line,
                                                   WSMAN_COMMAND_ARG_SET* arguments) {
  struct command* command = command_new(request, arguments);
  DWORD code;
  (void)flags, (void)shell, (void)line;
  if (command == NULL) {
    complete(request, ERROR_INVALID_PARAMETER);
    return;
  }
  command_keep(command); /* one use is this function's, one the context's */
  code = WSManPluginReportContext(request, 0, command);
  if (code == NO_ERROR) {
    command_watch(command);
  } else {
    command_end(command, code);
    command_drop(command);
  }
  command_drop(command);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseCommandContext(PVOID shell, PVOID command) {
  (void)shell;
  command_drop(command);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReceive(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PVOID shell,
                                                   PVOID context, WSMAN_STREAM_ID_SET* streams) {
  struct command* command = context;
  WSMAN_DATA data;
  size_t size;
  DWORD code;
  (void)flags, (void)shell, (void)streams;
  if (command == NULL) {
    complete(request, ERROR_NOT_SUPPORTED);
    return;
  }
  command_keep(command);
  data.type = WSMAN_DATA_TYPE_BINARY;
  data.binaryData.data = (BYTE*)command_text(command, &size); /* only read */
  data.binaryData.dataLength = (DWORD)size;
  code = WSManPluginReceiveResult(request, WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA, WSMAN_STREAM_ID_STDOUT, &data,
                                  WSMAN_COMMAND_STATE_DONE, 0);
  complete(request, code);
  command_end(command, NO_ERROR);
  command_drop(command);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSend(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PVOID shell, PVOID command,
                                                PCWSTR stream, WSMAN_DATA* data) {
  (void)flags, (void)shell, (void)command, (void)stream, (void)data;
  complete(request, ERROR_NOT_SUPPORTED);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSignal(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PVOID shell,
                                                  PVOID context, PCWSTR code) {
  struct command* command = context;
  (void)flags, (void)shell, (void)code; /* whatever the signal, there is nothing to do but to end */
  if (command == NULL) {
    complete(request, ERROR_NOT_SUPPORTED);
    return;
  }
  command_keep(command);
  complete(request, NO_ERROR);
  command_end(command, NO_ERROR);
  command_drop(command);
}
