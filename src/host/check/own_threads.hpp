// Which threads are the host's: all others are a plug-in's. Only where the contract is watched.
#pragma once

namespace winrmd::host::own_threads {

// Those that there are now, before a plug-in is loaded.
void begin();
// The current thread is one, too. Does nothing unless the contract is watched.
void note();
// After Shutdown: reports threads that are still there after a moment.
void report_others();

}  // namespace winrmd::host::own_threads
