#include "host/core/memory_limit.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

#include "lib/log/log.hpp"

namespace winrmd::host {
namespace {

// Their shadow memory is data too, and far more than any limit.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
#else
constexpr bool sanitized = false;
#endif

std::atomic<std::uint32_t> limit_mb = 0;
std::atomic<bool> reached = false;
std::atomic<pthread_t> reporter;

// Instead of std::bad_alloc, in whichever thread: there is no telling who would catch it, and with what in hand.
[[noreturn]] void end_process() {
  if (reached.exchange(true)) {
    if (::pthread_equal(reporter, ::pthread_self()) != 0) std::abort();  // not even that could be logged
    for (;;) ::pause();                                                  // another thread is about to end the process
  }
  reporter = ::pthread_self();
  // The log needs some memory itself.
  rlimit data{};
  if (::getrlimit(RLIMIT_DATA, &data) == 0) {
    data.rlim_cur = data.rlim_max;
    ::setrlimit(RLIMIT_DATA, &data);
  }
  log::error("host_memory_limit", {{"limit_mb", std::int64_t{limit_mb}}});
  std::abort();
}

}  // namespace

bool limit_memory(std::uint32_t mb) {
  if (mb == 0 || sanitized) return false;
  rlimit data{};
  if (::getrlimit(RLIMIT_DATA, &data) != 0) return false;
  data.rlim_cur = std::min(data.rlim_cur, rlim_t{mb} << 20);
  if (::setrlimit(RLIMIT_DATA, &data) != 0) return false;
  limit_mb = mb;
  std::set_new_handler(end_process);
  return true;
}

}  // namespace winrmd::host
