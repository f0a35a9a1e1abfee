// What a host and everything that it has started takes: its children, theirs, and so on, also those in sessions of
// their own; and what they left behind, which is ours by then.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace winrmd::supervisor {

struct SessionUse {
  std::uint64_t memory_mb = 0;  // resident, added up: what processes share counts for each
  std::uint32_t processes = 0;  // without the host
};

// The children of all threads of a process; none when it is gone.
std::vector<pid_t> children_of(pid_t process);

// Of the host, and of those of `orphans` that are in its session. Once there are more than `enough` processes no more
// are looked for. Costs some ten microseconds for each thread and process.
SessionUse measure_session(pid_t host, const std::vector<pid_t>& orphans, std::uint32_t enough);

}  // namespace winrmd::supervisor
