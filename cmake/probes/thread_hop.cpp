// Coroutines that resume on another thread of a small pool, many times over: each must keep its own locals.
#include <atomic>
#include <condition_variable>
#include <coroutine>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

class Pool {
 public:
  explicit Pool(int threads) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  ~Pool() {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_) thread.join();
  }
  void post(std::coroutine_handle<> handle) {
    {
      std::lock_guard lock(mutex_);
      queue_.push_back(handle);
    }
    wake_.notify_one();
  }

 private:
  void work() {
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
      if (queue_.empty()) return;
      auto handle = queue_.front();
      queue_.pop_front();
      lock.unlock();
      handle.resume();
    }
  }
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::coroutine_handle<>> queue_;
  std::vector<std::thread> threads_;
  bool stopped_ = false;
};

struct Hop {
  Pool& pool;
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> handle) { pool.post(handle); }
  void await_resume() {}
};

struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

std::atomic<int> wrong{0};
std::atomic<int> finished{0};

Detached walk(Pool& pool, int seed) {
  std::string text = "a string too long for the small buffer, number " + std::to_string(seed);
  std::uint64_t sum = 0;
  for (int i = 0; i < 200; ++i) {
    co_await Hop{pool};
    sum += static_cast<std::uint64_t>(i) * static_cast<std::uint64_t>(seed);
  }
  if (sum != 19900ULL * static_cast<std::uint64_t>(seed)) ++wrong;
  if (text != "a string too long for the small buffer, number " + std::to_string(seed)) ++wrong;
  ++finished;
}

int main() {
  constexpr int walkers = 64;
  {
    Pool pool(4);
    for (int i = 1; i <= walkers; ++i) walk(pool, i);
    while (finished < walkers) std::this_thread::yield();
  }
  return wrong == 0 ? 0 : 1;
}
