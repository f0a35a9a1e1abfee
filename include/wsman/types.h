/* Part of wsman_posix.h: the Windows base types, with the widths they have on 64-bit Windows. */
#ifndef WINRMD_WSMAN_TYPES_H
#define WINRMD_WSMAN_TYPES_H

#include <stddef.h>
#include <stdint.h>
#ifndef __cplusplus
#include <uchar.h>
#endif

/* long has 64 bits on Linux and 32 on Windows, so these are never long. */
typedef uint32_t DWORD;
typedef int32_t LONG;
typedef uint32_t ULONG;
typedef int32_t BOOL;
typedef uint8_t BYTE;
typedef uint16_t WORD;
typedef int32_t HRESULT;
typedef WORD LANGID;

#define VOID void
typedef void* PVOID;
typedef void* LPVOID;
typedef const void* LPCVOID;
typedef BYTE* PBYTE;
typedef DWORD* PDWORD;
typedef DWORD* LPDWORD;

/* An opaque number: a token or an event, made and kept by the host. Never a file descriptor, never to be dereferenced.
 * NULL is no handle. */
typedef void* HANDLE;
typedef HANDLE* PHANDLE;
#define INVALID_HANDLE_VALUE ((HANDLE)(intptr_t)-1)

/* One UTF-16 code unit in the machine's byte order. */
#if defined(__SIZEOF_WCHAR_T__) && __SIZEOF_WCHAR_T__ == 2
typedef wchar_t WCHAR;
#else
typedef char16_t WCHAR;
#endif
typedef WCHAR* PWSTR;
typedef WCHAR* LPWSTR;
typedef const WCHAR* PCWSTR; /* ends with a zero unit unless a length goes with it */
typedef const WCHAR* LPCWSTR;
typedef const char* PCSTR;
typedef const char* LPCSTR;

#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif
#define MAXDWORD 0xFFFFFFFFU

/* Calling conventions: Linux has one. */
#define WINAPI
#define CALLBACK
#define APIENTRY

/* Waiting. */
#define INFINITE 0xFFFFFFFFU
#define WAIT_OBJECT_0 0U
#define WAIT_TIMEOUT 258U
#define WAIT_FAILED 0xFFFFFFFFU

#ifndef UNREFERENCED_PARAMETER
#define UNREFERENCED_PARAMETER(parameter) ((void)(parameter))
#endif

/* Source annotations (SAL). They say nothing to a compiler here. */
#define _In_
#define _In_z_
#define _In_opt_
#define _In_opt_z_
#define _In_reads_(count)
#define _In_reads_opt_(count)
#define _In_reads_bytes_(size)
#define _In_reads_bytes_opt_(size)
#define _Out_
#define _Out_opt_
#define _Out_writes_(count)
#define _Out_writes_opt_(count)
#define _Out_writes_z_(count)
#define _Out_writes_to_(count, used)
#define _Out_writes_to_opt_(count, used)
#define _Out_writes_bytes_(size)
#define _Outptr_
#define _Outptr_opt_
#define _Outptr_result_maybenull_
#define _Inout_
#define _Inout_opt_
#define _Inout_updates_(count)
#define _Reserved_
#define _Field_size_(count)
#define _Field_size_opt_(count)
#define _Field_size_bytes_(size)
#define _Field_z_
#define _Success_(expression)
#define _Check_return_
#define _Must_inspect_result_
#define _Ret_maybenull_
#define _Ret_notnull_

/* The annotations of the Windows 7 SDK. Ask for them with WSMAN_POSIX_OLD_SAL, and then include wsman.h after every
 * header of the standard library: GNU's uses __in and __out as names of its own. */
#ifdef WSMAN_POSIX_OLD_SAL
#define __in
#define __in_opt
#define __in_ecount(count)
#define __in_ecount_opt(count)
#define __in_bcount(size)
#define __in_bcount_opt(size)
#define __out
#define __out_opt
#define __out_ecount(count)
#define __out_bcount(size)
#define __inout
#define __inout_opt
#define __deref_out
#define __deref_opt_out
#endif

#endif
