// The thread that tells plug-ins to end operations. It is none of the threads that call entry points, so a notification
// gets through even when all of those are inside the plug-in.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "host/core/agenda.hpp"

namespace winrmd::host {

class Notifier {
 public:
  Notifier();
  // Waits for the one that is running; drops the rest.
  ~Notifier();
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  // Any thread, any lock held. Notifications run one after the other, in the order of the posts.
  void post(std::function<void()> notification);
  [[nodiscard]] bool is_current_thread() const { return std::this_thread::get_id() == thread_.get_id(); }
  // True when one notification has been running since before `since`.
  [[nodiscard]] bool stuck_since(Clock::time_point since);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  std::optional<Clock::time_point> began_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace winrmd::host
