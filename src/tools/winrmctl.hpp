// winrmctl's command line, and what it runs.
#pragma once

namespace winrmd::tools {

// Returns the exit status: 0, 1 when it could not be done (said on standard error), 2 for a usage error.
int winrmctl(int argc, char** argv);

}  // namespace winrmd::tools
