// What a host's answer means.
#pragma once

#include <string>
#include <string_view>

#include "net/catalogue.hpp"
#include "net/exchange.hpp"

namespace winrmd::net {

// The answer, or the fault where it is a refusal, or where there is none.
Outcome<ipc::Frame> understand(const Plugin& plugin, CallResult answer);

// An element that a plug-in gave, for the body of a reply: as XML that stands alone. Parsing it is what keeps the
// envelope whole.
Outcome<std::string> checked_element(std::string_view text);

}  // namespace winrmd::net
