// The host's side of libwsmsvc.so. The library holds the names that plug-ins call and nothing else; what they do is
// done by the Backend that the host installs.
//
// Every member function may be called on any thread, several at a time, also from inside an entry point, with pointers
// and handles that are stale or invented: look them up, never dereference them on faith. What needs no state is checked
// before: `flags` that must be 0 are, and pointers that must not be null are not. None may throw; if one does, the
// caller gets ERROR_INTERNAL_ERROR, or ERROR_INVALID_PARAMETER where that is the only failure there is.
#pragma once

#if !defined(WSMAN_API_VERSION_1_0) && !defined(WSMAN_API_VERSION_1_1)
#define WSMAN_API_VERSION_1_1
#endif
#include <wsman.h>
#include <wsman_resource.h>

#include <cstdint>
#include <string>
#include <vector>

namespace winrmd::wsmsvc {

// Who a token is, see WSMAN_POSIX_IDENTITY.
struct Identity {
  std::u16string account;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups;
};

class Backend {
 public:
  virtual ~Backend() = default;

  // Shell family. `context` is not null.
  virtual DWORD report_context(WSMAN_PLUGIN_REQUEST* request, void* context) = 0;
  // `flags` has known bits only; stream and data are both there (binary, with a buffer unless empty) or both null;
  // NO_MORE_DATA only with a stream.
  virtual DWORD receive_result(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PCWSTR stream, const WSMAN_DATA* data,
                               PCWSTR command_state, DWORD exit_code) = 0;
  virtual DWORD operation_complete(WSMAN_PLUGIN_REQUEST* request, DWORD code, PCWSTR extended_information) = 0;
  // `selector` is one of WSMAN_PLUGIN_PARAMS_MAX_ENVELOPE_SIZE to ..._GET_REQUESTED_DATA_LOCALE; *data is empty (NONE).
  virtual DWORD get_operation_parameters(WSMAN_PLUGIN_REQUEST* request, DWORD selector, WSMAN_DATA* data) = 0;
  // `selector` is one of WSMAN_PLUGIN_PARAMS_SHAREDHOST to ..._NAME; *data is empty (NONE). The context may be null.
  virtual DWORD get_configuration(void* plugin_context, DWORD selector, WSMAN_DATA* data) = 0;
  virtual DWORD report_completion(void* plugin_context) = 0;
  virtual DWORD free_request_details(WSMAN_PLUGIN_REQUEST* request) = 0;
  virtual void register_shutdown_callback(WSMAN_PLUGIN_REQUEST* request, void (*callback)(void*), void* context) = 0;

  // Resource family. `object` is text with a buffer and a length above 0, of any length and quality; `reference` has
  // keys where it counts some. Of report_item() one may be null.
  virtual DWORD report_object(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA* object) = 0;
  virtual DWORD report_reference(WSMAN_PLUGIN_REQUEST* request, const WSMAN_RESOURCE_REFERENCE* reference) = 0;
  virtual DWORD report_item(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA* object,
                            const WSMAN_RESOURCE_REFERENCE* reference) = 0;

  // Authorization family: ERROR_SUCCESS or ERROR_INVALID_PARAMETER only.
  virtual DWORD authz_user_complete(WSMAN_SENDER_DETAILS* sender, void* context, HANDLE token, bool administrator,
                                    DWORD code, PCWSTR extended_information) = 0;
  virtual DWORD authz_operation_complete(WSMAN_SENDER_DETAILS* sender, void* context, DWORD code,
                                         PCWSTR extended_information) = 0;
  // `quota` null with code 0: the query ends and the default quota applies, though the call returns
  // ERROR_INVALID_PARAMETER.
  virtual DWORD authz_quota_complete(WSMAN_SENDER_DETAILS* sender, const WSMAN_AUTHZ_QUOTA* quota, DWORD code,
                                     PCWSTR extended_information) = 0;

  // Handles. False: no handle that the plug-in may close.
  virtual bool close_handle(HANDLE handle) = 0;
  // WAIT_OBJECT_0, WAIT_TIMEOUT or WAIT_FAILED (no event).
  virtual DWORD wait(HANDLE event, DWORD milliseconds) = 0;
  // -1: no event.
  virtual int event_descriptor(HANDLE event) = 0;

  // Language of the calling thread.
  virtual LANGID thread_ui_language() = 0;
  virtual std::u16string thread_locale_name() = 0;

  // Tokens. Results as WSManPosixTokenForAccount, ...DuplicateToken and ...TokenIdentity have them; the output is set
  // on ERROR_SUCCESS only. `account` is neither null nor empty; it may be of any length or no UTF-16.
  virtual DWORD token_for_account(PCWSTR account, HANDLE client_token, HANDLE* token) = 0;
  virtual DWORD duplicate_token(HANDLE token, HANDLE* duplicate) = 0;
  virtual DWORD token_identity(HANDLE token, Identity& identity) = 0;
};

}  // namespace winrmd::wsmsvc

// For the host, not for plug-ins: makes `backend` answer every call from now on; null takes the former one out. The
// host installs one at its start, before it loads a plug-in; it must outlive all calls. Returns the former one.
extern "C" winrmd::wsmsvc::Backend* wsmsvc_install(winrmd::wsmsvc::Backend* backend);
