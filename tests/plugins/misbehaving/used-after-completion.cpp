// Asks for parameters of a request that it has completed.
#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.send = [](WSMAN_PLUGIN_REQUEST* request, Thing*) {
    complete(request);
    WSMAN_DATA data = {};
    WSManPluginGetOperationParameters(request, WSMAN_PLUGIN_PARAMS_TIMEOUT, &data);
  };
}
