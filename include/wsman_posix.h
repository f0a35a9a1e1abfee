/* The part of Windows that a plug-in needs on Linux. wsman.h includes it.
 *
 * Two kinds of names. Those that Windows has (CloseHandle, GetLastError, WaitForSingleObject, GetThreadUILanguage, the
 * base types) are here so that sources need no change; they are static and inline, so no symbol of theirs meets anybody
 * else's function of that name. Those that start with WSManPosix replace what Windows keeps in other interfaces:
 * tokens, events to wait for with poll(), text.
 *
 * All of it may be called on any thread, also inside an entry point. Nothing here throws or ends the process; bad
 * handles, null pointers and stale handles give the error that is named. The functions are exported by libwsmsvc.so,
 * which the host has loaded: a plug-in may link it, or leave the names undefined. */
#ifndef WINRMD_WSMAN_POSIX_H
#define WINRMD_WSMAN_POSIX_H

#ifdef _WIN32
#error "wsman_posix.h is for systems other than Windows."
#endif

#include "wsman/types.h"
#include "wsman_codes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Handles and errors ---------------------------------------------------------------------------------------- */

/* Gives a handle back to the host: one made by WSManPosixTokenForAccount or WSManPosixDuplicateToken. Not for
 * senderDetails->clientToken and shutdownNotificationHandle (they are the host's: ERROR_INVALID_HANDLE, nothing
 * happens), and not for a token handed over in a successful WSManPluginAuthzUserComplete. TRUE, or FALSE with the last
 * error ERROR_INVALID_HANDLE. Windows: CloseHandle. */
BOOL WSManPosixCloseHandle(HANDLE handle);

/* The calling thread's last error, as set by the functions that answer FALSE, WAIT_FAILED or -1. A success leaves it
 * alone. Windows: GetLastError, SetLastError. */
DWORD WSManPosixGetLastError(void);
void WSManPosixSetLastError(DWORD code);

/* ---- The shutdown notification --------------------------------------------------------------------------------- */

/* Waits until the event is signalled, at most `milliseconds`; 0 looks and returns, INFINITE waits as long as it takes.
 * The one kind of event there is: requestDetails->shutdownNotificationHandle, which stays signalled once it is.
 * WAIT_OBJECT_0: signalled, or its operation is complete and the event gone while this thread waited.
 * WAIT_TIMEOUT. WAIT_FAILED with the last error ERROR_INVALID_HANDLE: no event, or of an operation that was complete
 * before the call. Windows: WaitForSingleObject. */
DWORD WSManPosixWaitForSingleObject(HANDLE event, DWORD milliseconds);

/* A descriptor that becomes readable (POLLIN) when the event is signalled, for poll() and event loops. It stays the
 * host's: do not read, write or close it. Valid until WSManPluginOperationComplete is called for the request; dup() it
 * before to keep one of your own. -1 with the last error ERROR_INVALID_HANDLE. Windows: has no descriptors. */
int WSManPosixEventDescriptor(HANDLE event);

/* ---- Language -------------------------------------------------------------------------------------------------- */

/* The language the client asked for, on a thread that is inside an entry point; 0x0409 (en-US) on other threads and
 * where the client asked for none or one that has no number. Windows: GetThreadUILanguage. */
LANGID WSManPosixGetThreadUILanguage(void);

/* The same as the name the client sent, such as "de-DE": written to `buffer`, which has room for `size` units, with a
 * zero at the end. Empty where GetThreadUILanguage falls back for want of a name. *needed, if not NULL, gets the size
 * that is needed, zero included, in every case but ERROR_INVALID_PARAMETER. ERROR_SUCCESS. ERROR_INSUFFICIENT_BUFFER:
 * nothing written. ERROR_INVALID_PARAMETER: buffer NULL and size not 0. Windows: GetThreadPreferredUILanguages. */
DWORD WSManPosixThreadLocaleName(PWSTR buffer, DWORD size, DWORD* needed);

/* ---- Tokens ---------------------------------------------------------------------------------------------------- */

/* A token: who does the work. On Linux it stands for one account (user, groups) of the system that runs the service. A
 * token handle is a right, not a name: it can only be got from the host. */
typedef struct _WSMAN_POSIX_IDENTITY {
  PCWSTR account;      /* name of the account; empty if the system knows none for the uid */
  DWORD uid;           /* user id */
  DWORD gid;           /* primary group id */
  DWORD groupsCount;   /* number of entries in groups */
  const DWORD* groups; /* supplementary group ids; NULL when there are none */
} WSMAN_POSIX_IDENTITY;

/* A token for a named account, for WSManPluginAuthzUserComplete. Only in authorization plug-ins. The service hands out
 * only accounts that its configuration lets this plug-in choose. `clientToken`, if not NULL, is the sender's
 * (senderDetails->clientToken): it ties the new token to the log-in it is for. May take as long as a look-up in the
 * system's user database.
 * ERROR_SUCCESS: *token is the caller's until it is handed over or closed. Else *token is NULL:
 * ERROR_INVALID_PARAMETER (account or token NULL, account empty, too long or no UTF-16), ERROR_INVALID_HANDLE
 * (clientToken is no token), ERROR_NO_SUCH_USER, ERROR_ACCESS_DENIED (not this account, or not this plug-in),
 * ERROR_NOT_SUPPORTED (no authorization host). Windows: LogonUser, S4U. */
DWORD WSManPosixTokenForAccount(PCWSTR account, HANDLE clientToken, HANDLE* token);

/* Another handle for the same token, the caller's until it is closed or handed over; it outlives the original.
 * ERROR_SUCCESS; ERROR_INVALID_PARAMETER (duplicate NULL); ERROR_INVALID_HANDLE. Windows: DuplicateToken. */
DWORD WSManPosixDuplicateToken(HANDLE token, HANDLE* duplicate);

/* Who a token is. *identity gets one block of memory with everything in it; give it back with WSManPosixFree. NULL on
 * failure. ERROR_SUCCESS; ERROR_INVALID_PARAMETER (identity NULL); ERROR_INVALID_HANDLE; ERROR_OUTOFMEMORY.
 * Windows: GetTokenInformation. */
DWORD WSManPosixTokenIdentity(HANDLE token, WSMAN_POSIX_IDENTITY** identity);

/* Frees what WSManPosixTokenIdentity gave. NULL is allowed. */
void WSManPosixFree(void* memory);

/* ---- Text ------------------------------------------------------------------------------------------------------ */

/* For UTF-16, where glibc has nothing: its wide functions work on 32-bit wchar_t, also under -fshort-wchar. */

/* Units before the zero; 0 for NULL. Windows: wcslen. */
size_t WSManPosixLength(PCWSTR text);

/* Unit by unit: less than, equal to or greater than 0. NULL is less than any text. Windows: wcscmp. */
int WSManPosixCompare(PCWSTR left, PCWSTR right);

/* The same with A to Z equal to a to z; no other letters are folded. Windows: CompareStringOrdinal. */
int WSManPosixCompareNoCase(PCWSTR left, PCWSTR right);

/* For the length arguments below: the text ends with a zero. */
#define WSMAN_POSIX_TERMINATED ((size_t)-1)

/* `length` units of UTF-16 to UTF-8, into `buffer` with room for `size` bytes, and a zero at the end. *needed, if not
 * NULL, gets the size that is needed, zero included, on success and on ERROR_INSUFFICIENT_BUFFER; so (NULL, 0) asks for
 * the size. ERROR_SUCCESS. ERROR_INSUFFICIENT_BUFFER and ERROR_NO_UNICODE_TRANSLATION (no UTF-16): nothing written.
 * ERROR_INVALID_PARAMETER: text NULL, or buffer NULL and size not 0. Windows: WideCharToMultiByte. */
DWORD WSManPosixToUtf8(PCWSTR text, size_t length, char* buffer, size_t size, size_t* needed);

/* The other way: `length` bytes of UTF-8 to UTF-16 units; `size` and *needed in units. Same results.
 * Windows: MultiByteToWideChar. */
DWORD WSManPosixFromUtf8(const char* text, size_t length, PWSTR buffer, size_t size, size_t* needed);

/* ---- Names that Windows has ------------------------------------------------------------------------------------ */

static inline BOOL CloseHandle(HANDLE handle) { return WSManPosixCloseHandle(handle); }
static inline DWORD GetLastError(void) { return WSManPosixGetLastError(); }
static inline void SetLastError(DWORD code) { WSManPosixSetLastError(code); }
static inline LANGID GetThreadUILanguage(void) { return WSManPosixGetThreadUILanguage(); }
static inline DWORD WaitForSingleObject(HANDLE event, DWORD milliseconds) {
  return WSManPosixWaitForSingleObject(event, milliseconds);
}

#ifdef __cplusplus
}
#endif

#endif
