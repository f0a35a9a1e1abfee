// Send, Receive and Signal: the way from winrmd-net into the plug-in.
#include <algorithm>
#include <utility>

#include "host/shell/shells.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::host {
namespace {

constexpr std::string_view signal_terminate =
    "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal/terminate";
constexpr std::string_view signal_ctrl_c = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal/ctrl_c";
constexpr std::uint32_t default_timeout_ms = 60'000;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

void Shells::send(std::uint64_t frame, ipc::StreamSend message) {
  Lock lock(mutex_);
  const auto [shell, command, target] = find_place(message.shell, message.command);
  if (!target) return refuse(frame, code_unexpected_selectors);
  if (!contains(shell->input_streams, message.stream)) return refuse(frame, code_invalid_input_stream);
  // The plug-in is done with the command: input comes too late, as if the process had just ended.
  if (target->over) return accept(frame);
  Target::SendQueue& queue = target->sends[message.stream];
  if (!queue.busy) {
    return begin_send(shell, command, {frame, std::move(message)});
  }
  if (queue.waiting.size() >= max_waiting_sends) return refuse(frame, code_busy);
  queue.waiting.push_back({frame, std::move(message)});
}

void Shells::begin_send(const std::shared_ptr<Shell>& shell, const std::shared_ptr<Command>& command,
                        WaitingSend send) {
  const auto operation = make_operation(OperationKind::send, send.frame, send.message.details, shell, command);
  if (!operation) return;
  Target& target = target_of(*operation);
  operation->stream = send.message.stream;
  target.sends[operation->stream].busy = true;
  ++target.children;
  Arena& arena = operation->object->arguments();
  auto* const data = arena.array<WSMAN_DATA>(1);
  data->type = WSMAN_DATA_TYPE_BINARY;
  data->binaryData.dataLength = static_cast<DWORD>(send.message.data.size());
  data->binaryData.data = arena.bytes(send.message.data);
  const DWORD flags = send.message.end ? WSMAN_FLAG_SEND_NO_MORE_DATA : 0;
  call(operation, [request = operation->object->get(), shell_context = shell->context,
                   command_context = command ? command->context : nullptr, flags,
                   stream = arena.text(operation->stream), data](const EntryPoints& points) {
    points.send(request, flags, shell_context, command_context, stream, data);
  });
}

void Shells::signal(std::uint64_t frame, ipc::Signal message) {
  Lock lock(mutex_);
  const auto [shell, command, target] = find_place(message.shell, message.command);
  if (!target) return refuse(frame, code_unexpected_selectors);
  if (target->over) {
    accept(frame);
    return after_signal(command, message.code);
  }
  if (!target->signal_busy) return begin_signal(shell, command, {frame, std::move(message)});
  if (target->signals.size() >= max_waiting_signals) return refuse(frame, code_busy);
  target->signals.push_back({frame, std::move(message)});
}

void Shells::begin_signal(const std::shared_ptr<Shell>& shell, const std::shared_ptr<Command>& command,
                          WaitingSignal signal) {
  const auto operation = make_operation(OperationKind::signal, signal.frame, signal.message.details, shell, command);
  if (!operation) return;
  Target& target = target_of(*operation);
  target.signal_busy = true;
  ++target.children;
  operation->code = signal.message.code;
  const PCWSTR code = operation->object->arguments().text(operation->code);
  call(operation, [request = operation->object->get(), shell_context = shell->context,
                   command_context = command ? command->context : nullptr, code](const EntryPoints& points) {
    points.signal(request, 0, shell_context, command_context, code);
  });
}

void Shells::after_signal(const std::shared_ptr<Command>& command, const std::string& code) {
  if (!command || command->dropped) return;
  const bool done = command->output.done_delivered() || command->failure_delivered;
  if (text::iequals(code, signal_terminate) || (done && text::iequals(code, signal_ctrl_c))) drop(command);
}

void Shells::drop(const std::shared_ptr<Command>& command) {
  command->dropped = true;
  for (const auto& [id, shell] : shells_) {
    const auto found = shell->commands.find(command->id);
    if (found == shell->commands.end() || found->second != command) continue;
    shell->commands.erase(found);
    break;
  }
  abort_waiting(*command, code_aborted);
  command->cancelled = true;
  command->room.notify_all();
}

void Shells::limit_finished(Shell& shell) {
  const auto finished = [](const auto& entry) { return entry.second->over && entry.second->children == 0; };
  while (std::ranges::count_if(shell.commands, finished) > static_cast<std::ptrdiff_t>(max_finished_commands)) {
    shell.commands.erase(std::ranges::find_if(shell.commands, finished));
  }
}

void Shells::receive(std::uint64_t frame, const ipc::StreamReceive& message) {
  Lock lock(mutex_);
  const auto [shell, command, target] = find_place(message.shell, message.command);
  if (!target) return refuse(frame, code_unexpected_selectors);
  const auto known = [&target](const std::string& stream) { return target->output.has_stream(stream); };
  if (!std::ranges::all_of(message.streams, known)) return refuse(frame, code_invalid_output_stream);
  if (target->parked) return refuse(frame, code_busy);
  if (target->output.done_delivered() || target->failure_delivered) return refuse(frame, code_unexpected_selectors);

  if (!target->receive_begun && !target->over) {
    begin_receive(shell, command, message);
    if (!target->receive_begun)
      return refuse(frame, code_invalid_parameter, "The request holds text that is not valid.");
  }
  const std::uint32_t timeout =
      message.details.operation_timeout_ms == 0 ? default_timeout_ms : message.details.operation_timeout_ms;
  if (target->receive) {
    target->receive->parameters = {.timeout_ms = timeout,
                                   .max_envelope_size = message.details.max_envelope_size,
                                   .max_data = message.max_data,
                                   .locale = message.details.locale,
                                   .data_locale = message.details.data_locale};
  }
  target->parked = Parked{.frame = frame,
                          .streams = message.streams,
                          .max_data = message.max_data,
                          .deadline = Clock::now() + std::chrono::milliseconds(timeout)};
  serve(target);
}

void Shells::begin_receive(const std::shared_ptr<Shell>& shell, const std::shared_ptr<Command>& command,
                           const ipc::StreamReceive& message) {
  // Nobody waits for the operation itself: what the plug-in reports is served to one rsp:Receive after the other.
  const auto operation = make_operation(OperationKind::receive, 0, message.details, shell, command);
  if (!operation) return;
  Target& target = target_of(*operation);
  target.receive = operation;
  target.receive_begun = true;
  ++target.children;
  Arena& arena = operation->object->arguments();
  auto* const set = arena.array<WSMAN_STREAM_ID_SET>(1);
  set->streamIDsCount = static_cast<DWORD>(message.streams.size());
  set->streamIDs = arena.array<PCWSTR>(message.streams.size());
  for (std::size_t i = 0; i < message.streams.size(); ++i) set->streamIDs[i] = arena.text(message.streams[i]);
  call(operation, [request = operation->object->get(), shell_context = shell->context,
                   command_context = command ? command->context : nullptr, set](const EntryPoints& points) {
    points.receive(request, 0, shell_context, command_context, set);
  });
}

void Shells::serve(const std::shared_ptr<Target>& target) {
  if (!target->parked) return;
  const Parked& parked = *target->parked;
  const auto now = Clock::now();
  if (target->failure) {
    refuse(parked.frame, *target->failure);
    target->failure_delivered = true;
    target->parked.reset();
    return;
  }
  const auto decision = target->output.decide(parked.streams, parked.max_data, now);
  const bool late = now >= parked.deadline;
  if (decision.answer || (late && target->output.anything_for(parked.streams))) {
    const auto answer = target->output.take(parked.streams, parked.max_data);
    services_.outbox.post(answer, parked.frame);
    target->answered = parked.frame;
    target->last_sequence = answer.sequence;
    target->parked.reset();
    target->room.notify_all();
    return;
  }
  if (late) {
    refuse(parked.frame, code_timed_out);
    target->parked.reset();
    return;
  }
  const auto look = std::min(decision.look_again, parked.deadline);
  if (target->next_look <= look) return;
  target->next_look = look;
  services_.agenda.at(look, [this, weak = std::weak_ptr(target)] {
    const auto again = weak.lock();
    if (!again) return;
    Lock lock(mutex_);
    again->next_look = Clock::time_point::max();
    serve(again);
  });
}

}  // namespace winrmd::host
