#include "authz.hpp"

std::atomic<LONG> live_contexts = 0;

void admit(WSMAN_SENDER_DETAILS* sender, HANDLE token) {
  ++live_contexts;
  WSManPluginAuthzUserComplete(sender, 0, &live_contexts, token, FALSE, NO_ERROR, nullptr);
}

void allow(WSMAN_SENDER_DETAILS* sender) {
  ++live_contexts;
  WSManPluginAuthzOperationComplete(sender, 0, &live_contexts, NO_ERROR, nullptr);
}

namespace {

AuthzPlugin make() {
  AuthzPlugin plugin = {};
  plugin.user = [](WSMAN_SENDER_DETAILS* sender) { admit(sender, sender->clientToken); };
  plugin.operation = allow;
  plugin.quota = [](WSMAN_SENDER_DETAILS* sender) {
    WSMAN_AUTHZ_QUOTA quota = {2, 10, 60, 100};
    WSManPluginAuthzQueryQuotaComplete(sender, 0, &quota, NO_ERROR, nullptr);
  };
  plugin.release = [](void*) { --live_contexts; };
  misbehave(plugin);
  return plugin;
}

const AuthzPlugin& the() {
  static const AuthzPlugin plugin = make();
  return plugin;
}

}  // namespace

WSMAN_PLUGIN_EXPORT LONG WINAPI WSManPluginLiveContexts() { return live_contexts; }

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD, PCWSTR, PCWSTR, PVOID* context) {
  *context = nullptr;
  return NO_ERROR;
}
WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID, DWORD, DWORD) { return NO_ERROR; }
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzUser(PVOID, WSMAN_SENDER_DETAILS* sender, DWORD) { the().user(sender); }
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzOperation(PVOID, WSMAN_SENDER_DETAILS* sender, DWORD, DWORD, PCWSTR,
                                                          PCWSTR) {
  the().operation(sender);
}
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzQueryQuota(PVOID, WSMAN_SENDER_DETAILS* sender, DWORD) {
  the().quota(sender);
}
#ifndef WITHOUT_RELEASE
WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzReleaseContext(PVOID context) { the().release(context); }
#endif
