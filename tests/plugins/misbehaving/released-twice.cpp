// Counts a command that is given back twice.
#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.release_command = [](Thing* command) {
    --live_contexts;
    release_thing(command);
  };
}
