#define WSMAN_API_VERSION_1_0
#ifdef _WIN32
#include <windows.h>
#endif
#include <wsman.h>
#include <wsman_portable.h>

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD, PCWSTR, PCWSTR, PVOID*) { return NO_ERROR; }
WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID, DWORD, DWORD) { return NO_ERROR; }
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzReleaseContext(PVOID) {}

// Whoever has logged in may come in, and works under their own account.
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzUser(PVOID, WSMAN_SENDER_DETAILS* sender, DWORD) {
  WSManPluginAuthzUserComplete(sender, 0, nullptr, sender->clientToken, FALSE, NO_ERROR, nullptr);
}

// But nobody deletes anything.
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzOperation(PVOID, WSMAN_SENDER_DETAILS* sender, DWORD, DWORD operation,
                                                          PCWSTR, PCWSTR) {
  const bool refused = operation == WSManOperationDelete;
  WSManPluginAuthzOperationComplete(sender, 0, nullptr, refused ? ERROR_ACCESS_DENIED : NO_ERROR,
                                    refused ? WSMAN_TEXT("<Why>Nothing is deleted here.</Why>") : nullptr);
}
