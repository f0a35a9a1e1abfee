// Shutdown returns an error.
#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.shutdown = []() -> DWORD { return ERROR_INTERNAL_ERROR; };
}
