/* The plug-in interface, on Linux and on Windows. */
#ifndef HELLO_API_H
#define HELLO_API_H

#define WSMAN_API_VERSION_1_0
#ifdef _WIN32
#include <windows.h>
#endif
#include <wsman.h>
#include <wsman_portable.h>

#endif
