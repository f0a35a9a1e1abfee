// Reports output of a stream that there is not.
#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.receive = [](WSMAN_PLUGIN_REQUEST* request, Thing*) {
    WSMAN_DATA data = {};
    data.type = WSMAN_DATA_TYPE_BINARY;
    WSManPluginReceiveResult(request, 0, WSMAN_TEXT("video"), &data, nullptr, 0);
    give_output(request);
  };
}
