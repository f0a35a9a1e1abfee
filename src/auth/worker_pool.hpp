// A few threads for what takes long: password hashes, the name service, certificate chains. The loop never waits for
// them. The queue is bounded.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "lib/base/fd.hpp"

namespace winrmd::auth {

inline constexpr std::size_t max_queued_jobs = 64;

// What a job found out: called by the loop, in its thread, with the time.
using Completion = std::move_only_function<void(std::chrono::steady_clock::time_point)>;
// Called in a thread of the pool. A secret that it holds wipes itself.
using Job = std::move_only_function<Completion()>;

class WorkerPool {
 public:
  explicit WorkerPool(unsigned threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full; the job is dropped then.
  bool submit(Job job);
  // Readable when there are completions.
  [[nodiscard]] int event_fd() const { return event_.get(); }
  std::vector<Completion> take_completions();

 private:
  void work();

  Fd event_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  std::vector<Completion> completions_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace winrmd::auth
