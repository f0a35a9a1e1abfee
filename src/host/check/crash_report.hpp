// Says where a plug-in crashed, for `winrmctl plugin check`. Not in a service: there the supervisor says how the
// process ended, and a core dump is the plug-in author's.
#pragma once

#include <string>

namespace winrmd::host {

// Once, before plug-ins are loaded. Signals that mean a crash are reported as a breach with the first place inside
// `plugin` (its file) on the stack, and end the process as they would have.
void report_crashes(const std::string& plugin);

}  // namespace winrmd::host
