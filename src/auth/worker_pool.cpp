#include "auth/worker_pool.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace winrmd::auth {

WorkerPool::WorkerPool(unsigned threads) : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool WorkerPool::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= max_queued_jobs) return false;
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

std::vector<Completion> WorkerPool::take_completions() {
  std::uint64_t count = 0;
  if (::read(event_.get(), &count, sizeof count) < 0) count = 0;
  const std::lock_guard lock(mutex_);
  return std::exchange(completions_, {});
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    auto job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    auto completion = job();
    job = nullptr;  // with what it holds, before anybody hears of the outcome
    lock.lock();
    completions_.push_back(std::move(completion));
    const std::uint64_t one = 1;
    if (::write(event_.get(), &one, sizeof one) < 0) continue;  // only when it is readable already
  }
}

}  // namespace winrmd::auth
