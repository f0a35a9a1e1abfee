// A plug-in that calls exit() ends the host at once, before destructors run under the feet of its threads, and the log
// says so.
#pragma once

namespace winrmd::host::exit_guard {

// The status the process ends with then.
inline constexpr int status = 5;

// For a process that ends by _exit() alone: whoever calls exit() in it is a plug-in.
void arm();
// After a library was loaded: the guard comes before its destructors.
void renew();

}  // namespace winrmd::host::exit_guard
