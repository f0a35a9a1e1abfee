// An entry point that answers, and never returns.
#include <unistd.h>

#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.send = [](WSMAN_PLUGIN_REQUEST* request, Thing*) {
    complete(request);
    for (;;) ::pause();
  };
}
