#include "workers.hpp"

#include <utility>

Workers::~Workers() {
  for (;;) {
    std::list<std::thread> ended;
    std::list<std::thread> last;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ended.swap(ended_);
      if (!running_.empty()) last.splice(last.end(), running_, running_.begin());
    }
    if (ended.empty() && last.empty()) return;
    for (auto& thread : ended) thread.join();
    for (auto& thread : last) thread.join();
  }
}

void Workers::run(std::function<void()> work) {
  std::list<std::thread> ended;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended.swap(ended_);
    running_.emplace_back();
    const auto place = std::prev(running_.end());
    try {
      // The thread waits for the lock before it looks at its place.
      *place = std::thread([this, work = std::move(work)] {
        work();
        const std::lock_guard<std::mutex> guard(mutex_);
        for (auto it = running_.begin(); it != running_.end(); ++it) {
          if (it->get_id() == std::this_thread::get_id()) {
            ended_.splice(ended_.end(), running_, it);
            return;
          }
        }
      });
    } catch (...) {
      running_.erase(place);
      throw;
    }
  }
  for (auto& thread : ended) thread.join();
}
