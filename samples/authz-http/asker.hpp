// Asks the policy service on threads of its own, so that the host's threads do not wait for it.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cache.hpp"
#include "settings.hpp"

class Asker {
 public:
  // Called once, on any thread; nothing: the service gave no answer. What it throws is ignored.
  using Done = std::function<void(const std::optional<Decision>&)>;

  // Throws std::system_error, std::bad_alloc.
  explicit Asker(Settings settings);
  // What is under way is finished, what waits gets no answer.
  ~Asker();
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  // Throws std::bad_alloc; `done` is not called then.
  void ask(PolicyQuestion question, Done done);

 private:
  struct Item {
    PolicyQuestion question;
    Done done;
  };

  void work() noexcept;
  bool take(Item& item);
  void stop() noexcept;

  const Settings settings_;
  Cache cache_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};
