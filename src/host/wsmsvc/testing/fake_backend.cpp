#include "host/wsmsvc/testing/fake_backend.hpp"

#include <algorithm>
#include <stdexcept>

namespace winrmd::wsmsvc {
namespace {

std::u16string text_of(PCWSTR text) { return text == nullptr ? std::u16string() : std::u16string(text); }

std::u16string text_of(const WSMAN_DATA* data) {
  return data == nullptr ? std::u16string() : std::u16string(data->text.buffer, data->text.bufferLength);
}

FakeBackend::Reference copy_of(const WSMAN_RESOURCE_REFERENCE* reference) {
  if (reference == nullptr) return {};
  FakeBackend::Reference copy{.given = true, .uri = text_of(reference->resourceUri), .selectors = {}};
  for (DWORD i = 0; i < reference->selectorSet.numberKeys; ++i) {
    const WSMAN_KEY& key = reference->selectorSet.keys[i];
    copy.selectors.emplace_back(text_of(key.key), text_of(key.value));
  }
  return copy;
}

}  // namespace

void FakeBackend::may_throw() const {
  if (throws) throw std::runtime_error("as told");
}

void FakeBackend::shut_down(WSMAN_PLUGIN_REQUEST* request) {
  request->shutdownNotification = TRUE;
  std::unique_lock lock(mutex_);
  const auto found = callbacks_.extract(request);
  lock.unlock();
  if (!found.empty()) found.mapped().function(found.mapped().context);
}

bool FakeBackend::is_complete(const WSMAN_PLUGIN_REQUEST* request) const {
  return std::ranges::any_of(completions, [request](const auto& it) { return it.request == request; });
}

DWORD FakeBackend::report_context(WSMAN_PLUGIN_REQUEST* request, void* context) {
  const std::lock_guard lock(mutex_);
  may_throw();
  reports.push_back({request, context});
  return result;
}

DWORD FakeBackend::receive_result(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PCWSTR stream, const WSMAN_DATA* data,
                                  PCWSTR command_state, DWORD exit_code) {
  const std::lock_guard lock(mutex_);
  may_throw();
  std::string bytes;
  if (data != nullptr && data->binaryData.dataLength != 0) {
    bytes.assign(reinterpret_cast<const char*>(data->binaryData.data), data->binaryData.dataLength);
  }
  outputs.push_back({request, flags, text_of(stream), bytes, text_of(command_state), exit_code});
  return result;
}

DWORD FakeBackend::report_object(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA* object) {
  const std::lock_guard lock(mutex_);
  may_throw();
  objects.push_back({request, text_of(object), {}});
  return result;
}

DWORD FakeBackend::report_reference(WSMAN_PLUGIN_REQUEST* request, const WSMAN_RESOURCE_REFERENCE* reference) {
  const std::lock_guard lock(mutex_);
  may_throw();
  references.push_back({request, {}, copy_of(reference)});
  return result;
}

DWORD FakeBackend::report_item(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA* object,
                               const WSMAN_RESOURCE_REFERENCE* reference) {
  const std::lock_guard lock(mutex_);
  may_throw();
  items.push_back({request, text_of(object), copy_of(reference)});
  return result;
}

DWORD FakeBackend::operation_complete(WSMAN_PLUGIN_REQUEST* request, DWORD code, PCWSTR text) {
  const std::lock_guard lock(mutex_);
  may_throw();
  callbacks_.erase(request);
  completions.push_back({request, code, text_of(text)});
  return result;
}

DWORD FakeBackend::get_operation_parameters(WSMAN_PLUGIN_REQUEST*, DWORD selector, WSMAN_DATA* data) {
  const std::lock_guard lock(mutex_);
  may_throw();
  data->type = WSMAN_DATA_TYPE_DWORD;
  data->number = selector;
  return result;
}

DWORD FakeBackend::get_configuration(void* /*plugin_context*/, DWORD selector, WSMAN_DATA* data) {
  const std::lock_guard lock(mutex_);
  may_throw();
  data->type = WSMAN_DATA_TYPE_DWORD;
  data->number = selector;
  return result;
}

DWORD FakeBackend::report_completion(void* plugin_context) {
  const std::lock_guard lock(mutex_);
  may_throw();
  completed_plugins.push_back(plugin_context);
  return result;
}

DWORD FakeBackend::free_request_details(WSMAN_PLUGIN_REQUEST* request) {
  const std::lock_guard lock(mutex_);
  may_throw();
  freed.push_back(request);
  return result;
}

void FakeBackend::register_shutdown_callback(WSMAN_PLUGIN_REQUEST* request, void (*callback)(void*), void* context) {
  const std::lock_guard lock(mutex_);
  may_throw();
  callbacks_[request] = {callback, context};
}

DWORD FakeBackend::authz_user_complete(WSMAN_SENDER_DETAILS* sender, void* context, HANDLE token, bool administrator,
                                       DWORD code, PCWSTR text) {
  const std::lock_guard lock(mutex_);
  may_throw();
  user_answers.push_back({sender, context, token, administrator, code, text_of(text)});
  return result;
}

DWORD FakeBackend::authz_operation_complete(WSMAN_SENDER_DETAILS* sender, void* context, DWORD code, PCWSTR text) {
  const std::lock_guard lock(mutex_);
  may_throw();
  operation_answers.push_back({sender, context, nullptr, false, code, text_of(text)});
  return result;
}

DWORD FakeBackend::authz_quota_complete(WSMAN_SENDER_DETAILS* sender, const WSMAN_AUTHZ_QUOTA* quota, DWORD code,
                                        PCWSTR text) {
  const std::lock_guard lock(mutex_);
  may_throw();
  quota_answers.push_back({sender, quota == nullptr ? std::nullopt : std::optional(*quota), code, text_of(text)});
  return result;
}

bool FakeBackend::close_handle(HANDLE handle) {
  const std::lock_guard lock(mutex_);
  may_throw();
  const bool known = std::ranges::any_of(accounts, [handle](const auto& it) { return it.second == handle; }) &&
                     !closed.contains(handle);
  if (known) closed.insert(handle);
  return known;
}

DWORD FakeBackend::wait(HANDLE event, DWORD milliseconds) {
  const std::lock_guard lock(mutex_);
  may_throw();
  if (event == nullptr) return WAIT_FAILED;
  return milliseconds == 0 ? WAIT_TIMEOUT : WAIT_OBJECT_0;
}

int FakeBackend::event_descriptor(HANDLE event) {
  const std::lock_guard lock(mutex_);
  may_throw();
  return event == nullptr ? -1 : 7;
}

LANGID FakeBackend::thread_ui_language() {
  const std::lock_guard lock(mutex_);
  may_throw();
  return language;
}

std::u16string FakeBackend::thread_locale_name() {
  const std::lock_guard lock(mutex_);
  may_throw();
  return locale;
}

DWORD FakeBackend::token_for_account(PCWSTR account, HANDLE, HANDLE* token) {
  const std::lock_guard lock(mutex_);
  may_throw();
  const auto found = accounts.find(account);
  if (found == accounts.end()) return ERROR_NO_SUCH_USER;
  *token = found->second;
  return NO_ERROR;
}

DWORD FakeBackend::duplicate_token(HANDLE token, HANDLE* duplicate) {
  const std::lock_guard lock(mutex_);
  may_throw();
  if (token == nullptr) return ERROR_INVALID_HANDLE;
  *duplicate = token;
  return NO_ERROR;
}

DWORD FakeBackend::token_identity(HANDLE token, Identity& identity) {
  const std::lock_guard lock(mutex_);
  may_throw();
  const auto found = identities.find(token);
  if (found == identities.end()) return ERROR_INVALID_HANDLE;
  identity = found->second;
  return NO_ERROR;
}

}  // namespace winrmd::wsmsvc
