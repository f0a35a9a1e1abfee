// Calls a function that nobody has.
#include "shell.hpp"

extern "C" DWORD WSManPluginThatNobodyHas();

void misbehave(ShellPlugin& plugin) {
  plugin.startup = [](PCWSTR) -> DWORD { return WSManPluginThatNobodyHas(); };
}
