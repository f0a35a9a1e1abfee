// Starts a winrmd-host so that what its plug-in does stays with it: no new privileges, no network, bounded memory,
// processes and files.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/fd.hpp"
#include "lib/base/result.hpp"

namespace winrmd::tools::check {

// What the kernel lets us have.
struct Sandbox {
  bool network_taken = false;   // the host has a network namespace of its own, without interfaces
  bool user_namespace = false;  // inside a user namespace, which ordinary users need for that
  std::string why_not{};        // the kernel's reason, where the host has the network of this system
};

struct HostProgram {
  std::string path;
  std::vector<std::string> environment{};  // NAME=VALUE, nothing else reaches the program
  std::uint32_t memory_mb = 0;             // of data; 0: no limit
  Fd control{};                            // becomes descriptor 3
  Fd output{};                             // becomes descriptor 2
};

// Finds out what is possible here.
Sandbox probe_sandbox();

// The new process's number. It has a session of its own and dies with this process.
Result<pid_t> start_host(const HostProgram& program, const Sandbox& sandbox);

}  // namespace winrmd::tools::check
