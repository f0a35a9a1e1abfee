#pragma once

#include <string_view>
#include <variant>

#include "net/exchange.hpp"

namespace winrmd::net {

inline constexpr std::size_t max_redirect_location = 2048;

// What the client is told when a plug-in asks for a redirect to `location` (bare URI, http or https with a host, no
// blanks or controls): the redirect, or the fault for a location that is too long or no such URL (plugin-api 5.9).
Refusal make_redirect(std::string_view location);

}  // namespace winrmd::net
