#include "registry.hpp"

#include <utility>

namespace text_shell {

void* Registry::next_context() {
  return reinterpret_cast<void*>(++last_);  // NOLINT(performance-no-int-to-ptr): a number in the guise of a context
}

void* Registry::add(Session session) {
  std::lock_guard lock(mutex_);
  void* const context = next_context();
  sessions_.emplace(context, std::make_shared<const Session>(std::move(session)));
  return context;
}

void* Registry::add(void* shell, std::shared_ptr<Command> command) {
  std::lock_guard lock(mutex_);
  void* const context = next_context();
  commands_.emplace(context, Entry{shell, std::move(command)});
  return context;
}

std::shared_ptr<const Session> Registry::session(void* context) {
  std::lock_guard lock(mutex_);
  const auto found = sessions_.find(context);
  return found == sessions_.end() ? nullptr : found->second;
}

std::shared_ptr<Command> Registry::command(void* context) {
  std::lock_guard lock(mutex_);
  const auto found = commands_.find(context);
  return found == commands_.end() ? nullptr : found->second.command;
}

void Registry::with_command(void* context, const std::function<void(Command&)>& action) {
  std::lock_guard lock(mutex_);
  const auto found = commands_.find(context);
  if (found != commands_.end()) action(*found->second.command);
}

void Registry::with_commands_of(void* shell, const std::function<void(Command&)>& action) {
  std::lock_guard lock(mutex_);
  for (const auto& [context, entry] : commands_) {
    if (entry.shell == shell) action(*entry.command);
  }
}

void Registry::remove_session(void* context) {
  std::lock_guard lock(mutex_);
  sessions_.erase(context);
}

std::shared_ptr<Command> Registry::remove_command(void* context) {
  std::lock_guard lock(mutex_);
  const auto found = commands_.find(context);
  if (found == commands_.end()) return nullptr;
  auto command = std::move(found->second.command);
  commands_.erase(found);
  return command;
}

}  // namespace text_shell
