// Has Startup and Shutdown and nothing else: neither kind of plug-in.
#define WSMAN_API_VERSION_1_0
#include <wsman.h>
#include <wsman_portable.h>

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD, PCWSTR, PCWSTR, PVOID*) { return 0; }
WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID, DWORD, DWORD) { return 0; }
