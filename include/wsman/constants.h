/* Part of wsman.h: constants and enumerations. Source, unless stated: the Windows SDK's wsman.h and Microsoft's pages
 * "Client Shell API Enumerations" and those of the functions named. */
#ifndef WINRMD_WSMAN_CONSTANTS_H
#define WINRMD_WSMAN_CONSTANTS_H

#include "../wsman_portable.h"
#include "types.h"

/* WSManInitialize: version of the client interface that is wanted. */
#define WSMAN_FLAG_REQUESTED_API_VERSION_1_0 0x0
#define WSMAN_FLAG_REQUESTED_API_VERSION_1_1 0x1

/* WSMAN_OPERATION_INFO.version: the second value says that the structure is a WSMAN_OPERATION_INFOEX. */
#define WSMAN_OPERATION_INFOV1 0x00000000
#define WSMAN_OPERATION_INFOV2 0xaabbccdd

/* Time that a client operation may take, in milliseconds, unless it says otherwise. */
#define WSMAN_DEFAULT_TIMEOUT_MS 60000

/* Names of the usual streams. */
#define WSMAN_STREAM_ID_STDIN WSMAN_TEXT("stdin")
#define WSMAN_STREAM_ID_STDOUT WSMAN_TEXT("stdout")
#define WSMAN_STREAM_ID_STDERR WSMAN_TEXT("stderr")

/* WSManPluginReceiveResult, flags: the stream ends with this piece; send now instead of filling a packet; this piece is
 * the last of one object. */
#define WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA 1
#define WSMAN_FLAG_RECEIVE_FLUSH 2
#define WSMAN_FLAG_RECEIVE_RESULT_DATA_BOUNDARY 4

/* WSManPluginSend, flags: this is the last piece of the stream. */
#define WSMAN_FLAG_SEND_NO_MORE_DATA 1

/* WSManPluginGetOperationParameters, flags: which value. Numbers (DWORD) up to 4, text after. */
#define WSMAN_PLUGIN_PARAMS_MAX_ENVELOPE_SIZE 1
#define WSMAN_PLUGIN_PARAMS_TIMEOUT 2
#define WSMAN_PLUGIN_PARAMS_REMAINING_RESULT_SIZE 3
#define WSMAN_PLUGIN_PARAMS_LARGEST_RESULT_SIZE 4
#define WSMAN_PLUGIN_PARAMS_GET_REQUESTED_LOCALE 5
#define WSMAN_PLUGIN_PARAMS_GET_REQUESTED_DATA_LOCALE 6

/* WSManPluginGetConfiguration, flags: which value. The numbers overlap with those above; the function decides. */
#define WSMAN_PLUGIN_PARAMS_SHAREDHOST 1
#define WSMAN_PLUGIN_PARAMS_RUNAS_USER 2
#define WSMAN_PLUGIN_PARAMS_AUTORESTART 3
#define WSMAN_PLUGIN_PARAMS_HOSTIDLETIMEOUTSECONDS 4
#define WSMAN_PLUGIN_PARAMS_NAME 5

/* WSManPluginStartup, flags: why the plug-in is started. */
#define WSMAN_PLUGIN_STARTUP_REQUEST_RECEIVED 0x0
#define WSMAN_PLUGIN_STARTUP_AUTORESTARTED_REBOOT 0x1
#define WSMAN_PLUGIN_STARTUP_AUTORESTARTED_CRASH 0x2

/* WSManPluginShutdown, reason: the system ends, the service ends, the application host ends, the plug-in's process was
 * idle. */
#define WSMAN_PLUGIN_SHUTDOWN_SYSTEM 1
#define WSMAN_PLUGIN_SHUTDOWN_SERVICE 2
#define WSMAN_PLUGIN_SHUTDOWN_IISHOST 3
#define WSMAN_PLUGIN_SHUTDOWN_IDLETIMEOUT_ELAPSED 4

/* Namespace of shells, and its length in units without the zero. */
#define WSMAN_SHELL_NS WSMAN_TEXT("http://schemas.microsoft.com/wbem/wsman/1/windows/shell")
#define WSMAN_SHELL_NS_LEN (sizeof(WSMAN_SHELL_NS) / sizeof(WCHAR) - 1)

/* Resource URI of the command shell, and the options it knows: for creation, then for commands. */
#define WSMAN_CMDSHELL_URI WSMAN_SHELL_NS WSMAN_TEXT("/cmd")
#define WSMAN_CMDSHELL_OPTION_CODEPAGE WSMAN_TEXT("WINRS_CODEPAGE")
#define WSMAN_SHELL_OPTION_NOPROFILE WSMAN_TEXT("WINRS_NOPROFILE")
#define WSMAN_CMDSHELL_OPTION_CONSOLEMODE_STDIN WSMAN_TEXT("WINRS_CONSOLEMODE_STDIN")
#define WSMAN_CMDSHELL_OPTION_SKIP_CMD_SHELL WSMAN_TEXT("WINRS_SKIP_CMD_SHELL")

/* WSManPluginReceiveResult, commandState. */
#define WSMAN_COMMAND_STATE_DONE WSMAN_SHELL_NS WSMAN_TEXT("/CommandState/Done")
#define WSMAN_COMMAND_STATE_PENDING WSMAN_SHELL_NS WSMAN_TEXT("/CommandState/Pending")
#define WSMAN_COMMAND_STATE_RUNNING WSMAN_SHELL_NS WSMAN_TEXT("/CommandState/Running")

/* WSManPluginSignal, code: the usual ones. Others exist; every code reaches the plug-in as it was sent. */
#define WSMAN_SIGNAL_SHELL_CODE_TERMINATE WSMAN_SHELL_NS WSMAN_TEXT("/signal/terminate")
#define WSMAN_SIGNAL_SHELL_CODE_CTRL_C WSMAN_SHELL_NS WSMAN_TEXT("/signal/ctrl_c")
#define WSMAN_SIGNAL_SHELL_CODE_CTRL_BREAK WSMAN_SHELL_NS WSMAN_TEXT("/signal/ctrl_break")

#ifdef __cplusplus
extern "C" {
#endif

/* WSMAN_DATA.type: which member is valid. */
typedef enum WSManDataType {
  WSMAN_DATA_NONE = 0,
  WSMAN_DATA_TYPE_TEXT = 1,   /* text: XML, names */
  WSMAN_DATA_TYPE_BINARY = 2, /* binaryData: what streams carry */
  WSMAN_DATA_TYPE_DWORD = 4   /* number */
} WSManDataType;

/* WSMAN_AUTHENTICATION_CREDENTIALS.authenticationMechanism (client). */
typedef enum WSManAuthenticationFlags {
  WSMAN_FLAG_DEFAULT_AUTHENTICATION = 0x0,
  WSMAN_FLAG_NO_AUTHENTICATION = 0x1,
  WSMAN_FLAG_AUTH_DIGEST = 0x2,
  WSMAN_FLAG_AUTH_NEGOTIATE = 0x4,
  WSMAN_FLAG_AUTH_BASIC = 0x8,
  WSMAN_FLAG_AUTH_KERBEROS = 0x10,
  WSMAN_FLAG_AUTH_CLIENT_CERTIFICATE = 0x20,
  WSMAN_FLAG_AUTH_CREDSSP = 0x80
} WSManAuthenticationFlags;

/* WSMAN_PROXY_INFO.accessType (client). */
typedef enum WSManProxyAccessType {
  WSMAN_OPTION_PROXY_IE_PROXY_CONFIG = 1,
  WSMAN_OPTION_PROXY_WINHTTP_PROXY_CONFIG = 2,
  WSMAN_OPTION_PROXY_AUTO_DETECT = 4,
  WSMAN_OPTION_PROXY_NO_PROXY_SERVER = 8
} WSManProxyAccessType;

/* WSManSetSessionOption and WSManGetSessionOption... (client). Numbers between that are missing are unassigned. */
typedef enum WSManSessionOption {
  WSMAN_OPTION_DEFAULT_OPERATION_TIMEOUTMS = 1, /* DWORD, for every operation without one of its own */
  WSMAN_OPTION_MAX_RETRY_TIME = 11,             /* DWORD, read only */
  WSMAN_OPTION_TIMEOUTMS_CREATE_SHELL = 12,     /* DWORD, as the five that follow */
  WSMAN_OPTION_TIMEOUTMS_RUN_SHELL_COMMAND = 13,
  WSMAN_OPTION_TIMEOUTMS_RECEIVE_SHELL_OUTPUT = 14,
  WSMAN_OPTION_TIMEOUTMS_SEND_SHELL_INPUT = 15,
  WSMAN_OPTION_TIMEOUTMS_SIGNAL_SHELL = 16,
  WSMAN_OPTION_TIMEOUTMS_CLOSE_SHELL = 17,
  WSMAN_OPTION_SKIP_CA_CHECK = 18,          /* DWORD 0 or 1: do not check who signed the server's certificate */
  WSMAN_OPTION_SKIP_CN_CHECK = 19,          /* DWORD 0 or 1: do not check the certificate's name */
  WSMAN_OPTION_UNENCRYPTED_MESSAGES = 20,   /* DWORD 0 or 1, HTTP only */
  WSMAN_OPTION_UTF16 = 21,                  /* DWORD: 1 = UTF-16 on the wire, 0 = UTF-8 */
  WSMAN_OPTION_ENABLE_SPN_SERVER_PORT = 22, /* DWORD 0 or 1 */
  WSMAN_OPTION_MACHINE_ID = 23,             /* DWORD 0 or 1 */
  WSMAN_OPTION_LOCALE = 25,                 /* text: language tag of data */
  WSMAN_OPTION_UI_LANGUAGE = 26,            /* text: language tag of messages */
  WSMAN_OPTION_MAX_ENVELOPE_SIZE_KB = 28,   /* DWORD */
  WSMAN_OPTION_SHELL_MAX_DATA_SIZE_PER_MESSAGE_KB = 29,   /* DWORD, read only */
  WSMAN_OPTION_REDIRECT_LOCATION = 30,                    /* text, read only, after ERROR_WSMAN_REDIRECT_REQUESTED */
  WSMAN_OPTION_SKIP_REVOCATION_CHECK = 31,                /* DWORD 0 or 1 */
  WSMAN_OPTION_ALLOW_NEGOTIATE_IMPLICIT_CREDENTIALS = 32, /* DWORD 0 or 1, HTTPS only */
  WSMAN_OPTION_USE_SSL = 33,                              /* DWORD 0 or 1, for a bare host name */
  WSMAN_OPTION_USE_INTEARACTIVE_TOKEN = 34                /* DWORD 0 or 1; the name is spelt so on Windows */
} WSManSessionOption;

/* Flags of the client's shell functions. */
typedef enum WSManShellFlag {
  WSMAN_FLAG_NO_COMPRESSION = 0x1,
  WSMAN_FLAG_DELETE_SERVER_SESSION = 0x2,
  WSMAN_FLAG_SERVER_BUFFERING_MODE_DROP = 0x4,
  WSMAN_FLAG_SERVER_BUFFERING_MODE_BLOCK = 0x8,
  WSMAN_FLAG_RECEIVE_DELAY_OUTPUT_STREAM = 0x10
} WSManShellFlag;

/* WSMAN_SHELL_COMPLETION_FUNCTION, flags (client). */
typedef enum WSManCallbackFlags {
  WSMAN_FLAG_CALLBACK_END_OF_OPERATION = 0x1,
  WSMAN_FLAG_CALLBACK_END_OF_STREAM = 0x8,
  WSMAN_FLAG_CALLBACK_SHELL_SUPPORTS_DISCONNECT = 0x20,
  WSMAN_FLAG_CALLBACK_SHELL_AUTODISCONNECTED = 0x40,
  WSMAN_FLAG_CALLBACK_NETWORK_FAILURE_DETECTED = 0x100,
  WSMAN_FLAG_CALLBACK_RETRYING_AFTER_NETWORK_FAILURE = 0x200,
  WSMAN_FLAG_CALLBACK_RECONNECTED_AFTER_NETWORK_FAILURE = 0x400,
  WSMAN_FLAG_CALLBACK_SHELL_AUTODISCONNECTING = 0x800,
  WSMAN_FLAG_CALLBACK_RETRY_ABORTED_DUE_TO_INTERNAL_ERROR = 0x1000,
  WSMAN_FLAG_CALLBACK_RECEIVE_DELAY_STREAM_REQUEST_PROCESSED = 0x2000
} WSManCallbackFlags;

#ifdef __cplusplus
}
#endif

#endif
