// What stands behind libwsmsvc.so in this process.
#pragma once

#include "host/authz/authorizations.hpp"
#include "host/calls/handles.hpp"
#include "host/resource/resources.hpp"
#include "host/shell/shells.hpp"
#include "host/wsmsvc/backend.hpp"

namespace winrmd::host {

class HostBackend : public wsmsvc::Backend {
 public:
  // Answers plug-ins as long as it lives. The first three are null in an authorization host, `authorizations` in
  // others.
  HostBackend(Requests* requests, Shells* shells, Resources* resources, Authorizations* authorizations,
              Handles& handles, std::vector<const Plugin*> plugins);
  ~HostBackend() override;
  HostBackend(const HostBackend&) = delete;
  HostBackend& operator=(const HostBackend&) = delete;

  DWORD report_context(WSMAN_PLUGIN_REQUEST* request, void* context) override;
  DWORD receive_result(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PCWSTR stream, const WSMAN_DATA* data,
                       PCWSTR command_state, DWORD exit_code) override;
  DWORD operation_complete(WSMAN_PLUGIN_REQUEST* request, DWORD code, PCWSTR extended_information) override;
  DWORD get_operation_parameters(WSMAN_PLUGIN_REQUEST* request, DWORD selector, WSMAN_DATA* data) override;
  DWORD get_configuration(void* plugin_context, DWORD selector, WSMAN_DATA* data) override;
  DWORD report_completion(void* plugin_context) override;
  DWORD free_request_details(WSMAN_PLUGIN_REQUEST* request) override;
  void register_shutdown_callback(WSMAN_PLUGIN_REQUEST* request, void (*callback)(void*), void* context) override;

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
  DWORD wait(HANDLE event, DWORD milliseconds) override;
  int event_descriptor(HANDLE event) override;

  LANGID thread_ui_language() override;
  std::u16string thread_locale_name() override;

  DWORD token_for_account(PCWSTR account, HANDLE client_token, HANDLE* token) override;
  DWORD duplicate_token(HANDLE token, HANDLE* duplicate) override;
  DWORD token_identity(HANDLE token, wsmsvc::Identity& identity) override;

 protected:
  [[nodiscard]] Requests* requests() const { return requests_; }

 private:
  // Null: nobody has been given that context.
  [[nodiscard]] const Plugin* plugin_of(const void* context) const;

  Requests* const requests_;
  Shells* const shells_;
  Resources* const resources_;
  Authorizations* const authorizations_;
  Handles& handles_;
  const std::vector<const Plugin*> plugins_;
};

}  // namespace winrmd::host
