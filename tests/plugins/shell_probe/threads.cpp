#include "shell_probe/threads.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace probe {
namespace {

std::mutex mutex;
std::condition_variable stopped;
bool stopping = false;
std::vector<std::thread> threads;

}  // namespace

void run_later(std::chrono::milliseconds delay, std::function<void()> work) {
  const std::lock_guard lock(mutex);
  threads.emplace_back([delay, work = std::move(work)] {
    {
      std::unique_lock waiting(mutex);
      if (stopped.wait_for(waiting, delay, [] { return stopping; })) return;
    }
    work();
  });
}

void join_threads() {
  std::vector<std::thread> all;
  {
    const std::lock_guard lock(mutex);
    stopping = true;
    all = std::exchange(threads, {});
  }
  stopped.notify_all();
  for (auto& thread : all) thread.join();
}

}  // namespace probe
