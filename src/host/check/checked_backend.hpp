// Answers plug-ins as HostBackend does, and reports what they should not have called. Only where the contract is
// watched.
#pragma once

#include "host/backend.hpp"

namespace winrmd::host {

class CheckedBackend : public HostBackend {
 public:
  using HostBackend::HostBackend;

  DWORD report_context(WSMAN_PLUGIN_REQUEST* request, void* context) override;
  DWORD receive_result(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PCWSTR stream, const WSMAN_DATA* data,
                       PCWSTR command_state, DWORD exit_code) override;
  DWORD operation_complete(WSMAN_PLUGIN_REQUEST* request, DWORD code, PCWSTR extended_information) override;
  DWORD get_operation_parameters(WSMAN_PLUGIN_REQUEST* request, DWORD selector, WSMAN_DATA* data) override;
  DWORD get_configuration(void* plugin_context, DWORD selector, WSMAN_DATA* data) override;
  DWORD report_completion(void* plugin_context) override;
  DWORD free_request_details(WSMAN_PLUGIN_REQUEST* request) override;
  DWORD report_object(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA* object) override;
  DWORD report_reference(WSMAN_PLUGIN_REQUEST* request, const WSMAN_RESOURCE_REFERENCE* reference) override;
  DWORD report_item(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA* object,
                    const WSMAN_RESOURCE_REFERENCE* reference) override;
  DWORD authz_user_complete(WSMAN_SENDER_DETAILS* sender, void* context, HANDLE token, bool administrator, DWORD code,
                            PCWSTR extended_information) override;
  DWORD authz_operation_complete(WSMAN_SENDER_DETAILS* sender, void* context, DWORD code,
                                 PCWSTR extended_information) override;
  DWORD authz_quota_complete(WSMAN_SENDER_DETAILS* sender, const WSMAN_AUTHZ_QUOTA* quota, DWORD code,
                             PCWSTR extended_information) override;
  bool close_handle(HANDLE handle) override;

 private:
  // Reports a result that says the call did not fit; gives it back.
  DWORD seen(std::string_view function, const void* request, DWORD result);
};

}  // namespace winrmd::host
