// Threads of a plug-in. Shutdown must not return before they have ended, so somebody has to know them all.
#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <thread>

class Workers {
 public:
  Workers() = default;
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  // Waits until all have ended.
  ~Workers();

  // Runs `work`, which must not throw, on a thread of its own. Throws std::system_error when there can be no more.
  void run(std::function<void()> work);

 private:
  std::mutex mutex_;
  std::list<std::thread> running_;
  std::list<std::thread> ended_;  // or about to: they do nothing more of their own
};
