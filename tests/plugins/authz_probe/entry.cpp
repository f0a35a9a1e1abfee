// The entry points of the authorization probe: each logs what it was given, then does what the script says.
#include <unistd.h>

#include <atomic>

#include "authz_probe/api.hpp"
#include "authz_probe/complete.hpp"
#include "support/log.hpp"
#include "support/text.hpp"

namespace {

std::atomic<std::int64_t> released = 0;
int plugin_context;  // its address is what Startup hands out

probe::Line describe(const char* event, WSMAN_SENDER_DETAILS* sender, PVOID context, DWORD flags) {
  probe::Line line(event);
  line.pointer("sender", sender)
      .number("flags", flags)
      .flag("plugin_context_ok", context == &plugin_context)
      .number("uid", ::geteuid())
      .number("language", GetThreadUILanguage())
      .text("name", sender->senderName)
      .text("mechanism", sender->authenticationMechanism)
      .flag("certificate", sender->certificateDetails != nullptr)
      .pointer("token", sender->clientToken)
      .text("url", sender->httpURL);
  return line;
}

probe::Call make_call(probe::Kind kind, WSMAN_SENDER_DETAILS* sender, std::string_view action) {
  probe::Call call{.kind = kind,
                   .sender = sender,
                   .client_token = sender->clientToken,
                   .name = probe::utf8(sender->senderName),
                   .language = GetThreadUILanguage(),
                   .rule = {}};
  call.rule = probe::rule_for(probe::name_of(kind), call.name, action);
  return call;
}

}  // namespace

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD flags, PCWSTR application, PCWSTR extra_info,
                                                    PVOID* context) {
  const auto extra = probe::utf8(extra_info);
  probe::log_to(probe::parameter(extra, "log"));
  probe::set_script(probe::parameter(extra, "script"));
  *context = &plugin_context;
  probe::Line("Startup")
      .number("flags", flags)
      .text("application", application)
      .text("extra", extra_info)
      .number("uid", ::geteuid())
      .write();
  return 0;
}

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID context, DWORD flags, DWORD reason) {
  probe::stop_all();
  probe::Line("Shutdown")
      .flag("plugin_context_ok", context == &plugin_context)
      .number("flags", flags)
      .number("reason", reason)
      .number("reports", probe::accepted_reports())
      .number("releases", released)
      .write();
  return 0;
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzUser(PVOID context, WSMAN_SENDER_DETAILS* sender, DWORD flags) {
  describe("AuthzUser", sender, context, flags).write();
  probe::carry_out(make_call(probe::Kind::user, sender, {}));
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzOperation(PVOID context, WSMAN_SENDER_DETAILS* sender, DWORD flags,
                                                          DWORD operation, PCWSTR action, PCWSTR resource_uri) {
  describe("AuthzOperation", sender, context, flags)
      .number("operation", operation)
      .text("action", action)
      .text("resource", resource_uri)
      .write();
  probe::carry_out(make_call(probe::Kind::operation, sender, probe::utf8(action)));
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzQueryQuota(PVOID context, WSMAN_SENDER_DETAILS* sender, DWORD flags) {
  describe("AuthzQueryQuota", sender, context, flags).write();
  probe::carry_out(make_call(probe::Kind::quota, sender, {}));
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzReleaseContext(PVOID context) {
  ++released;
  probe::Line("Release").pointer("context", context).write();
}
