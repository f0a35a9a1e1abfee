// What a process of the service does to itself when it starts.
#pragma once

#include <sys/prctl.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WINRMD_LEAK_CHECK 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WINRMD_LEAK_CHECK 1
#endif

namespace winrmd {

// Keeps other processes of the same account from reading this one's memory (ptrace, /proc/PID/mem) and the kernel from
// writing core dumps of it. Undone by exec. Not under LeakSanitizer, which reads its own memory the same way.
inline void hide_memory() {
#if !defined(WINRMD_LEAK_CHECK)
  ::prctl(PR_SET_DUMPABLE, 0);
#endif
}

}  // namespace winrmd
