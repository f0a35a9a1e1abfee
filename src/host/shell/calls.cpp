// Calls of entry points, and the release of contexts when no call can use them any more.
#include <algorithm>
#include <utility>

#include "host/shell/shells.hpp"

namespace winrmd::host {
namespace {

std::string_view entry_point(OperationKind kind) {
  switch (kind) {
    case OperationKind::shell:
      return "WSManPluginShell";
    case OperationKind::command:
      return "WSManPluginCommand";
    case OperationKind::send:
      return "WSManPluginSend";
    case OperationKind::receive:
      return "WSManPluginReceive";
    case OperationKind::signal:
      return "WSManPluginSignal";
    case OperationKind::connect:
      return "WSManPluginConnect";
  }
  return {};
}

}  // namespace

Shells::OperationPtr Shells::make_operation(OperationKind kind, std::uint64_t frame, const ipc::RequestDetails& details,
                                            const std::shared_ptr<Shell>& shell,
                                            const std::shared_ptr<Command>& command) {
  auto operation = std::make_shared<ShellOperation>(*this);
  operation->kind = kind;
  operation->entry_point = entry_point(kind);
  operation->frame = frame;
  operation->shell = shell;
  operation->command = command;
  if (!services_.requests.open(operation, details)) {
    refuse(frame, code_invalid_parameter, "The request holds text that is not valid.");
    return nullptr;
  }
  shell->operations.push_back(operation);
  return operation;
}

void Shells::call(const OperationPtr& operation, Entry entry) {
  ++target_of(*operation).calls;
  services_.pool.post([this, operation, entry = std::move(entry)] { run_call(operation, entry); });
}

void Shells::start_and_create(const OperationPtr& operation, const Entry& entry) {
  auto started = operation->shell->plugin->start();
  auto failure = started ? describe_client(*operation->shell) : started.error();
  {
    Lock lock(mutex_);
    if (started) operation->shell->entry = *started;
    if (failure && !operation->completed) complete(operation, *failure);
  }
  run_call(operation, entry);
}

void Shells::run_call(const OperationPtr& operation, const Entry& entry) {
  std::string locale;
  const EntryPoints* points = nullptr;
  {
    Lock lock(mutex_);
    if (operation->completed) return after_call(operation);  // ended before it began
    operation->begun = true;
    locale = operation->parameters.locale;
    points = operation->shell->entry;
  }
  const bool threw = !enter(locale, [&] { entry(*points); });
  Lock lock(mutex_);
  if (threw) {
    log_thrown(operation->shell->plugin->name(), operation->entry_point);
    if (!operation->completed) {
      complete(operation, {.code = code_plugin_failed, .text = "The plug-in threw an exception."});
    }
  }
  after_call(operation);
}

void Shells::after_call(const OperationPtr& operation) {
  Target& target = target_of(*operation);
  --target.calls;
  if (operation->command) {
    release_command_if_over(operation->shell, operation->command);
  } else {
    release_shell_if_over(operation->shell);
  }
}

void Shells::release_command_if_over(const std::shared_ptr<Shell>& shell, const std::shared_ptr<Command>& command) {
  if (!command->over || command->calls > 0 || command->children > 0 || command->releasing) return;
  command->releasing = true;
  if (!command->reported) return forget_command(shell, command);
  services_.pool.post([this, shell, command] {
    try {
      shell->entry->release_command_context(shell->context, command->context);
    } catch (...) {
      keep_thrown();
      log_thrown(shell->plugin->name(), "WSManPluginReleaseCommandContext");
    }
    Lock lock(mutex_);
    services_.outbox.post(ipc::CommandEnded{.shell = shell->id, .command = command->id, .creation = command->creation});
    forget_command(shell, command);
  });
}

void Shells::forget_command(const std::shared_ptr<Shell>& shell, const std::shared_ptr<Command>& command) {
  std::erase(shell->unreleased, command);
  limit_finished(*shell);
  release_shell_if_over(shell);
}

void Shells::release_shell_if_over(const std::shared_ptr<Shell>& shell) {
  if (!shell->over || !shell->unreleased.empty() || shell->calls > 0 || shell->children > 0 || shell->releasing) return;
  shell->releasing = true;
  if (!shell->reported) return forget_shell(shell);
  services_.pool.post([this, shell] {
    try {
      shell->entry->release_shell_context(shell->context);
    } catch (...) {
      keep_thrown();
      log_thrown(shell->plugin->name(), "WSManPluginReleaseShellContext");
    }
    Lock lock(mutex_);
    services_.outbox.post(ipc::ShellEnded{.shell = shell->id, .creation = shell->creation});
    forget_shell(shell);
  });
}

void Shells::forget_shell(const std::shared_ptr<Shell>& shell) {
  std::erase_if(shells_, [&](const auto& entry) { return entry.second == shell; });
  if (shell->client_handle != nullptr) services_.handles.close_token(std::exchange(shell->client_handle, nullptr));
  services_.waker.wake();
}

}  // namespace winrmd::host
