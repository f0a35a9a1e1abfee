// How a plug-in can break its contract, as a host and `winrmctl plugin check` call it. docs/plugin-check.md has a
// section of each name.
#pragma once

#include <string>
#include <string_view>
#include <tuple>

#include "lib/ipc/messages.hpp"

namespace winrmd::ipc {

namespace breach {

// What the host sees.
inline constexpr std::string_view call_refused = "call-refused";
inline constexpr std::string_view completed_twice = "completed-twice";
inline constexpr std::string_view context_leaked = "context-leaked";
inline constexpr std::string_view context_reported_twice = "context-reported-twice";
inline constexpr std::string_view crashed = "crashed";
inline constexpr std::string_view entry_point_missing = "entry-point-missing";
inline constexpr std::string_view exception_thrown = "exception-thrown";
inline constexpr std::string_view exited = "exited";
inline constexpr std::string_view never_completed = "never-completed";
inline constexpr std::string_view never_returned = "never-returned";
inline constexpr std::string_view quota_kept = "quota-kept";
inline constexpr std::string_view released_twice = "released-twice";
inline constexpr std::string_view shutdown_blocked = "shutdown-blocked";
inline constexpr std::string_view shutdown_failed = "shutdown-failed";
inline constexpr std::string_view startup_failed = "startup-failed";
inline constexpr std::string_view text_not_utf16 = "text-not-utf16";
inline constexpr std::string_view threads_left = "threads-left";
inline constexpr std::string_view used_after_completion = "used-after-completion";
inline constexpr std::string_view used_after_release = "used-after-release";

// What only the client's side sees.
inline constexpr std::string_view does_not_load = "does-not-load";
inline constexpr std::string_view malformed_fault_xml = "malformed-fault-xml";
inline constexpr std::string_view memory_exhausted = "memory-exhausted";
inline constexpr std::string_view thread_assumption = "thread-assumption";
inline constexpr std::string_view token_leaked = "token-leaked";

}  // namespace breach

// host → `winrmctl plugin check`, on a channel of its own, where HostSetup says check: the plug-in broke the contract.
struct Breach {
  static constexpr auto type = MessageType::breach;
  std::string kind;    // one of the names above
  std::string detail;  // which function, which operation
  auto fields(this auto& self) { return std::tie(self.kind, self.detail); }
};

}  // namespace winrmd::ipc
