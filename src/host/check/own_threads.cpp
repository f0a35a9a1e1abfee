#include "host/check/own_threads.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "host/check/contract.hpp"

namespace winrmd::host::own_threads {
namespace {

// A thread that was joined may still be seen for a moment; one that is ending gets this long.
constexpr std::chrono::milliseconds patience{500};
constexpr std::chrono::milliseconds look_period{10};

std::mutex mutex;
std::set<pid_t> own;

std::vector<pid_t> all() {
  std::vector<pid_t> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc/self/task"), ::closedir);
  if (!folder) return found;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name(entry->d_name);
    pid_t id = 0;
    const auto [end, status] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (status == std::errc{} && end == name.data() + name.size()) found.push_back(id);
  }
  return found;
}

std::size_t others() {
  const auto now = all();
  std::lock_guard lock(mutex);
  return static_cast<std::size_t>(std::ranges::count_if(now, [](pid_t id) { return !own.contains(id); }));
}

}  // namespace

void begin() {
  const auto now = all();
  std::lock_guard lock(mutex);
  own.insert(now.begin(), now.end());
}

void note() {
  if (!contract::watching()) return;
  std::lock_guard lock(mutex);
  own.insert(::gettid());
}

void report_others() {
  const auto until = std::chrono::steady_clock::now() + patience;
  std::size_t left = others();
  while (left > 0 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(look_period);
    left = others();
  }
  if (left == 0) return;
  contract::report(contract::breach::threads_left,
                   "threads of the plug-in after WSManPluginShutdown: ", std::to_string(left));
}

}  // namespace winrmd::host::own_threads
