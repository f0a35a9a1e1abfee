// No command ever returns.
#include <unistd.h>

#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.command = [](WSMAN_PLUGIN_REQUEST*, Thing*, PCWSTR) {
    for (;;) ::pause();
  };
}
