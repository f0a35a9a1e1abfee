// Listening sockets. They live as long as the supervisor, so that a restart of winrmd-net refuses nobody.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/fd.hpp"
#include "lib/base/result.hpp"
#include "lib/config/settings.hpp"

namespace winrmd::supervisor {

// One bound and listening socket for each listener, in order. The error names address and port.
Result<std::vector<Fd>> open_listeners(const std::vector<config::Listener>& listeners);

// The port a socket is bound to (what the system chose for port 0); 0 when it cannot be told.
std::uint16_t bound_port(int socket);

}  // namespace winrmd::supervisor
