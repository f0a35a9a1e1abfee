#pragma once

#include <string>

#include "shell_probe/api.hpp"

namespace probe {

// Calls the service's functions with parameters that break their rules, on an active Receive, and says what each
// returned, `name=code` a line.
std::string odd_receive_results(WSMAN_PLUGIN_REQUEST* request);

}  // namespace probe
