// Does not complete a Signal.
#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.signal = [](WSMAN_PLUGIN_REQUEST*, Thing* command) {
    if (command != nullptr) end_thing(command);
  };
}
