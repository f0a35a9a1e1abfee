// The plug-in interface, on Linux and on Windows.
#pragma once

#define WSMAN_API_VERSION_1_0
#ifdef _WIN32
#include <windows.h>
#endif
#include <wsman.h>
#include <wsman_portable.h>
