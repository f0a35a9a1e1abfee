// Explains an error in XML that is none.
#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.send = [](WSMAN_PLUGIN_REQUEST* request, Thing*) {
    complete(request, ERROR_ACCESS_DENIED, WSMAN_TEXT("<Why>not <b>today</Why>"));
  };
}
