// Startup returns an error.
#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.startup = [](PCWSTR) -> DWORD { return ERROR_INVALID_PARAMETER; };
}
