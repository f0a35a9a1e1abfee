// The end of a shell, in the order plug-ins may rely on: Receive, Send and Signal of its commands are told first, then
// the commands, then what runs on the shell itself, then the shell. A level is told when all of the level before have
// completed, or have had time to.
#include <algorithm>
#include <utility>

#include "host/shell/shells.hpp"

namespace winrmd::host {
namespace {

constexpr int last_level = 3;

int level_of(const ShellOperation& operation) {
  switch (operation.kind) {
    case OperationKind::shell:
      return 3;
    case OperationKind::command:
      return 1;
    default:
      return operation.command ? 0 : 2;
  }
}

}  // namespace

void Shells::begin_ending(const std::shared_ptr<Shell>& shell) {
  if (shell->ending) return;
  shell->ending = true;
  abort_waiting(*shell, code_aborted);
  for (const auto& command : shell->unreleased) abort_waiting(*command, code_aborted);
  for (const auto& [id, command] : shell->commands) abort_waiting(*command, code_aborted);
  for (const auto& operation : shell->operations) refuse(std::exchange(operation->frame, 0), code_aborted);
  shell->commands.clear();
  advance_ending(shell);
}

void Shells::abort_waiting(Target& target, std::uint32_t code) {
  if (target.parked) refuse(target.parked->frame, code);
  target.parked.reset();
  for (auto& [stream, queue] : target.sends) {
    for (const WaitingSend& send : std::exchange(queue.waiting, {})) refuse(send.frame, code);
  }
  for (const WaitingSignal& signal : std::exchange(target.signals, {})) refuse(signal.frame, code);
}

void Shells::advance_ending(const std::shared_ptr<Shell>& shell) {
  if (shell->advancing) return;
  shell->advancing = true;
  for (;;) {
    std::vector<OperationPtr> open;
    std::ranges::copy_if(shell->operations, std::back_inserter(open),
                         [&shell](const auto& operation) { return level_of(*operation) <= shell->level; });
    for (const auto& operation : open) notify(operation);
    std::erase_if(open, [](const auto& operation) { return operation->completed; });
    if (shell->level == last_level) break;
    const auto now = Clock::now();
    if (!open.empty() && now < shell->level_until) {
      if (shell->level_until != Clock::time_point::max()) break;
      shell->level_until = now + notification_grace;
      services_.agenda.at(shell->level_until, [this, weak = std::weak_ptr(shell)] {
        const auto again = weak.lock();
        if (!again) return;
        Lock lock(mutex_);
        advance_ending(again);
      });
      break;
    }
    ++shell->level;
    shell->level_until = Clock::time_point::max();
  }
  shell->advancing = false;
}

void Shells::told(Operation& any) {
  const auto& operation = static_cast<ShellOperation&>(any);
  if (operation.kind != OperationKind::receive) return;
  Target& target = target_of(operation);
  target.cancelled = true;
  target.room.notify_all();
}

}  // namespace winrmd::host
