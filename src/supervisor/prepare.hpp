// From settings to a Service that can run: everything that can be wrong before the first child starts is found here.
#pragma once

#include <string>

#include "lib/base/result.hpp"
#include "supervisor/supervisor.hpp"

namespace winrmd::supervisor {

// The folder this program is in, where its siblings are.
Result<std::string> programs_folder();

// Fails when one of the programs in `folder` cannot be run by this process.
Result<void> check_programs(const std::string& folder);

// Reads certificates and keys, and tries whether they belong together; looks up the accounts of the processes
// (privileged); checks the programs. Opens no socket and no log.
Result<Service> check_service(config::Settings settings);

// Fails when a plug-in that is enabled is to run as an account that it must not or cannot run as. The error begins with
// file, line and key.
Result<void> check_run_as(const config::Settings& settings, const Tokens& tokens);

// Reads certificates and keys of all listeners, and tries whether they can be used.
Result<std::vector<Credentials>> load_credentials(const config::Settings& settings);

// check_service(), and listening sockets and logs are open. `service.log` is also this process's standard error.
Result<Service> prepare_service(config::Settings settings, const std::string& config_file);

}  // namespace winrmd::supervisor
