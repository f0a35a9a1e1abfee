#include "host/calls/requests.hpp"

#include <algorithm>
#include <utility>

#include "host/check/contract.hpp"
#include "host/core/plugin_text.hpp"
#include "lib/log/log.hpp"
#include "lib/text/utf.hpp"

namespace winrmd::host {
namespace {

// Of an envelope around the output, and the share of base64.
constexpr std::uint32_t envelope_overhead = 2048;
constexpr std::size_t max_locale_texts = 16;

std::uint32_t room_in_envelope(std::uint32_t envelope) {
  return envelope <= envelope_overhead ? 0 : (envelope - envelope_overhead) / 4 * 3;
}

PCWSTR keep_text(std::deque<std::u16string>& texts, const std::string& utf8) {
  const auto wide = text::to_utf16(utf8);
  if (!wide) return nullptr;
  auto found = std::ranges::find(texts, *wide);
  if (found == texts.end() && texts.size() < max_locale_texts) found = texts.insert(texts.end(), *wide);
  if (found == texts.end()) --found;
  return found->c_str();
}

DWORD give_number(WSMAN_DATA& data, std::uint32_t value) {
  data.type = WSMAN_DATA_TYPE_DWORD;
  data.number = value;
  return code_success;
}

DWORD give_text(WSMAN_DATA& data, PCWSTR text) {
  data.type = WSMAN_DATA_TYPE_TEXT;
  data.text.buffer = text;
  data.text.bufferLength = static_cast<DWORD>(std::char_traits<WCHAR>::length(text));
  return code_success;
}

}  // namespace

bool Requests::open(const OperationPtr& operation, const ipc::RequestDetails& details) {
  operation->event = services_.handles.make_event();
  operation->object = RequestObject::make(services_.space, details, token_, operation->event);
  if (!operation->object || operation->event == nullptr) {
    services_.handles.close_event(operation->event);
    return false;
  }
  operation->parameters = {.timeout_ms = details.operation_timeout_ms,
                           .max_envelope_size = details.max_envelope_size,
                           .locale = details.locale,
                           .data_locale = details.data_locale};
  live_.emplace(operation->object->get(), operation);
  return true;
}

Requests::OperationPtr Requests::find(const void* request) const {
  const auto found = live_.find(request);
  return found == live_.end() ? nullptr : found->second;
}

bool Requests::wants_text(const void* request) {
  Lock lock(mutex_);
  const auto operation = find(request);
  return operation && operation->owner.wants_text(*operation);
}

DWORD Requests::operation_complete(const void* request, DWORD code, PCWSTR text) {
  Failure result{.code = code, .from_plugin = true};
  // Outside the lock: the text is the plug-in's memory.
  if (code != code_success || wants_text(request)) result.text = lenient_utf8(text, max_extended_information);
  Lock lock(mutex_);
  const auto operation = find(request);
  if (!operation) return code_invalid_parameter;
  complete(operation, result);
  // A notification callback of this operation may be running on the other thread; when we return, the plug-in frees
  // what it uses. The wait is bounded, since the callback may wait for a lock that this thread holds.
  if (operation->callback_running && !services_.notifier.is_current_thread()) {
    callback_done_.wait_for(lock, callback_grace, [&operation] { return !operation->callback_running; });
  }
  if (contract::watching()) {
    completed_.emplace(request, operation->entry_point);
    operation->object->revoke();
  }
  return code_success;
}

void Requests::complete(const OperationPtr& operation, const Failure& result) {
  operation->completed = true;
  live_.erase(operation->object->get());
  services_.handles.close_event(operation->event);
  operation->owner.ended(operation, result);
}

void Requests::notify(const OperationPtr& operation) {
  if (operation->notified || operation->completed) return;
  operation->notified = true;
  if (!operation->begun) {
    // The plug-in does not know it yet, and need not.
    return complete(operation, {.code = code_aborted});
  }
  services_.notifier.post([this, operation] { run_notification(operation); });
}

void Requests::run_notification(const OperationPtr& operation) {
  Lock lock(mutex_);
  if (operation->completed) return;
  operation->object->set_shutdown();
  services_.handles.set_event(operation->event);
  operation->owner.told(*operation);
  // Taken out, so that it is called once even when it was registered while this notification was on its way.
  const auto callback = std::exchange(operation->callback, nullptr);
  if (callback == nullptr) return;
  operation->callback_running = true;
  lock.unlock();
  try {
    callback(operation->callback_context);
  } catch (...) {
    keep_thrown();
    log_thrown({}, "the shutdown callback");
  }
  lock.lock();
  operation->callback_running = false;
  callback_done_.notify_all();
}

void Requests::register_shutdown_callback(const void* request, void (*callback)(void*), void* context) {
  Lock lock(mutex_);
  const auto operation = find(request);
  if (!operation) return;
  operation->callback = callback;
  operation->callback_context = context;
  // Told already: then the callback comes at once, but from the thread it always comes from.
  if (operation->notified) services_.notifier.post([this, operation] { run_notification(operation); });
}

DWORD Requests::operation_parameters(const void* request, DWORD selector, WSMAN_DATA* data) {
  Lock lock(mutex_);
  const auto operation = find(request);
  if (!operation) return code_invalid_parameter;
  const Parameters& parameters = operation->parameters;
  const std::uint32_t largest =
      parameters.max_data != 0 ? parameters.max_data : room_in_envelope(parameters.max_envelope_size);
  switch (selector) {
    case WSMAN_PLUGIN_PARAMS_MAX_ENVELOPE_SIZE:
      return give_number(*data, parameters.max_envelope_size);
    case WSMAN_PLUGIN_PARAMS_TIMEOUT:
      return give_number(*data, parameters.timeout_ms);
    case WSMAN_PLUGIN_PARAMS_REMAINING_RESULT_SIZE: {
      const std::size_t used = operation->owner.held_bytes(*operation);
      return give_number(*data, static_cast<std::uint32_t>(largest - std::min<std::size_t>(used, largest)));
    }
    case WSMAN_PLUGIN_PARAMS_LARGEST_RESULT_SIZE:
      return give_number(*data, largest);
    case WSMAN_PLUGIN_PARAMS_GET_REQUESTED_LOCALE:
    case WSMAN_PLUGIN_PARAMS_GET_REQUESTED_DATA_LOCALE: {
      const bool ui = selector == WSMAN_PLUGIN_PARAMS_GET_REQUESTED_LOCALE;
      const std::string& locale = ui ? parameters.locale : parameters.data_locale;
      const PCWSTR text = locale.empty() ? nullptr : keep_text(operation->locale_texts, locale);
      return text == nullptr ? code_not_found : give_text(*data, text);
    }
    default:
      return code_invalid_parameter;
  }
}

bool Requests::report_completed(std::string_view function, const void* request) {
  Lock lock(mutex_);
  const auto completed = completed_.find(request);
  if (completed == completed_.end()) return false;
  const bool twice = function == "WSManPluginOperationComplete";
  contract::report(twice ? contract::breach::completed_twice : contract::breach::used_after_completion,
                   std::string(function) + " was called for a request that was completed before: that of ",
                   completed->second);
  return true;
}

void Requests::report_open() {
  Lock lock(mutex_);
  for (const auto& [request, operation] : live_) {
    if (!operation->begun) continue;
    contract::report(contract::breach::never_completed, operation->entry_point,
                     ": told to end, and WSManPluginOperationComplete did not come");
  }
}

DWORD Requests::free_request_details(const void* request) {
  Lock lock(mutex_);
  const auto operation = find(request);
  if (!operation) return code_invalid_parameter;
  operation->object->free_details();
  return code_success;
}

}  // namespace winrmd::host
