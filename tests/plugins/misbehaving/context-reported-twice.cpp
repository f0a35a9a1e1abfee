// Reports a command's context twice.
#include "shell.hpp"

void misbehave(ShellPlugin& plugin) {
  plugin.command = [](WSMAN_PLUGIN_REQUEST* request, Thing*, PCWSTR) {
    Thing* const thing = report_thing(request);
    WSManPluginReportContext(request, 0, thing);
  };
}
