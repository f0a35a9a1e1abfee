// Shells and commands by number. What the service gets as context is the number, so that neither a call nor a late
// notification can reach an object that is gone.
#pragma once

#include <wsman.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "command.hpp"
#include "session.hpp"

namespace text_shell {

class Registry {
 public:
  void* add(Session session);
  void* add(void* shell, std::shared_ptr<Command> command);

  std::shared_ptr<const Session> session(void* context);
  std::shared_ptr<Command> command(void* context);
  // Calls `action` for one command while it cannot go away; `action` must not wait.
  void with_command(void* context, const std::function<void(Command&)>& action);
  void with_commands_of(void* shell, const std::function<void(Command&)>& action);

  void remove_session(void* context);
  // Returns the command, so that it ends outside the lock.
  std::shared_ptr<Command> remove_command(void* context);

 private:
  struct Entry {
    void* shell = nullptr;
    std::shared_ptr<Command> command;
  };

  void* next_context();

  std::mutex mutex_;
  std::uintptr_t last_ = 0;
  std::map<void*, std::shared_ptr<const Session>> sessions_;
  std::map<void*, Entry> commands_;
};

}  // namespace text_shell
