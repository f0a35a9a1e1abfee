// A few threads that check passwords, so that the loop never waits for a hash. The queue is bounded.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "lib/base/fd.hpp"
#include "lib/base/result.hpp"

namespace winrmd::auth {

inline constexpr std::size_t max_queued_checks = 64;

// One password against one hash. The password is wiped once it was checked.
struct Check {
  std::uint64_t number = 0;
  std::string hash;
  std::string password;
};

struct CheckResult {
  std::uint64_t number = 0;
  bool fits = false;
};

class WorkerPool {
 public:
  explicit WorkerPool(unsigned threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full; the check is untouched then.
  bool submit(Check& check);
  // Readable when there are results.
  [[nodiscard]] int event_fd() const { return event_.get(); }
  std::vector<CheckResult> take_results();

 private:
  void work();

  Fd event_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Check> queue_;
  std::vector<CheckResult> results_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace winrmd::auth
