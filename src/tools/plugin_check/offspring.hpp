// The end of a host and of everything it has started.
#pragma once

#include <sys/types.h>

#include <string>

namespace winrmd::tools::check {

// From now on, processes whose parents have died become children of this process, where end_everything() finds them.
void adopt_orphans();

// Whether it has ended by itself. It stays to be buried by end_everything().
bool has_ended(pid_t host);

// Kills `host` and every other child of this process until there are none, orphans that arrive meanwhile included.
// Returns the wait() status of `host`.
int end_everything(pid_t host);

// How a process ended, in words.
std::string describe_status(int status);

}  // namespace winrmd::tools::check
