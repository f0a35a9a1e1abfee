/* Part of wsman.h: structures, in the layout they have on 64-bit Windows (tests/abi proves it). Each is described on
 * Microsoft's page of its name, under "WinRM Plug-in API Structures" or "Client Shell API Structures".
 *
 * Ownership: what the host passes to an entry point is the host's, to be read only, and valid until
 * WSManPluginOperationComplete (or WSManPluginFreeRequestDetails) for that request; for authorization calls until the
 * completion call returns. What a plug-in passes to a function is the plug-in's; the function copies what it keeps. */
#ifndef WINRMD_WSMAN_STRUCTURES_H
#define WINRMD_WSMAN_STRUCTURES_H

#include "constants.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Objects of the client interface. */
typedef struct WSMAN_API* WSMAN_API_HANDLE;
typedef struct WSMAN_SESSION* WSMAN_SESSION_HANDLE;
typedef struct WSMAN_OPERATION* WSMAN_OPERATION_HANDLE;
typedef struct WSMAN_SHELL* WSMAN_SHELL_HANDLE;
typedef struct WSMAN_COMMAND* WSMAN_COMMAND_HANDLE;

/* Text with a length. Use the length when reading; when writing, end the text with a zero as well. */
typedef struct _WSMAN_DATA_TEXT {
  DWORD bufferLength; /* in units, without a terminator */
  PCWSTR buffer;
} WSMAN_DATA_TEXT;

/* Bytes with a length. */
typedef struct _WSMAN_DATA_BINARY {
  DWORD dataLength; /* in bytes */
  BYTE* data;
} WSMAN_DATA_BINARY;

/* One of three kinds of data; `type` says which. */
typedef struct _WSMAN_DATA {
  WSManDataType type;
  union {
    WSMAN_DATA_TEXT text;
    WSMAN_DATA_BINARY binaryData;
    DWORD number;
  };
} WSMAN_DATA;

/* What a client callback is told about a failure (client). Any text may be NULL. */
typedef struct _WSMAN_ERROR {
  DWORD code;         /* 0: no error */
  PCWSTR errorDetail; /* text of the fault */
  PCWSTR language;    /* language tag of that text */
  PCWSTR machineName; /* who raised it */
  PCWSTR pluginName;  /* set when a plug-in did */
} WSMAN_ERROR;

/* Name and password (client). */
typedef struct _WSMAN_USERNAME_PASSWORD_CREDS {
  PCWSTR username;
  PCWSTR password;
} WSMAN_USERNAME_PASSWORD_CREDS;

/* How a client logs in (client): 0 or one WSManAuthenticationFlags value, and what that one needs. */
typedef struct _WSMAN_AUTHENTICATION_CREDENTIALS {
  DWORD authenticationMechanism;
  union {
    WSMAN_USERNAME_PASSWORD_CREDS userAccount;
    PCWSTR certificateThumbprint;
  };
} WSMAN_AUTHENTICATION_CREDENTIALS;

/* An option of a request. One that the plug-in does not know and that has mustComply set must make it fail the
 * operation (ERROR_WSMAN_OPTIONS_NOT_SUPPORTED); others are ignored. */
typedef struct _WSMAN_OPTION {
  PCWSTR name;
  PCWSTR value;
  BOOL mustComply;
} WSMAN_OPTION;

/* Options of a request; `options` may be NULL when there are none. */
typedef struct _WSMAN_OPTION_SET {
  DWORD optionsCount;
  WSMAN_OPTION* options;
  BOOL optionsMustUnderstand; /* mustUnderstand of the OptionSet header */
} WSMAN_OPTION_SET;

/* The same with the XML type of each option; optionTypes has optionsCount entries or is NULL. */
typedef struct _WSMAN_OPTION_SETEX {
  DWORD optionsCount;
  WSMAN_OPTION* options;
  BOOL optionsMustUnderstand;
  PCWSTR* optionTypes;
} WSMAN_OPTION_SETEX;

/* One selector: name and value. */
typedef struct _WSMAN_KEY {
  PCWSTR key;
  PCWSTR value;
} WSMAN_KEY;

/* Selectors of a request; `keys` may be NULL when there are none. */
typedef struct _WSMAN_SELECTOR_SET {
  DWORD numberKeys;
  WSMAN_KEY* keys;
} WSMAN_SELECTOR_SET;

/* Reserved: part of a resource that is meant. */
typedef struct _WSMAN_FRAGMENT {
  PCWSTR path;
  PCWSTR dialect; /* may be NULL */
} WSMAN_FRAGMENT;

/* Reserved: filter of an enumeration or subscription. */
typedef struct _WSMAN_FILTER {
  PCWSTR filter;
  PCWSTR dialect; /* may be NULL */
} WSMAN_FILTER;

/* What a request says beside its resource URI. */
typedef struct _WSMAN_OPERATION_INFO {
  WSMAN_FRAGMENT fragment;
  WSMAN_FILTER filter;
  WSMAN_SELECTOR_SET selectorSet;
  WSMAN_OPTION_SET optionSet;
  void* reserved;
  DWORD version; /* WSMAN_OPERATION_INFOV2: this is in truth a WSMAN_OPERATION_INFOEX. This host always passes one. */
} WSMAN_OPERATION_INFO;

/* The longer form; `version` lies where it lies in the shorter one. */
typedef struct _WSMAN_OPERATION_INFOEX {
  WSMAN_FRAGMENT fragment;
  WSMAN_FILTER filter;
  WSMAN_SELECTOR_SET selectorSet;
  WSMAN_OPTION_SETEX optionSet;
  DWORD version; /* WSMAN_OPERATION_INFOV2 */
  PCWSTR uiLocale;
  PCWSTR dataLocale;
} WSMAN_OPERATION_INFOEX;

/* How a client reaches a proxy (client). */
typedef struct _WSMAN_PROXY_INFO {
  DWORD accessType; /* one WSManProxyAccessType value */
  WSMAN_AUTHENTICATION_CREDENTIALS authenticationCredentials;
} WSMAN_PROXY_INFO;

/* Names of streams. */
typedef struct _WSMAN_STREAM_ID_SET {
  DWORD streamIDsCount;
  PCWSTR* streamIDs;
} WSMAN_STREAM_ID_SET;

/* An environment variable: the name is never NULL, the value may be NULL or empty. */
typedef struct _WSMAN_ENVIRONMENT_VARIABLE {
  PCWSTR name;
  PCWSTR value;
} WSMAN_ENVIRONMENT_VARIABLE;

typedef struct _WSMAN_ENVIRONMENT_VARIABLE_SET {
  DWORD varsCount;
  WSMAN_ENVIRONMENT_VARIABLE* vars;
} WSMAN_ENVIRONMENT_VARIABLE_SET;

/* What a client wants of a new shell, interface version 1.0. */
typedef struct _WSMAN_SHELL_STARTUP_INFO_V10 {
  WSMAN_STREAM_ID_SET* inputStreamSet;         /* from a client: NULL means stdin */
  WSMAN_STREAM_ID_SET* outputStreamSet;        /* from a client: NULL means stdout and stderr */
  DWORD idleTimeoutMs;                         /* 0: the server's value */
  PCWSTR workingDirectory;                     /* NULL or empty: not given */
  WSMAN_ENVIRONMENT_VARIABLE_SET* variableSet; /* NULL: none */
} WSMAN_SHELL_STARTUP_INFO_V10;

/* Version 1.1: one field more. This host passes 1.1 to every plug-in. Microsoft's header derives it from the structure
 * above in C++; here it is spelt out, so that C can use it. */
typedef struct _WSMAN_SHELL_STARTUP_INFO_V11 {
  WSMAN_STREAM_ID_SET* inputStreamSet;
  WSMAN_STREAM_ID_SET* outputStreamSet;
  DWORD idleTimeoutMs;
  PCWSTR workingDirectory;
  WSMAN_ENVIRONMENT_VARIABLE_SET* variableSet;
  PCWSTR name; /* display name, at most 255 characters; may be NULL */
} WSMAN_SHELL_STARTUP_INFO_V11;

#ifdef WSMAN_API_VERSION_1_0
typedef WSMAN_SHELL_STARTUP_INFO_V10 WSMAN_SHELL_STARTUP_INFO;
#else
typedef WSMAN_SHELL_STARTUP_INFO_V11 WSMAN_SHELL_STARTUP_INFO;
#endif

/* How long a disconnected shell is to wait (client). */
typedef struct _WSMAN_SHELL_DISCONNECT_INFO {
  DWORD idleTimeoutMs;
} WSMAN_SHELL_DISCONNECT_INFO;

/* Output of a command as the client's callback gets it (client). */
typedef struct _WSMAN_RECEIVE_DATA_RESULT {
  PCWSTR streamId;
  WSMAN_DATA streamData; /* binary */
  PCWSTR commandState;   /* WSMAN_COMMAND_STATE_DONE: close the command */
  DWORD exitCode;
} WSMAN_RECEIVE_DATA_RESULT;

#ifdef WSMAN_API_VERSION_1_1
/* Content of a ConnectResponse (client). */
typedef struct _WSMAN_CONNECT_DATA {
  WSMAN_DATA data;
} WSMAN_CONNECT_DATA;

/* Content of a CreateResponse (client). */
typedef struct _WSMAN_CREATE_SHELL_DATA {
  WSMAN_DATA data;
} WSMAN_CREATE_SHELL_DATA;

/* What a callback gets; the operation it belongs to says which member (client). */
typedef union _WSMAN_RESPONSE_DATA {
  WSMAN_RECEIVE_DATA_RESULT receiveData;
  WSMAN_CONNECT_DATA connectData;
  WSMAN_CREATE_SHELL_DATA createData;
} WSMAN_RESPONSE_DATA;
#endif

/* Called when a client operation gets on (client). Thread: one of the library's. `data`: see the operation. */
#ifdef WSMAN_API_VERSION_1_0
typedef void(CALLBACK* WSMAN_SHELL_COMPLETION_FUNCTION)(_In_opt_ PVOID operationContext, DWORD flags,
                                                        _In_ WSMAN_ERROR* error, _In_ WSMAN_SHELL_HANDLE shell,
                                                        _In_opt_ WSMAN_COMMAND_HANDLE command,
                                                        _In_opt_ WSMAN_OPERATION_HANDLE operationHandle,
                                                        _In_opt_ WSMAN_RECEIVE_DATA_RESULT* data);
#else
typedef void(CALLBACK* WSMAN_SHELL_COMPLETION_FUNCTION)(_In_opt_ PVOID operationContext, DWORD flags,
                                                        _In_ WSMAN_ERROR* error, _In_ WSMAN_SHELL_HANDLE shell,
                                                        _In_opt_ WSMAN_COMMAND_HANDLE command,
                                                        _In_opt_ WSMAN_OPERATION_HANDLE operationHandle,
                                                        _In_opt_ WSMAN_RESPONSE_DATA* data);
#endif

/* The callback and what it is given (client). */
typedef struct _WSMAN_SHELL_ASYNC {
  PVOID operationContext; /* may be NULL */
  WSMAN_SHELL_COMPLETION_FUNCTION completionFunction;
} WSMAN_SHELL_ASYNC;

/* Arguments of a command, in order. */
typedef struct _WSMAN_COMMAND_ARG_SET {
  DWORD argsCount;
  PCWSTR* args;
} WSMAN_COMMAND_ARG_SET;

/* The certificate that a client logged in with. */
typedef struct _WSMAN_CERTIFICATE_DETAILS {
  PCWSTR subject;          /* distinguished name, such as "CN=xyz.com, OU=..., C=US" */
  PCWSTR issuerName;       /* distinguished name of the issuer */
  PCWSTR issuerThumbprint; /* of the issuer's certificate */
  PCWSTR subjectName;      /* the subject's alternative name, else its CN */
} WSMAN_CERTIFICATE_DETAILS;

/* Who sent a request. Its address is the key of a pending authorization. */
typedef struct _WSMAN_SENDER_DETAILS {
  PCWSTR senderName;                             /* Basic: the user name as sent; see the page */
  PCWSTR authenticationMechanism;                /* Basic, Negotiate, Kerberos, ClientCertificate, ... */
  WSMAN_CERTIFICATE_DETAILS* certificateDetails; /* ClientCertificate only, else NULL */
  HANDLE clientToken;                            /* who does the work; may be NULL; the host's, do not close */
  PCWSTR httpURL;                                /* that the client called */
} WSMAN_SENDER_DETAILS;

/* A request, as operation entry points get it. Its address names the operation in every function that reports about it;
 * the address stays good until WSManPluginOperationComplete, the fields only until WSManPluginFreeRequestDetails. */
typedef struct _WSMAN_PLUGIN_REQUEST {
  WSMAN_SENDER_DETAILS* senderDetails;
  PCWSTR locale; /* language tag for messages; may be NULL */
  PCWSTR resourceUri;
  WSMAN_OPERATION_INFO* operationInfo;
  volatile BOOL shutdownNotification; /* becomes TRUE when the operation is to end */
  HANDLE shutdownNotificationHandle;  /* an event, signalled at that moment; the host's, do not close */
  PCWSTR dataLocale;                  /* language tag for data; may be NULL */
} WSMAN_PLUGIN_REQUEST;

/* Quota of one user. 0xFFFFFFFF: no limit. */
typedef struct _WSMAN_AUTHZ_QUOTA {
  DWORD maxAllowedConcurrentShells;
  DWORD maxAllowedConcurrentOperations;
  DWORD timeslotSize; /* seconds */
  DWORD maxAllowedOperationsPerTimeslot;
} WSMAN_AUTHZ_QUOTA;

#ifdef __cplusplus
}
#endif

#endif
