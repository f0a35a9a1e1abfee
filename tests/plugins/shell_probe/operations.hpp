// What the shell probe does when it is called; entry.cpp only logs and forwards.
#pragma once

#include <string>

#include "shell_probe/contexts.hpp"

namespace probe {

void open_shell(WSMAN_PLUGIN_REQUEST* request);
void start_command(WSMAN_PLUGIN_REQUEST* request, const std::string& line, WSMAN_COMMAND_ARG_SET* arguments);
void receive(WSMAN_PLUGIN_REQUEST* request, CommandContext& command);
void send(WSMAN_PLUGIN_REQUEST* request, CommandContext& command, std::string data, bool last);
void signal(WSMAN_PLUGIN_REQUEST* request, CommandContext& command, const std::string& code);
// Ends what still waits; joins every thread.
void stop_all();

}  // namespace probe
