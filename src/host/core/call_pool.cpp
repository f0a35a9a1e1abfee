#include "host/core/call_pool.hpp"

#include <algorithm>
#include <utility>

#include "host/check/own_threads.hpp"

namespace winrmd::host {
namespace {

// Which worker the current thread is, for Waiting. Typed as void because Worker is private to the pool.
thread_local void* current_worker = nullptr;

}  // namespace

CallPool::CallPool(std::size_t limit, Threads threads) : limit_(std::max<std::size_t>(limit, 1)), threads_(threads) {}

CallPool::~CallPool() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    queue_.clear();
  }
  changed_.notify_all();
  // From here on both lists stay as they are.
  for (Worker& worker : workers_) worker.thread.join();
  for (Worker& worker : retired_) worker.thread.join();
}

void CallPool::post(std::function<void()> call) {
  {
    std::lock_guard lock(mutex_);
    if (ending_) return;
    queue_.push_back(std::move(call));
    start_worker_if_needed();
  }
  changed_.notify_one();
}

std::size_t CallPool::running() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(workers_, [](const Worker& worker) { return worker.call_began && !worker.waiting; }));
}

void CallPool::start_worker_if_needed() {
  if (queue_.size() <= idle_ || running() + idle_ >= limit_) return;
  Worker& worker = workers_.emplace_back();
  ++idle_;
  worker.thread = std::thread([this, &worker] { run(worker); });
}

void CallPool::run(Worker& worker) {
  current_worker = &worker;
  own_threads::note();
  std::unique_lock lock(mutex_);
  for (;;) {
    // More threads than the limit exist when a waiting one came back; then this one leaves the work to the others.
    changed_.wait(lock, [this] { return ending_ || (!queue_.empty() && running() < limit_); });
    if (ending_) return;
    auto call = std::move(queue_.front());
    queue_.pop_front();
    --idle_;
    worker.call_began = Clock::now();
    lock.unlock();
    call();
    call = nullptr;
    lock.lock();
    worker.call_began.reset();
    if (threads_ == Threads::fresh && !ending_) return retire(worker, lock);
    ++idle_;
    if (!queue_.empty()) changed_.notify_one();
  }
}

void CallPool::retire(Worker& worker, std::unique_lock<std::mutex>& lock) {
  std::list<Worker> ended = std::exchange(retired_, {});
  retired_.splice(retired_.end(), workers_,
                  std::ranges::find_if(workers_, [&worker](const Worker& one) { return &one == &worker; }));
  start_worker_if_needed();
  lock.unlock();
  // What a plug-in has made thread_local may call us while its thread ends: not with the lock.
  for (Worker& one : ended) one.thread.join();
}

bool CallPool::stuck_since(Clock::time_point since) {
  std::lock_guard lock(mutex_);
  const auto stuck = std::ranges::count_if(workers_, [since](const Worker& worker) {
    return worker.call_began && !worker.waiting && *worker.call_began < since;
  });
  return static_cast<std::size_t>(stuck) >= limit_;
}

bool CallPool::idle() {
  std::lock_guard lock(mutex_);
  return queue_.empty() &&
         std::ranges::none_of(workers_, [](const Worker& worker) { return worker.call_began.has_value(); });
}

CallPool::Waiting::Waiting(CallPool& pool) {
  if (current_worker == nullptr) return;
  std::lock_guard lock(pool.mutex_);
  const auto worker =
      std::ranges::find_if(pool.workers_, [](const Worker& candidate) { return &candidate == current_worker; });
  if (worker == pool.workers_.end()) return;
  pool_ = &pool;
  worker->waiting = true;
  pool.start_worker_if_needed();
  pool.changed_.notify_one();
}

CallPool::Waiting::~Waiting() {
  if (pool_ == nullptr) return;
  std::lock_guard lock(pool_->mutex_);
  auto& worker = *static_cast<Worker*>(current_worker);
  worker.waiting = false;
  worker.call_began = Clock::now();  // what went before was not the plug-in's time
}

}  // namespace winrmd::host
