// Completes a Send twice.
#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.send = [](WSMAN_PLUGIN_REQUEST* request, Thing*) {
    complete(request);
    complete(request);
  };
}
