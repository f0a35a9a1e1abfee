#pragma once

#include <string>

#include "shell_probe/api.hpp"
#include "support/log.hpp"

namespace probe {

// A log line that says under whom this thread runs and whom the request's token stands for.
Line identity_line(std::string_view event, const WSMAN_PLUGIN_REQUEST* request);
// The same facts, and what the request says, as the output of the commands `identity` and `details`.
std::string identity_text(const WSMAN_PLUGIN_REQUEST* request);
std::string details_text(const WSMAN_PLUGIN_REQUEST* request);

}  // namespace probe
