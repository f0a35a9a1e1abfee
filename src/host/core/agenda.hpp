// What the main thread has to do later. Other threads add entries; the main loop runs those that are due.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "lib/base/fd.hpp"

namespace winrmd::host {

using Clock = std::chrono::steady_clock;

// An eventfd that ends the main loop's poll(). Callable from any thread.
class Waker {
 public:
  Waker();
  [[nodiscard]] int fd() const { return fd_.get(); }
  void wake() const;
  void drain() const;

 private:
  Fd fd_;
};

class Agenda {
 public:
  explicit Agenda(Waker& waker) : waker_(waker) {}

  // Runs `action` on the main thread at `when` or shortly after. Callable from any thread, with any lock held: actions
  // run without locks. There is no way to take an entry back; an action looks whether it is still wanted.
  void at(Clock::time_point when, std::function<void()> action);

  // Main thread.
  [[nodiscard]] std::optional<Clock::time_point> next();
  void run_due(Clock::time_point now);

 private:
  Waker& waker_;
  std::mutex mutex_;
  std::multimap<Clock::time_point, std::function<void()>> entries_;
};

}  // namespace winrmd::host
