/* What a portable plug-in needs and the Windows SDK's wsman.h does not have: the same on Windows and Linux.
 * On Windows include it after <windows.h>. Brings wsman_codes.h and wsman_operations.h with it. */
#ifndef WINRMD_WSMAN_PORTABLE_H
#define WINRMD_WSMAN_PORTABLE_H

#include "wsman_codes.h"
#include "wsman_operations.h"

/* WSMAN_TEXT("abc"): a string constant of type const WCHAR[]. Neighbouring constants join as usual:
 * WSMAN_TEXT("abc") WSMAN_TEXT("def"). The argument may be a macro that stands for a narrow constant. */
#if defined(_WIN32) || (defined(__SIZEOF_WCHAR_T__) && __SIZEOF_WCHAR_T__ == 2)
#define WSMAN_TEXT_UNEXPANDED(text) L##text
#else
#define WSMAN_TEXT_UNEXPANDED(text) u##text
#endif
#define WSMAN_TEXT(text) WSMAN_TEXT_UNEXPANDED(text)

/* In front of each entry point of a plug-in: C linkage, visible under its plain name. */
#ifdef __cplusplus
#define WSMAN_PLUGIN_C extern "C"
#else
#define WSMAN_PLUGIN_C
#endif
#ifdef _WIN32
#define WSMAN_PLUGIN_EXPORT WSMAN_PLUGIN_C __declspec(dllexport)
#else
#define WSMAN_PLUGIN_EXPORT WSMAN_PLUGIN_C __attribute__((visibility("default")))
#endif

#endif
