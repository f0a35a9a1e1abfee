// What plug-ins report while a Receive runs.
#include <algorithm>
#include <utility>

#include "host/core/plugin_text.hpp"
#include "host/shell/shells.hpp"

namespace winrmd::host {
namespace {

// Output is copied in pieces of this size, so that one report of any length holds a bounded amount of memory.
constexpr std::size_t copy_size = std::size_t{256} << 10;

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

DWORD Shells::take_output(Lock& lock, Target& target, const ShellOperation& operation, const std::string& stream,
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

bool Shells::wants_text(const Operation& operation) const {
  return static_cast<const ShellOperation&>(operation).kind == OperationKind::connect;
}

std::size_t Shells::held_bytes(const Operation& operation) const {
  const Target& target = target_of(static_cast<const ShellOperation&>(operation));
  return target.parked ? target.output.bytes_for(target.parked->streams) : 0;
}

}  // namespace winrmd::host
