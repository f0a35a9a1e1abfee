#include "host/shell/shells.hpp"

#include <algorithm>
#include <utility>

#include "lib/ipc/messages_resource.hpp"

namespace winrmd::host {

Shells::Shells(Services services, std::vector<Plugin*> plugins)
    : services_(services), plugins_(std::move(plugins)), mutex_(services.requests.mutex()) {}

Shells::~Shells() {
  // Operations and shells hold each other until the plug-in completes them; a plug-in that never does must not leak.
  for (const auto& [id, shell] : shells_) {
    shell->operation.reset();
    shell->operations.clear();
    shell->receive.reset();
    for (const auto& command : shell->unreleased) {
      command->operation.reset();
      command->receive.reset();
    }
  }
}

std::shared_ptr<Shell> Shells::find_shell(const std::string& id) {
  const auto found = shells_.find(id);
  if (found == shells_.end() || !found->second->reported || found->second->ending) return nullptr;
  return found->second;
}

Shells::Place Shells::find_place(const std::string& shell_id, const std::string& command_id) {
  const auto shell = find_shell(shell_id);
  if (!shell || command_id.empty()) return {.shell = shell, .command = nullptr, .target = shell};
  const auto found = shell->commands.find(command_id);
  if (found == shell->commands.end() || !found->second->reported) return {};
  return {.shell = shell, .command = found->second, .target = found->second};
}

Shells::OperationPtr Shells::find_operation(const void* request) {
  return std::dynamic_pointer_cast<ShellOperation>(services_.requests.find(request));
}

void Shells::refuse(std::uint64_t frame, std::uint32_t code, const std::string& text, bool from_plugin) {
  if (frame == 0) return;
  services_.outbox.post(ipc::Failed{.code = code, .text = text, .from_plugin = from_plugin}, frame);
}

void Shells::refuse(std::uint64_t frame, const Failure& failure) {
  refuse(frame, failure.code, failure.text, failure.from_plugin);
}

void Shells::accept(std::uint64_t frame) {
  if (frame != 0) services_.outbox.post(ipc::Done{}, frame);
}

void Shells::tell_finished(const Plugin& plugin) { services_.outbox.post(ipc::WorkFinished{plugin.name()}); }

Target& Shells::target_of(const ShellOperation& operation) {
  if (operation.command) return *operation.command;
  return *operation.shell;
}

std::shared_ptr<Target> Shells::shared_target(const ShellOperation& operation) {
  if (operation.command) return operation.command;
  return operation.shell;
}

void Shells::delete_shell(std::uint64_t frame, const ipc::ShellDelete& message) {
  Lock lock(mutex_);
  const auto found = shells_.find(message.shell);
  if (found == shells_.end() || !found->second->reported || found->second->over) {
    return refuse(frame, code_unexpected_selectors);
  }
  found->second->deleters.push_back(frame);
  begin_ending(found->second);
}

// The request is a Receive, waiting or answered a moment ago, or the creation of something that nobody wants any more.
void Shells::cancel(std::uint64_t frame) {
  Lock lock(mutex_);
  const auto take_back = [this, frame](const std::shared_ptr<Target>& target) {
    if (target->parked && target->parked->frame == frame) target->parked.reset();
    if (target->answered == frame && target->output.put_back(target->last_sequence)) serve(target);
  };
  for (const auto& [id, shell] : std::map(shells_)) {
    take_back(shell);
    for (const auto& operation : shell->operations) {
      if (operation->kind == OperationKind::connect && operation->frame == frame) operation->frame = 0;
    }
    if (shell->creation == frame) begin_ending(shell);
    for (const auto& [command_id, command] : std::map(shell->commands)) {
      take_back(command);
      if (command->creation == frame && command->operation) notify(command->operation);
    }
  }
}

void Shells::undelivered(const ipc::Undelivered& message) {
  Lock lock(mutex_);
  const auto target = find_place(message.shell, message.command).target;
  if (target && target->output.put_back(message.sequence)) serve(target);
}

void Shells::end_all() {
  Lock lock(mutex_);
  refusing_ = true;
  std::vector<std::shared_ptr<Shell>> all;
  for (const auto& [id, shell] : shells_) all.push_back(shell);
  for (const auto& shell : all) begin_ending(shell);
}

bool Shells::empty() {
  Lock lock(mutex_);
  return shells_.empty();
}

}  // namespace winrmd::host
