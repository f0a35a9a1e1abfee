// Writes to nowhere.
#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.signal = [](WSMAN_PLUGIN_REQUEST* request, Thing*) {
    volatile int* nowhere = nullptr;
    *nowhere = 1;  // NOLINT(clang-analyzer-core.NullDereference)
    complete(request);
  };
}
