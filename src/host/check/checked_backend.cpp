#include "host/check/checked_backend.hpp"

#include <string>

#include "host/check/contract.hpp"
#include "host/core/plugin_text.hpp"

namespace winrmd::host {
namespace {

// Such a text is taken as it can be, or cut, and the plug-in does not hear of it.
void examine(std::string_view function, PCWSTR text, std::size_t limit = max_extended_information) {
  if (text == nullptr || strict_utf8(text, limit)) return;
  contract::report(contract::breach::text_not_utf16, function,
                   " was given a text that is no UTF-16, or that does not end where such a text has to");
}

// Texts that come with a success are not looked at.
void examine_failure(std::string_view function, DWORD code, PCWSTR text) {
  if (code != code_success) examine(function, text);
}

void refused(std::string_view function, DWORD result) {
  if (contract::take_reported()) return;
  contract::report(contract::breach::call_refused, std::string(function) + " was refused: code ",
                   std::to_string(result));
}

}  // namespace

DWORD CheckedBackend::seen(std::string_view function, const void* request, DWORD result) {
  if (result == code_success || result == code_aborted || result == code_not_found) return result;
  if (requests() != nullptr && requests()->report_completed(function, request)) return result;
  refused(function, result);
  return result;
}

DWORD CheckedBackend::report_context(WSMAN_PLUGIN_REQUEST* request, void* context) {
  contract::take_reported();
  return seen("WSManPluginReportContext", request, HostBackend::report_context(request, context));
}

DWORD CheckedBackend::receive_result(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PCWSTR stream, const WSMAN_DATA* data,
                                     PCWSTR command_state, DWORD exit_code) {
  contract::take_reported();
  examine("WSManPluginReceiveResult", stream, max_stream_name);
  examine("WSManPluginReceiveResult", command_state, max_state_uri);
  return seen("WSManPluginReceiveResult", request,
              HostBackend::receive_result(request, flags, stream, data, command_state, exit_code));
}

DWORD CheckedBackend::operation_complete(WSMAN_PLUGIN_REQUEST* request, DWORD code, PCWSTR extended_information) {
  contract::take_reported();
  examine_failure("WSManPluginOperationComplete", code, extended_information);
  return seen("WSManPluginOperationComplete", request,
              HostBackend::operation_complete(request, code, extended_information));
}

DWORD CheckedBackend::get_operation_parameters(WSMAN_PLUGIN_REQUEST* request, DWORD selector, WSMAN_DATA* data) {
  contract::take_reported();
  return seen("WSManPluginGetOperationParameters", request,
              HostBackend::get_operation_parameters(request, selector, data));
}

DWORD CheckedBackend::get_configuration(void* plugin_context, DWORD selector, WSMAN_DATA* data) {
  contract::take_reported();
  return seen("WSManPluginGetConfiguration", nullptr, HostBackend::get_configuration(plugin_context, selector, data));
}

DWORD CheckedBackend::report_completion(void* plugin_context) {
  contract::take_reported();
  return seen("WSManPluginReportCompletion", nullptr, HostBackend::report_completion(plugin_context));
}

DWORD CheckedBackend::free_request_details(WSMAN_PLUGIN_REQUEST* request) {
  contract::take_reported();
  return seen("WSManPluginFreeRequestDetails", request, HostBackend::free_request_details(request));
}

DWORD CheckedBackend::report_object(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA* object) {
  contract::take_reported();
  return seen("WSManPluginReportObject", request, HostBackend::report_object(request, object));
}

DWORD CheckedBackend::report_reference(WSMAN_PLUGIN_REQUEST* request, const WSMAN_RESOURCE_REFERENCE* reference) {
  contract::take_reported();
  return seen("WSManPluginReportReference", request, HostBackend::report_reference(request, reference));
}

DWORD CheckedBackend::report_item(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA* object,
                                  const WSMAN_RESOURCE_REFERENCE* reference) {
  contract::take_reported();
  return seen("WSManPluginReportItem", request, HostBackend::report_item(request, object, reference));
}

// What authorization plug-ins complete, Authorizations knows better.
DWORD CheckedBackend::authz_user_complete(WSMAN_SENDER_DETAILS* sender, void* context, HANDLE token, bool administrator,
                                          DWORD code, PCWSTR extended_information) {
  contract::take_reported();
  examine_failure("WSManPluginAuthzUserComplete", code, extended_information);
  return seen("WSManPluginAuthzUserComplete", nullptr,
              HostBackend::authz_user_complete(sender, context, token, administrator, code, extended_information));
}

DWORD CheckedBackend::authz_operation_complete(WSMAN_SENDER_DETAILS* sender, void* context, DWORD code,
                                               PCWSTR extended_information) {
  contract::take_reported();
  examine_failure("WSManPluginAuthzOperationComplete", code, extended_information);
  return seen("WSManPluginAuthzOperationComplete", nullptr,
              HostBackend::authz_operation_complete(sender, context, code, extended_information));
}

DWORD CheckedBackend::authz_quota_complete(WSMAN_SENDER_DETAILS* sender, const WSMAN_AUTHZ_QUOTA* quota, DWORD code,
                                           PCWSTR extended_information) {
  contract::take_reported();
  examine_failure("WSManPluginAuthzQueryQuotaComplete", code, extended_information);
  return seen("WSManPluginAuthzQueryQuotaComplete", nullptr,
              HostBackend::authz_quota_complete(sender, quota, code, extended_information));
}

bool CheckedBackend::close_handle(HANDLE handle) {
  contract::take_reported();
  const bool closed = HostBackend::close_handle(handle);
  if (!closed) refused("WSManPosixCloseHandle", code_invalid_handle);
  return closed;
}

}  // namespace winrmd::host
