// Breaches of the contract between host and plug-in, for `winrmctl plugin check`. In a service nobody watches: then
// nothing here does anything.
#pragma once

#include <string_view>

#include "lib/base/fd.hpp"
#include "lib/ipc/breach.hpp"

namespace winrmd::host::contract {

namespace breach = ipc::breach;

// Longer details are cut.
inline constexpr std::size_t max_detail = 1024;

// From now on breaches go to `fd`, a stream socket; an empty one ends that. Before plug-ins are loaded.
void watch(Fd fd);
[[nodiscard]] bool watching();

// Sends a Breach. Any thread, any lock held, also from a signal handler: it does not wait, and what the socket does not
// take is lost.
void report(std::string_view kind, std::string_view detail);

// The same, from two pieces: `what` and then `more`.
void report(std::string_view kind, std::string_view what, std::string_view more);

// Whether this thread has reported anything since it was asked last: a call that was refused for a reason that has a
// name need not be reported as just refused.
bool take_reported();

}  // namespace winrmd::host::contract
