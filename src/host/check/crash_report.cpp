#include "host/check/crash_report.hpp"

#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "host/check/contract.hpp"
#include "host/check/guarded_memory.hpp"

namespace winrmd::host {
namespace {

constexpr int max_frames = 64;
constexpr std::array signals{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

std::array<char, 4096> plugin_file{};

using Text = std::array<char, contract::max_detail>;

// Writes ` at 0xOFFSET of the library, in FUNCTION` for the innermost frame inside the plug-in; nothing when there is
// none. Functions that are not exported have no name here; addr2line finds it.
void say_place(Text& out) {
  out[0] = '\0';
  std::array<void*, max_frames> frames{};
  const int count = ::backtrace(frames.data(), max_frames);
  for (int i = 0; i < count; ++i) {
    Dl_info info{};
    if (::dladdr(frames[static_cast<std::size_t>(i)], &info) == 0 || info.dli_fname == nullptr) continue;
    if (::strcmp(info.dli_fname, plugin_file.data()) != 0) continue;
    const auto offset =
        static_cast<const char*>(frames[static_cast<std::size_t>(i)]) - static_cast<const char*>(info.dli_fbase);
    const bool named = info.dli_sname != nullptr;
    std::snprintf(out.data(), out.size(), " at 0x%tx of the library%s%s", offset, named ? ", in " : "",
                  named ? info.dli_sname : "");
    return;
  }
}

const char* what(const siginfo_t& info) {
  if (GuardedMemory::structures().contains(info.si_addr)) {
    return "a WSMAN_PLUGIN_REQUEST or WSMAN_SENDER_DETAILS was touched after its call was completed,";
  }
  if (GuardedMemory::texts().contains(info.si_addr)) {
    return "a text or an array of a request was touched after its call was completed or its details were freed,";
  }
  return nullptr;
}

void on_crash(int signal, siginfo_t* info, void*) {
  Text place{};
  say_place(place);
  const char* const touched = signal == SIGSEGV || signal == SIGBUS ? what(*info) : nullptr;
  if (touched != nullptr) {
    contract::report(contract::breach::used_after_release, touched, place.data());
  } else {
    Text name{};
    std::snprintf(name.data(), name.size(), "SIG%s", ::sigabbrev_np(signal));
    contract::report(contract::breach::crashed, name.data(), place.data());
  }
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  ::sigaction(signal, &action, nullptr);
  ::raise(signal);
}

}  // namespace

void report_crashes(const std::string& plugin) {
  plugin.copy(plugin_file.data(), plugin_file.size() - 1);
  // Loads what backtrace() needs, and makes the memory that the handler asks about, while that is still allowed.
  std::array<void*, 1> first{};
  ::backtrace(first.data(), 1);
  GuardedMemory::structures();
  GuardedMemory::texts();
  struct sigaction action{};
  action.sa_sigaction = on_crash;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  for (const int signal : signals) ::sigaction(signal, &action, nullptr);
}

}  // namespace winrmd::host
