// What the end of an operation means, by its kind.
#include <algorithm>
#include <utility>

#include "host/shell/shells.hpp"

namespace winrmd::host {

void Shells::ended(const std::shared_ptr<Operation>& any, const Failure& result) {
  const auto operation = std::static_pointer_cast<ShellOperation>(any);
  std::erase(operation->shell->operations, operation);
  switch (operation->kind) {
    case OperationKind::shell:
      complete_shell(operation, result);
      break;
    case OperationKind::command:
      complete_command(operation, result);
      break;
    case OperationKind::receive:
      complete_receive(operation, result);
      break;
    case OperationKind::send:
      complete_send(operation, result);
      break;
    case OperationKind::signal:
      complete_signal(operation, result);
      break;
    case OperationKind::connect:
      complete_connect(operation, result);
      break;
  }
  if (operation->shell->ending) advance_ending(operation->shell);
}

namespace {

// A creation that is completed without a context has failed, whatever the plug-in says.
Failure creation_failure(const Failure& result) {
  if (result.code != code_success) return result;
  return {.code = code_invalid_response, .text = "The plug-in reported neither a context nor an error."};
}

}  // namespace

void Shells::complete_shell(const OperationPtr& operation, const Failure& result) {
  const auto& shell = operation->shell;
  shell->operation.reset();
  shell->over = true;
  if (!shell->reported) {
    // The id is free before the client learns of the failure, though the entry point may still run.
    if (const auto it = shells_.find(shell->id); it != shells_.end() && it->second == shell) shells_.erase(it);
    refuse(std::exchange(operation->frame, 0), creation_failure(result));
  } else {
    free_id(shell);
  }
  for (const std::uint64_t frame : std::exchange(shell->deleters, {})) accept(frame);
  begin_ending(shell);
  release_shell_if_over(shell);
}

// A client that has the answer to its Delete may use the id again. The shell stays known until it is released, under a
// name that nobody can have: no text of XML has a zero in it.
void Shells::free_id(const std::shared_ptr<Shell>& shell) {
  const auto found = shells_.find(shell->id);
  if (found == shells_.end() || found->second != shell) return;
  auto node = shells_.extract(found);
  node.key() = '\0' + std::to_string(shell->creation);
  shells_.insert(std::move(node));
}

void Shells::complete_command(const OperationPtr& operation, const Failure& result) {
  const auto& command = operation->command;
  command->operation.reset();
  command->over = true;
  if (!command->reported) {
    std::erase_if(operation->shell->commands, [&](const auto& entry) { return entry.second == command; });
    refuse(std::exchange(operation->frame, 0), creation_failure(result));
    return release_command_if_over(operation->shell, command);
  }
  if (result.code != code_success && !command->failure) command->failure = result;
  command->output.finish();
  for (auto& [stream, queue] : command->sends) {
    for (const WaitingSend& send : std::exchange(queue.waiting, {})) accept(send.frame);
  }
  for (const WaitingSignal& signal : std::exchange(command->signals, {})) accept(signal.frame);
  // What still hangs on the command is told to end.
  const auto operations = operation->shell->operations;
  for (const auto& child : operations) {
    if (child->command != command) continue;
    // Input or a signal that the plug-in has not been called for is too late, which is no error of the client.
    const bool late = !child->begun && (child->kind == OperationKind::send || child->kind == OperationKind::signal);
    if (late) {
      complete(child, {.code = code_success});
    } else {
      notify(child);
    }
  }
  serve(command);
  release_command_if_over(operation->shell, command);
}

void Shells::complete_receive(const OperationPtr& operation, const Failure& result) {
  Target& target = target_of(*operation);
  target.receive.reset();
  --target.children;
  if (result.code != code_success && !target.failure && !target.output.finished()) target.failure = result;
  target.output.finish();
  target.room.notify_all();
  serve(shared_target(*operation));
  if (operation->command) {
    release_command_if_over(operation->shell, operation->command);
  } else {
    release_shell_if_over(operation->shell);
  }
}

void Shells::complete_send(const OperationPtr& operation, const Failure& result) {
  Target& target = target_of(*operation);
  Target::SendQueue& queue = target.sends[operation->stream];
  queue.busy = false;
  --target.children;
  const std::uint64_t frame = std::exchange(operation->frame, 0);
  if (result.code == code_success) {
    accept(frame);
  } else {
    refuse(frame, result);
  }
  while (!queue.busy && !queue.waiting.empty()) {
    WaitingSend next = std::move(queue.waiting.front());
    queue.waiting.pop_front();
    begin_send(operation->shell, operation->command, std::move(next));
  }
  if (operation->command) {
    release_command_if_over(operation->shell, operation->command);
  } else {
    release_shell_if_over(operation->shell);
  }
}

void Shells::complete_signal(const OperationPtr& operation, const Failure& result) {
  Target& target = target_of(*operation);
  target.signal_busy = false;
  --target.children;
  const std::uint64_t frame = std::exchange(operation->frame, 0);
  if (result.code == code_success) {
    accept(frame);
    after_signal(operation->command, operation->code);
  } else {
    refuse(frame, result);
  }
  while (!target.signal_busy && !target.signals.empty()) {
    WaitingSignal next = std::move(target.signals.front());
    target.signals.pop_front();
    begin_signal(operation->shell, operation->command, std::move(next));
  }
  if (operation->command) {
    release_command_if_over(operation->shell, operation->command);
  } else {
    release_shell_if_over(operation->shell);
  }
}

}  // namespace winrmd::host
