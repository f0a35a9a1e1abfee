// Starts a thread, and does not end it in Shutdown.
#include <unistd.h>

#include <thread>

#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.startup = [](PCWSTR) -> DWORD {
    std::thread([] {
      for (;;) ::pause();
    }).detach();
    return NO_ERROR;
  };
}
