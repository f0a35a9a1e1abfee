// What plug-ins report and ask while an operation runs: output, parameters, memory they no longer need.
#include <algorithm>
#include <utility>

#include "host/core/plugin_text.hpp"
#include "host/shell/shells.hpp"
#include "lib/text/utf.hpp"

namespace winrmd::host {
namespace {

// Output is copied in pieces of this size, so that one report of any length holds a bounded amount of memory.
constexpr std::size_t copy_size = std::size_t{256} << 10;
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

DWORD Shells::receive_result(const void* request, DWORD flags, PCWSTR stream, const WSMAN_DATA* data, PCWSTR state,
                             DWORD exit_code) {
  std::optional<std::string> stream_name;
  std::optional<std::string> state_uri;
  if (stream != nullptr && !(stream_name = strict_utf8(stream, max_stream_name))) return code_invalid_parameter;
  if (state != nullptr && !(state_uri = strict_utf8(state, max_state_uri))) return code_invalid_parameter;

  Lock lock(mutex_);
  const auto operation = find_operation(request);
  if (!operation || operation->kind != OperationKind::receive) return code_invalid_parameter;
  const auto target = shared_target(*operation);
  if (target->cancelled) return code_aborted;
  if (target->output.finished()) return code_invalid_parameter;
  if (stream_name && !target->output.has_stream(*stream_name)) return code_invalid_parameter;

  const Output::Marks marks{.flush = (flags & WSMAN_FLAG_RECEIVE_FLUSH) != 0,
                            .boundary = (flags & WSMAN_FLAG_RECEIVE_RESULT_DATA_BOUNDARY) != 0};
  if (stream_name) {
    const DWORD refused = take_output(lock, *target, *operation, *stream_name, *data, marks);
    if (refused != code_success) return refused;
    if ((flags & WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA) != 0) target->output.end_stream(*stream_name, Clock::now());
  }
  if (state_uri) target->output.set_state(*state_uri, exit_code);
  serve(target);
  return code_success;
}

DWORD Shells::take_output(Lock& lock, Target& target, const Operation& operation, const std::string& stream,
                          const WSMAN_DATA& data, Output::Marks marks) {
  const char* const bytes = reinterpret_cast<const char*>(data.binaryData.data);
  const std::size_t size = data.binaryData.dataLength;
  std::size_t taken = 0;
  do {
    if (!target.output.has_room(stream)) {
      serve(shared_target(operation));
      const CallPool::Waiting waiting(services_.pool);
      target.room.wait(lock, [&] { return target.cancelled || operation.completed || target.output.has_room(stream); });
    }
    if (target.cancelled || operation.completed) return code_aborted;
    // Copied without the lock: the memory is the plug-in's.
    const std::size_t part = std::min(copy_size, size - taken);
    lock.unlock();
    const std::string copy(bytes + taken, part);
    lock.lock();
    if (target.cancelled || operation.completed) return code_aborted;
    taken += part;
    const bool last = taken == size;
    target.output.add(stream, copy, {.flush = marks.flush, .boundary = marks.boundary && last}, Clock::now());
  } while (taken < size);
  return code_success;
}

DWORD Shells::operation_parameters(const void* request, DWORD selector, WSMAN_DATA* data) {
  Lock lock(mutex_);
  const auto operation = find_operation(request);
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
      const Target& target = target_of(*operation);
      const std::size_t used = target.parked ? target.output.bytes_for(target.parked->streams) : 0;
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

DWORD Shells::free_request_details(const void* request) {
  Lock lock(mutex_);
  const auto operation = find_operation(request);
  if (!operation) return code_invalid_parameter;
  operation->object->free_details();
  return code_success;
}

}  // namespace winrmd::host
