// A backend that writes down what plug-ins report and answers as it is told: for tests of libwsmsvc.so and of plug-ins
// inside the test's own process. Installed while it lives. Plug-ins may call it on any thread; a test looks at what was
// reported when its threads have ended.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "host/wsmsvc/backend.hpp"

namespace winrmd::wsmsvc {

class FakeBackend : public Backend {
 public:
  struct Report {
    WSMAN_PLUGIN_REQUEST* request;
    void* context;
  };
  struct Output {
    WSMAN_PLUGIN_REQUEST* request;
    DWORD flags;
    std::u16string stream;
    std::string bytes;
    std::u16string state;
    DWORD exit_code;
  };
  struct Reference {
    bool given = false;
    std::u16string uri;
    std::vector<std::pair<std::u16string, std::u16string>> selectors;
  };
  struct Resource {
    WSMAN_PLUGIN_REQUEST* request;
    std::u16string object;
    Reference reference;
  };
  struct Completion {
    WSMAN_PLUGIN_REQUEST* request;
    DWORD code;
    std::u16string text;
  };
  struct Answer {
    WSMAN_SENDER_DETAILS* sender;
    void* context;
    HANDLE token;
    bool administrator;
    DWORD code;
    std::u16string text;
  };

  struct QuotaAnswer {
    WSMAN_SENDER_DETAILS* sender;
    std::optional<WSMAN_AUTHZ_QUOTA> quota;
    DWORD code;
    std::u16string text;
  };

  FakeBackend() : former_(wsmsvc_install(this)) {}
  ~FakeBackend() override { wsmsvc_install(former_); }

  // What was reported, in order.
  std::vector<Report> reports;
  std::vector<Output> outputs;
  std::vector<Resource> objects;
  std::vector<Resource> references;
  std::vector<Resource> items;
  std::vector<Completion> completions;
  std::vector<Answer> user_answers;
  std::vector<Answer> operation_answers;
  std::vector<QuotaAnswer> quota_answers;
  std::vector<WSMAN_PLUGIN_REQUEST*> freed;
  std::vector<void*> completed_plugins;
  std::set<HANDLE> closed;

  // What to answer.
  DWORD result = NO_ERROR;                    // of the calls that report something
  LANGID language = 0x0409;                   // of every thread
  std::u16string locale;                      // of every thread
  std::map<std::u16string, HANDLE> accounts;  // tokens that can be had
  std::map<HANDLE, Identity> identities;      // tokens that can be asked
  bool throws = false;                        // every call throws

  // Has the plug-in told that the request is to end.
  void shut_down(WSMAN_PLUGIN_REQUEST* request);
  bool is_complete(const WSMAN_PLUGIN_REQUEST* request) const;

  DWORD report_context(WSMAN_PLUGIN_REQUEST* request, void* context) override;
  DWORD receive_result(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PCWSTR stream, const WSMAN_DATA* data,
                       PCWSTR command_state, DWORD exit_code) override;
  DWORD report_object(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA* object) override;
  DWORD report_reference(WSMAN_PLUGIN_REQUEST* request, const WSMAN_RESOURCE_REFERENCE* reference) override;
  DWORD report_item(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA* object,
                    const WSMAN_RESOURCE_REFERENCE* reference) override;
  DWORD operation_complete(WSMAN_PLUGIN_REQUEST* request, DWORD code, PCWSTR text) override;
  DWORD get_operation_parameters(WSMAN_PLUGIN_REQUEST* request, DWORD selector, WSMAN_DATA* data) override;
  DWORD get_configuration(void* plugin_context, DWORD selector, WSMAN_DATA* data) override;
  DWORD report_completion(void* plugin_context) override;
  DWORD free_request_details(WSMAN_PLUGIN_REQUEST* request) override;
  void register_shutdown_callback(WSMAN_PLUGIN_REQUEST* request, void (*callback)(void*), void* context) override;
  DWORD authz_user_complete(WSMAN_SENDER_DETAILS* sender, void* context, HANDLE token, bool administrator, DWORD code,
                            PCWSTR text) override;
  DWORD authz_operation_complete(WSMAN_SENDER_DETAILS* sender, void* context, DWORD code, PCWSTR text) override;
  DWORD authz_quota_complete(WSMAN_SENDER_DETAILS* sender, const WSMAN_AUTHZ_QUOTA* quota, DWORD code,
                             PCWSTR text) override;
  bool close_handle(HANDLE handle) override;
  DWORD wait(HANDLE event, DWORD milliseconds) override;
  int event_descriptor(HANDLE event) override;
  LANGID thread_ui_language() override;
  std::u16string thread_locale_name() override;
  DWORD token_for_account(PCWSTR account, HANDLE client_token, HANDLE* token) override;
  DWORD duplicate_token(HANDLE token, HANDLE* duplicate) override;
  DWORD token_identity(HANDLE token, Identity& identity) override;

 private:
  void may_throw() const;

  struct Callback {
    void (*function)(void*);
    void* context;
  };
  std::mutex mutex_;
  std::map<WSMAN_PLUGIN_REQUEST*, Callback> callbacks_;
  Backend* former_;
};

}  // namespace winrmd::wsmsvc
