// Clients that leave a shell and come back. Leaving is nothing to the plug-in; coming back from another session is
// asked of it: WSManPluginConnect.
#include <utility>

#include "host/shell/shells.hpp"

namespace winrmd::host {

void Shells::set_dropping(Shell& shell, bool dropping) {
  const auto set = [dropping](Target& target) {
    target.output.set_dropping(dropping);
    if (dropping) target.room.notify_all();  // whoever waits for room need not
  };
  set(shell);
  for (const auto& command : shell.unreleased) set(*command);
  for (const auto& [id, command] : shell.commands) set(*command);
}

void Shells::set_state(std::uint64_t frame, const ipc::ShellState& message) {
  Lock lock(mutex_);
  const auto shell = find_shell(message.shell);
  if (!shell) return refuse(frame, code_unexpected_selectors);
  set_dropping(*shell, !message.connected && message.drop);
  const auto dismiss = [this](Target& target) {
    if (target.parked) refuse(target.parked->frame, code_disconnected);
    target.parked.reset();
  };
  if (!message.connected) {
    dismiss(*shell);
    for (const auto& [id, command] : shell->commands) dismiss(*command);
  }
  accept(frame);
}

void Shells::connect(std::uint64_t frame, const ipc::Connect& message) {
  Lock lock(mutex_);
  const auto [shell, command, target] = find_place(message.shell, message.command);
  if (!target || target->over) return refuse(frame, code_unexpected_selectors);
  if (shell->entry->connect == nullptr) return refuse(frame, code_disconnect_not_supported);
  const auto operation = make_operation(OperationKind::connect, frame, message.details, shell, command);
  if (!operation) return;
  ++target->children;
  Arena& arena = operation->object->arguments();
  auto* const content = message.open_content ? arena.data(*message.open_content) : nullptr;
  if (!arena.good()) {
    return complete(operation, {.code = code_invalid_parameter, .text = "The request holds text that is not valid."});
  }
  call(operation, [request = operation->object->get(), shell_context = shell->context,
                   command_context = command ? command->context : nullptr, content](const EntryPoints& points) {
    points.connect(request, 0, shell_context, command_context, content);
  });
}

void Shells::complete_connect(const OperationPtr& operation, const Failure& result) {
  --target_of(*operation).children;
  const std::uint64_t frame = std::exchange(operation->frame, 0);
  if (result.code != code_success) {
    refuse(frame, result);
  } else if (frame != 0) {
    if (!operation->command) set_dropping(*operation->shell, false);
    services_.outbox.post(ipc::Connected{.open_content = result.text}, frame);
  }
  if (operation->command) {
    release_command_if_over(operation->shell, operation->command);
  } else {
    release_shell_if_over(operation->shell);
  }
}

}  // namespace winrmd::host
