// Reads a request after its completion.
#include "shell.hpp"

static std::atomic<BOOL> last = FALSE;

void misbehave(ShellPlugin& plugin) {
  plugin.signal = [](WSMAN_PLUGIN_REQUEST* request, Thing* command) {
    if (command != nullptr) end_thing(command);
    complete(request);
    last = request->shutdownNotification;
  };
}
