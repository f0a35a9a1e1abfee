// A C++ exception that a plug-in let out of an entry point ends where it was caught; this is what is said about it.
#pragma once

#include <string_view>

namespace winrmd::host {

// Inside `catch (...)`: remembers for this thread what the exception says of itself.
void keep_thrown() noexcept;

// Logs what keep_thrown() kept last on this thread, and reports the breach.
void log_thrown(std::string_view plugin, std::string_view entry_point);

}  // namespace winrmd::host
