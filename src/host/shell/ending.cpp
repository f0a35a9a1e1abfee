// The end of a shell, in the order plug-ins may rely on: Receive, Send and Signal of its commands are told first, then
// the commands, then what runs on the shell itself, then the shell. A level is told when all of the level before have
// completed, or have had time to.
#include <algorithm>
#include <utility>

#include "host/shell/shells.hpp"
#include "lib/log/log.hpp"

namespace winrmd::host {
namespace {

constexpr int last_level = 3;

int level_of(const Operation& operation) {
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

void Shells::notify(const OperationPtr& operation) {
  if (operation->notified || operation->completed) return;
  operation->notified = true;
  if (!operation->begun) {
    // The plug-in does not know it yet, and need not.
    return complete(operation, {.code = code_aborted});
  }
  services_.notifier.post([this, operation] { run_notification(operation); });
}

void Shells::run_notification(const OperationPtr& operation) {
  Lock lock(mutex_);
  if (operation->completed) return;
  operation->object->set_shutdown();
  services_.handles.set_event(operation->event);
  if (operation->kind == OperationKind::receive) {
    Target& target = target_of(*operation);
    target.cancelled = true;
    target.room.notify_all();
  }
  // Taken out, so that it is called once even when it was registered while this notification was on its way.
  const auto callback = std::exchange(operation->callback, nullptr);
  if (callback == nullptr) return;
  operation->callback_running = true;
  lock.unlock();
  try {
    callback(operation->callback_context);
  } catch (...) {
    log::error("plugin_exception", {{"entry_point", "shutdown callback"}});
  }
  lock.lock();
  operation->callback_running = false;
  callback_done_.notify_all();
}

void Shells::register_shutdown_callback(const void* request, void (*callback)(void*), void* context) {
  Lock lock(mutex_);
  const auto operation = find_operation(request);
  if (!operation) return;
  operation->callback = callback;
  operation->callback_context = context;
  // Told already: then the callback comes at once, but from the thread it always comes from.
  if (operation->notified) services_.notifier.post([this, operation] { run_notification(operation); });
}

}  // namespace winrmd::host
