// Asks the running service to read its configuration again, as `winrmctl reload` does.
#pragma once

#include <expected>
#include <string>

namespace config_tree {

// `socket`: path of the control socket. Waits for the answer. What the service says of what it took; or why it goes on
// as it was, or was not reached.
std::expected<std::string, std::string> reload_service(const std::string& socket);

}  // namespace config_tree
