// Shutdown does not return.
#include <unistd.h>

#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.shutdown = []() -> DWORD {
    for (;;) ::pause();
  };
}
