// How much data this process may have. A plug-in that allocates without end is to end its own process, and nothing
// else.
#pragma once

#include <cstdint>

namespace winrmd::host {

// From now on `mb` MiB of data at most (the soft RLIMIT_DATA, so that what plug-ins start can have its limit back);
// what C++ code cannot get beyond that ends the process, and the log says why. 0: no limit of ours. A limit that is
// lower already stays. False: there is no limit of ours now, because none was wanted, or under a sanitizer.
bool limit_memory(std::uint32_t mb);

}  // namespace winrmd::host
