// The names of this host, as clients write them before a backslash or behind an at sign.
#pragma once

#include <functional>
#include <string_view>

namespace winrmd::auth {

// Compares, without case, with the host's name, its first label, the 15 characters of that which NetBIOS keeps, its
// full name in the DNS, and `localhost`. The full name may take the resolver its time: until it is known, which does
// not hold up the caller, only the others count. Any thread.
std::function<bool(std::string_view)> host_names();

}  // namespace winrmd::auth
