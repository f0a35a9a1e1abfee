// Ends the process.
#include <cstdlib>

#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.command = [](WSMAN_PLUGIN_REQUEST*, Thing*, PCWSTR) { std::exit(0); };
}
