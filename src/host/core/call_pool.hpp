// The threads that run plug-in entry points. A plug-in may block as long as it likes: others go on until the limit is
// reached, and a watchdog tells when all are stuck.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

#include "host/core/agenda.hpp"

namespace winrmd::host {

class CallPool {
 public:
  // `fresh`: a thread runs one call and ends, so that nothing a plug-in leaves behind on one is there in the next call.
  enum class Threads : std::uint8_t { kept, fresh };

  // Starts no thread yet; at most `limit` threads are inside plug-ins at a time.
  explicit CallPool(std::size_t limit, Threads threads = Threads::kept);
  // Waits for running calls. Calls that were not begun are dropped.
  ~CallPool();

  // Any thread; calls begin in the order of the posts. `call` must not throw.
  void post(std::function<void()> call);

  // True when every thread that may run has been inside one call since before `since`, so that nothing moves any more.
  // Calls that wait for a client to take output do not count.
  [[nodiscard]] bool stuck_since(Clock::time_point since);
  [[nodiscard]] bool idle();

  // Held by a call while it waits for something that is not the plug-in's doing; another thread may run meanwhile. On
  // a thread that is not of this pool it does nothing.
  class Waiting {
   public:
    explicit Waiting(CallPool& pool);
    ~Waiting();
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

   private:
    CallPool* pool_ = nullptr;
  };

 private:
  struct Worker {
    std::thread thread;
    std::optional<Clock::time_point> call_began;
    bool waiting = false;
  };

  void run(Worker& worker);
  // Takes a worker that is done out and lets another one begin.
  void retire(Worker& worker, std::unique_lock<std::mutex>& lock);
  void start_worker_if_needed();
  [[nodiscard]] std::size_t running() const;

  const std::size_t limit_;
  const Threads threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  std::list<Worker> workers_;
  std::list<Worker> retired_;  // on their way out
  std::size_t idle_ = 0;
  bool ending_ = false;
};

}  // namespace winrmd::host
