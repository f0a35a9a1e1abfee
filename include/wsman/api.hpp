// Part of wsman.hpp: the C interface under it, on Linux and on Windows.
#ifndef WINRMD_WSMAN_API_HPP
#define WINRMD_WSMAN_API_HPP

#if !defined(WSMAN_API_VERSION_1_0) && !defined(WSMAN_API_VERSION_1_1)
#define WSMAN_API_VERSION_1_0
#endif
#ifdef _WIN32
#include <windows.h>
#elif defined(__SIZEOF_WCHAR_T__) && __SIZEOF_WCHAR_T__ == 2
#error "wsman.hpp needs char16_t text: the standard library's strings do not work under -fshort-wchar."
#endif
#include <wsman.h>

#include "../wsman_portable.h"

#endif
