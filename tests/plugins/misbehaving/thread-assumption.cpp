// Finds its shell again by the thread it is called on.
#include "shell.hpp"

static thread_local WSMAN_PLUGIN_REQUEST* shell_of_this_thread = nullptr;

void misbehave(ShellPlugin& plugin) {
  plugin.shell = [](WSMAN_PLUGIN_REQUEST* request, const WSMAN_SHELL_STARTUP_INFO*) {
    shell_of_this_thread = request;
    report_thing(request);
  };
  plugin.command = [](WSMAN_PLUGIN_REQUEST* request, Thing*, PCWSTR) {
    if (shell_of_this_thread == nullptr) return complete(request, ERROR_NOT_FOUND);
    report_thing(request);
  };
}
