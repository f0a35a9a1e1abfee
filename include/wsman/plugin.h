/* Part of wsman.h: entry points of plug-ins as pointer types, and the functions that plug-ins call. docs/reference/ has
 * a page for each; sources are Microsoft's pages of the same names, "WinRM Plug-in API Entry Points" and "... Methods".
 *
 * Entry points are called on threads of the host, several at a time, with the thread's language set to what the client
 * asked for. They must not throw, should return soon, and may report results before they return or later, from any
 * thread. `flags` is 0 unless stated.
 * Functions may be called on any thread, also inside an entry point. flags must be 0 unless stated. None blocks except
 * WSManPluginReceiveResult, which waits while the client is far behind. */
#ifndef WINRMD_WSMAN_PLUGIN_H
#define WINRMD_WSMAN_PLUGIN_H

#include "../wsman_posix.h"
#include "structures.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Entry points of every plug-in ----------------------------------------------------------------------------- */

/* WSManPluginStartup: before all other calls, once per application and process. extraInfo: the plug-in's
 * InitializationParameters element, or NULL. *pluginContext is given to later calls. Anything but NO_ERROR: the plug-in
 * is not used. */
typedef DWORD(WINAPI* WSMAN_PLUGIN_STARTUP)(DWORD flags, _In_ PCWSTR applicationIdentification,
                                            _In_opt_ PCWSTR extraInfo, _Out_ PVOID* pluginContext);
/* WSManPluginShutdown: after all other calls, once per successful Startup. All threads of the plug-in must have ended
 * when it returns. reason: WSMAN_PLUGIN_SHUTDOWN_... */
typedef DWORD(WINAPI* WSMAN_PLUGIN_SHUTDOWN)(_In_opt_ PVOID pluginContext, DWORD flags, DWORD reason);

/* ---- Entry points of shell plug-ins ---------------------------------------------------------------------------- */

/* WSManPluginShell: a client creates a shell. Owes WSManPluginReportContext on success, and one
 * WSManPluginOperationComplete when the shell ends. */
typedef VOID(WINAPI* WSMAN_PLUGIN_SHELL)(_In_ PVOID pluginContext, _In_ WSMAN_PLUGIN_REQUEST* requestDetails,
                                         DWORD flags, _In_opt_ WSMAN_SHELL_STARTUP_INFO* startupInfo,
                                         _In_opt_ WSMAN_DATA* inboundShellInformation);
/* WSManPluginCommand: a client runs a command in a shell. Owes the same as Shell. commandLine is never NULL. */
typedef VOID(WINAPI* WSMAN_PLUGIN_COMMAND)(_In_ WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags,
                                           _In_ PVOID shellContext, _In_ PCWSTR commandLine,
                                           _In_opt_ WSMAN_COMMAND_ARG_SET* arguments);
/* WSManPluginSend: input for a command (or, commandContext NULL, for the shell). flags: WSMAN_FLAG_SEND_NO_MORE_DATA
 * with the last piece. Owes one WSManPluginOperationComplete; the next piece comes after it. */
typedef VOID(WINAPI* WSMAN_PLUGIN_SEND)(_In_ WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags, _In_ PVOID shellContext,
                                        _In_opt_ PVOID commandContext, _In_ PCWSTR stream,
                                        _In_ WSMAN_DATA* inboundData);
/* WSManPluginReceive: a client wants output; one call for the whole life of a command or shell. streamSet NULL or
 * empty: all streams. Owes WSManPluginReceiveResult as output comes, and one WSManPluginOperationComplete at its end.
 */
typedef VOID(WINAPI* WSMAN_PLUGIN_RECEIVE)(_In_ WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags,
                                           _In_ PVOID shellContext, _In_opt_ PVOID commandContext,
                                           _In_opt_ WSMAN_STREAM_ID_SET* streamSet);
/* WSManPluginSignal: a client sends a signal such as WSMAN_SIGNAL_SHELL_CODE_TERMINATE. Owes one
 * WSManPluginOperationComplete for the signal itself. */
typedef VOID(WINAPI* WSMAN_PLUGIN_SIGNAL)(_In_ WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags,
                                          _In_ PVOID shellContext, _In_opt_ PVOID commandContext, _In_ PCWSTR code);
/* WSManPluginConnect, optional; a plug-in that exports it has shells that can be disconnected. A client connects to
 * such a shell. Owes one WSManPluginOperationComplete, whose text goes to the client on success too. */
typedef VOID(WINAPI* WSMAN_PLUGIN_CONNECT)(_In_ WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags,
                                           _In_ PVOID shellContext, _In_opt_ PVOID commandContext,
                                           _In_opt_ WSMAN_DATA* inboundConnectInformation);
/* WSManPluginReleaseShellContext: the last use of a shell's context is over; once per reported context. */
typedef VOID(WINAPI* WSMAN_PLUGIN_RELEASE_SHELL_CONTEXT)(_In_ PVOID shellContext);
/* WSManPluginReleaseCommandContext: the same for a command, before its shell. */
typedef VOID(WINAPI* WSMAN_PLUGIN_RELEASE_COMMAND_CONTEXT)(_In_ PVOID shellContext, _In_ PVOID commandContext);

/* ---- Entry points of authorization plug-ins -------------------------------------------------------------------- */

/* WSManPluginAuthzUser: may this user do anything here? Owes one WSManPluginAuthzUserComplete. */
typedef VOID(WINAPI* WSMAN_PLUGIN_AUTHORIZE_USER)(_In_ PVOID pluginContext, _In_ WSMAN_SENDER_DETAILS* senderDetails,
                                                  DWORD flags);
/* WSManPluginAuthzOperation: may this user do this? operation: WSManOperation... of wsman_operations.h. Owes one
 * WSManPluginAuthzOperationComplete. */
typedef VOID(WINAPI* WSMAN_PLUGIN_AUTHORIZE_OPERATION)(_In_ PVOID pluginContext,
                                                       _In_ WSMAN_SENDER_DETAILS* senderDetails, DWORD flags,
                                                       DWORD operation, _In_ PCWSTR action, _In_ PCWSTR resourceUri);
/* WSManPluginAuthzQueryQuota: what may this user use? Owes one WSManPluginAuthzQueryQuotaComplete. Called
 * where the configuration says that the plug-in gives quotas. */
typedef VOID(WINAPI* WSMAN_PLUGIN_AUTHORIZE_QUERY_QUOTA)(_In_ PVOID pluginContext,
                                                         _In_ WSMAN_SENDER_DETAILS* senderDetails, DWORD flags);
/* WSManPluginAuthzReleaseContext: once for each context that was reported and was not NULL. Needed as soon as a plug-in
 * reports contexts. */
typedef VOID(WINAPI* WSMAN_PLUGIN_AUTHORIZE_RELEASE_CONTEXT)(_In_ PVOID userAuthorizationContext);

/* ---- Functions of shell plug-ins ------------------------------------------------------------------------------- */

/* A shell or command is up; answers the client. `context` (not NULL) is given to the calls that belong to it; it stays
 * the plug-in's and must live until the release entry point. Those calls may begin before this one returns. NO_ERROR;
 * ERROR_INVALID_PARAMETER (request NULL, unknown, of another kind, reported before; context NULL; flags). */
DWORD WINAPI WSManPluginReportContext(_In_ WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags, _In_ PVOID context);

/* Output for a Receive request: data (stream with streamResult, binary), a new state of the command (commandState;
 * exitCode counts with WSMAN_COMMAND_STATE_DONE), or both. flags: WSMAN_FLAG_RECEIVE_... The data are copied. NO_ERROR;
 * ERROR_INVALID_PARAMETER (request, flags, one of stream and streamResult alone, no binary data);
 * ERROR_OPERATION_ABORTED (the operation is being ended: complete it). */
DWORD WINAPI WSManPluginReceiveResult(_In_ WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags, _In_opt_ PCWSTR stream,
                                      _In_opt_ WSMAN_DATA* streamResult, _In_opt_ PCWSTR commandState, DWORD exitCode);

/* The end of any operation, exactly once. errorCode not 0: the client gets a fault with extendedInformation (XML or
 * text) in it. The request must not be used afterwards. NO_ERROR; ERROR_INVALID_PARAMETER (request, flags). */
DWORD WINAPI WSManPluginOperationComplete(_In_ WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags, DWORD errorCode,
                                          _In_opt_ PCWSTR extendedInformation);

/* A value of the client's current message; flags: WSMAN_PLUGIN_PARAMS_... Text in *data is the host's, valid until the
 * operation completes. NO_ERROR; ERROR_INVALID_PARAMETER; ERROR_NOT_FOUND where the message has no such value. */
DWORD WINAPI WSManPluginGetOperationParameters(_In_ WSMAN_PLUGIN_REQUEST* requestDetails, DWORD flags,
                                               _Out_ WSMAN_DATA* data);

/* A value of the plug-in's configuration; flags: WSMAN_PLUGIN_PARAMS_SHAREDHOST to ..._NAME. pluginContext is what Startup
 * gave (anything while Startup runs). Text in *data is the host's, valid until Shutdown. NO_ERROR;
 * ERROR_INVALID_PARAMETER. */
DWORD WINAPI WSManPluginGetConfiguration(_In_ PVOID pluginContext, DWORD flags, _Out_ WSMAN_DATA* data);

/* The plug-in has nothing to do that nobody asked for. A host process that was started by itself (Startup's flags say so)
 * ends when this has been reported and no shell is in it; any other takes no notice. NO_ERROR; ERROR_INVALID_PARAMETER
 * (pluginContext is not what Startup gave, flags). */
DWORD WINAPI WSManPluginReportCompletion(_In_opt_ PVOID pluginContext, DWORD flags);

/* Frees what a request points to, early; its address goes on naming the operation. NO_ERROR; ERROR_INVALID_PARAMETER.
 */
DWORD WINAPI WSManPluginFreeRequestDetails(_In_ WSMAN_PLUGIN_REQUEST* requestDetails);

#ifndef _WIN32
/* Calls shutdownCallback(shutdownContext) once when the request is to end, or soon if that has already happened; always
 * on a thread of the host, never on the caller's. Never after WSManPluginOperationComplete for the request has
 * returned, unless that was called from inside a callback. A second call for a request replaces the first. Nothing
 * happens for NULL or an unknown request. Not on Windows; this is the name that other hosts on Linux use. */
void WSManPluginRegisterShutdownCallback(_In_ WSMAN_PLUGIN_REQUEST* requestDetails,
                                         void (*shutdownCallback)(void* shutdownContext), void* shutdownContext);
#endif

/* ---- Functions of authorization plug-ins ----------------------------------------------------------------------- */

/* The answer to AuthzUser. errorCode: ERROR_SUCCESS; ERROR_ACCESS_DENIED; ERROR_WSMAN_REDIRECT_REQUESTED with the new
 * URL as text; anything else is a failure. userAuthorizationContext: the plug-in's, counted by it; impersonationToken:
 * who does the work (NULL: the service account), the host's after a success. See docs/reference/. ERROR_SUCCESS;
 * ERROR_INVALID_PARAMETER (senderDetails NULL or pending no longer, flags). */
DWORD WINAPI WSManPluginAuthzUserComplete(_In_ WSMAN_SENDER_DETAILS* senderDetails, DWORD flags,
                                          _In_opt_ PVOID userAuthorizationContext, _In_opt_ HANDLE impersonationToken,
                                          BOOL userIsAdministrator, DWORD errorCode,
                                          _In_opt_ PCWSTR extendedErrorInformation);

/* The answer to AuthzOperation; as above, without token, administrator and redirect. */
DWORD WINAPI WSManPluginAuthzOperationComplete(_In_ WSMAN_SENDER_DETAILS* senderDetails, DWORD flags,
                                               _In_opt_ PVOID userAuthorizationContext, DWORD errorCode,
                                               _In_opt_ PCWSTR extendedErrorInformation);

/* The answer to AuthzQueryQuota: the user's quota, copied; or why there is none. ERROR_SUCCESS; ERROR_INVALID_PARAMETER
 * (senderDetails NULL or pending no longer, flags; quota NULL with ERROR_SUCCESS: the default applies). */
DWORD WINAPI WSManPluginAuthzQueryQuotaComplete(_In_ WSMAN_SENDER_DETAILS* senderDetails, DWORD flags,
                                                _In_opt_ WSMAN_AUTHZ_QUOTA* quota, DWORD errorCode,
                                                _In_opt_ PCWSTR extendedErrorInformation);

#ifdef __cplusplus
}
#endif

#endif
