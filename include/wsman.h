/* WinRM Plug-in API: what a plug-in for winrmd is compiled against, for C11 and C++.
 *
 * Source and binary compatible with the Windows SDK header of the same name: a plug-in that includes <wsman.h>
 * compiles for Windows with Microsoft's header and for Linux with this one. docs/plugin-author.md is the place to
 * start, docs/compatibility.md lists every difference from Windows.
 *
 *     #define WSMAN_API_VERSION_1_1        (or WSMAN_API_VERSION_1_0: exactly one of the two)
 *     #include <wsman.h>
 *     #include <wsman_portable.h>          (WSMAN_TEXT, error codes: what the Windows SDK keeps elsewhere)
 *
 * Only the plug-in side is declared here. The client functions (WSManInitialize, WSManCreateSession, WSManCreateShell
 * and the others of "Client Shell API") are declared when the client library, libwsmclient, exists; their types are
 * here already.
 *
 * Strings are UTF-16: WCHAR is char16_t, or wchar_t where that has 16 bits (-fshort-wchar). Write constants as
 * WSMAN_TEXT("text"), which fits both, and Windows. */
#ifndef WINRMD_WSMAN_H
#define WINRMD_WSMAN_H

#if defined(WSMAN_API_VERSION_1_0) && defined(WSMAN_API_VERSION_1_1)
#error "Define only one of WSMAN_API_VERSION_1_0 and WSMAN_API_VERSION_1_1 before including wsman.h."
#elif !defined(WSMAN_API_VERSION_1_0) && !defined(WSMAN_API_VERSION_1_1)
#error "Define WSMAN_API_VERSION_1_0 or WSMAN_API_VERSION_1_1 before including wsman.h."
#endif

#ifdef _WIN32
/* On Windows the system's own header is the right one. This branch only serves builds that put our folder in front of
 * the system's; with Microsoft's compiler, put it behind. */
#ifndef __GNUC__
#error "Use the Windows SDK's wsman.h: put this include folder behind the SDK's."
#endif
#pragma GCC system_header
#include <windows.h>
#ifdef WSMAN_API_VERSION_1_1
/* mingw-w64 uses the name before it declares it. */
typedef union _WSMAN_RESPONSE_DATA WSMAN_RESPONSE_DATA;
#endif
#include_next <wsman.h>
#else
#include "wsman/plugin.h"
#endif

#endif
