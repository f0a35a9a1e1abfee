#include "host/backend.hpp"

#include <algorithm>

#include "host/core/locale.hpp"
#include "lib/log/log.hpp"
#include "lib/text/utf.hpp"

namespace winrmd::host {
namespace {

// A call that does not fit the state of things: said once in the log, since the plug-in alone sees the return value.
DWORD noted(std::string_view function, DWORD result) {
  if (result != code_success) {
    log::warning("plugin_call_refused", {{"function", function}, {"code", std::int64_t{result}}});
  }
  return result;
}

}  // namespace

HostBackend::HostBackend(Requests* requests, Shells* shells, Resources* resources, Authorizations* authorizations,
                         Handles& handles, std::vector<const Plugin*> plugins)
    : requests_(requests),
      shells_(shells),
      resources_(resources),
      authorizations_(authorizations),
      handles_(handles),
      plugins_(std::move(plugins)) {
  wsmsvc_install(this);
}

HostBackend::~HostBackend() { wsmsvc_install(nullptr); }

DWORD HostBackend::report_context(WSMAN_PLUGIN_REQUEST* request, void* context) {
  return noted("WSManPluginReportContext",
               shells_ == nullptr ? code_invalid_parameter : shells_->report_context(request, context));
}

DWORD HostBackend::receive_result(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PCWSTR stream, const WSMAN_DATA* data,
                                  PCWSTR command_state, DWORD exit_code) {
  if (shells_ == nullptr) return noted("WSManPluginReceiveResult", code_invalid_parameter);
  const DWORD result = shells_->receive_result(request, flags, stream, data, command_state, exit_code);
  return result == code_aborted ? result : noted("WSManPluginReceiveResult", result);  // aborted is no mistake
}

DWORD HostBackend::report_object(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA* object) {
  if (resources_ == nullptr) return noted("WSManPluginReportObject", code_invalid_parameter);
  const DWORD result = resources_->report_object(request, *object);
  return result == code_aborted ? result : noted("WSManPluginReportObject", result);
}

DWORD HostBackend::report_reference(WSMAN_PLUGIN_REQUEST* request, const WSMAN_RESOURCE_REFERENCE* reference) {
  if (resources_ == nullptr) return noted("WSManPluginReportReference", code_invalid_parameter);
  const DWORD result = resources_->report_reference(request, *reference);
  return result == code_aborted ? result : noted("WSManPluginReportReference", result);
}

DWORD HostBackend::report_item(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA* object,
                               const WSMAN_RESOURCE_REFERENCE* reference) {
  if (resources_ == nullptr) return noted("WSManPluginReportItem", code_invalid_parameter);
  const DWORD result = resources_->report_item(request, object, reference);
  return result == code_aborted ? result : noted("WSManPluginReportItem", result);
}

DWORD HostBackend::operation_complete(WSMAN_PLUGIN_REQUEST* request, DWORD code, PCWSTR extended_information) {
  return noted("WSManPluginOperationComplete",
               requests_ == nullptr ? code_invalid_parameter
                                    : requests_->operation_complete(request, code, extended_information));
}

DWORD HostBackend::get_operation_parameters(WSMAN_PLUGIN_REQUEST* request, DWORD selector, WSMAN_DATA* data) {
  return requests_ == nullptr ? code_invalid_parameter : requests_->operation_parameters(request, selector, data);
}

const Plugin* HostBackend::plugin_of(const void* context) const {
  const auto found =
      std::ranges::find_if(plugins_, [context](const Plugin* plugin) { return plugin->is_context(context); });
  return found == plugins_.end() ? nullptr : *found;
}

DWORD HostBackend::get_configuration(void* plugin_context, DWORD selector, WSMAN_DATA* data) {
  const auto* plugin = plugin_of(plugin_context);
  return noted("WSManPluginGetConfiguration",
               plugin == nullptr ? code_invalid_parameter : plugin->configuration(selector, *data));
}

DWORD HostBackend::report_completion(void* plugin_context) {
  const auto* plugin = plugin_of(plugin_context);
  if (plugin == nullptr) return noted("WSManPluginReportCompletion", code_invalid_parameter);
  if (shells_ != nullptr) shells_->tell_finished(*plugin);
  return code_success;
}

DWORD HostBackend::free_request_details(WSMAN_PLUGIN_REQUEST* request) {
  return noted("WSManPluginFreeRequestDetails",
               requests_ == nullptr ? code_invalid_parameter : requests_->free_request_details(request));
}

void HostBackend::register_shutdown_callback(WSMAN_PLUGIN_REQUEST* request, void (*callback)(void*), void* context) {
  if (requests_ != nullptr) requests_->register_shutdown_callback(request, callback, context);
}

DWORD HostBackend::authz_user_complete(WSMAN_SENDER_DETAILS* sender, void* context, HANDLE token, bool administrator,
                                       DWORD code, PCWSTR extended_information) {
  if (authorizations_ == nullptr) return code_invalid_parameter;
  return authorizations_->user_complete(sender, context, token, administrator, code, extended_information);
}

DWORD HostBackend::authz_operation_complete(WSMAN_SENDER_DETAILS* sender, void* context, DWORD code,
                                            PCWSTR extended_information) {
  if (authorizations_ == nullptr) return code_invalid_parameter;
  return authorizations_->operation_complete(sender, context, code, extended_information);
}

DWORD HostBackend::authz_quota_complete(WSMAN_SENDER_DETAILS* sender, const WSMAN_AUTHZ_QUOTA* quota, DWORD code,
                                        PCWSTR extended_information) {
  if (authorizations_ == nullptr) return code_invalid_parameter;
  return authorizations_->quota_complete(sender, quota, code, extended_information);
}

bool HostBackend::close_handle(HANDLE handle) {
  if (handles_.borrowed(handle)) return false;
  return handles_.close_token(handle) != nullptr;
}

DWORD HostBackend::wait(HANDLE event, DWORD milliseconds) {
  switch (handles_.wait(event, milliseconds)) {
    case Handles::Waited::set:
      return WAIT_OBJECT_0;
    case Handles::Waited::timed_out:
      return WAIT_TIMEOUT;
    case Handles::Waited::no_event:
      break;
  }
  return WAIT_FAILED;
}

int HostBackend::event_descriptor(HANDLE event) { return handles_.event_descriptor(event); }

LANGID HostBackend::thread_ui_language() { return thread_langid(); }

std::u16string HostBackend::thread_locale_name() { return host::thread_locale_name(); }

DWORD HostBackend::token_for_account(PCWSTR account, HANDLE client_token, HANDLE* token) {
  if (authorizations_ == nullptr) return code_not_supported;
  return authorizations_->token_for_account(account, client_token, token);
}

DWORD HostBackend::duplicate_token(HANDLE token, HANDLE* duplicate) {
  auto shared = handles_.token(token);
  if (!shared) return code_invalid_handle;
  *duplicate = handles_.make_token(std::move(shared), false);
  return *duplicate == nullptr ? code_out_of_memory : code_success;
}

DWORD HostBackend::token_identity(HANDLE token, wsmsvc::Identity& identity) {
  const auto shared = handles_.token(token);
  if (!shared) return code_invalid_handle;
  identity.account = text::to_utf16(shared->identity.account).value_or(std::u16string());
  identity.uid = shared->identity.uid;
  identity.gid = shared->identity.gid;
  identity.groups = shared->identity.groups;
  return code_success;
}

}  // namespace winrmd::host
