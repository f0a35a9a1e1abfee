#include "host/core/notifier.hpp"

#include <utility>

#include "host/check/own_threads.hpp"

namespace winrmd::host {

Notifier::Notifier() : thread_([this] { run(); }) {}

Notifier::~Notifier() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Notifier::post(std::function<void()> notification) {
  {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(notification));
  }
  changed_.notify_one();
}

bool Notifier::stuck_since(Clock::time_point since) {
  std::lock_guard lock(mutex_);
  return began_ && *began_ < since;
}

void Notifier::run() {
  own_threads::note();
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
    if (ending_) return;
    auto notification = std::move(queue_.front());
    queue_.pop_front();
    began_ = Clock::now();
    lock.unlock();
    notification();
    notification = nullptr;
    lock.lock();
    began_.reset();
  }
}

}  // namespace winrmd::host
