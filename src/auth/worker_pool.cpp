#include "auth/worker_pool.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/text/ascii.hpp"
#include "lib/users/password.hpp"

namespace winrmd::auth {

WorkerPool::WorkerPool(unsigned threads) : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto& check : queue_) text::wipe(check.password);
    queue_.clear();
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool WorkerPool::submit(Check& check) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= max_queued_checks) return false;
    queue_.push_back(std::move(check));
  }
  wake_.notify_one();
  return true;
}

std::vector<CheckResult> WorkerPool::take_results() {
  std::uint64_t count = 0;
  if (::read(event_.get(), &count, sizeof count) < 0) count = 0;
  const std::lock_guard lock(mutex_);
  return std::exchange(results_, {});
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    auto check = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    const bool fits = users::verify_password(check.hash, check.password);
    text::wipe(check.password);
    lock.lock();
    results_.push_back({.number = check.number, .fits = fits});
    const std::uint64_t one = 1;
    if (::write(event_.get(), &one, sizeof one) < 0) continue;  // only when it is readable already
  }
}

}  // namespace winrmd::auth
