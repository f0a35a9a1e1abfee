// Counts live objects over co_await expressions that hold a lambda with a captured object. A correct compiler ends at 0.
#include <coroutine>
#include <utility>

int live = 0;
struct Counted {
  Counted() { ++live; }
  Counted(const Counted&) { ++live; }
  Counted(Counted&&) noexcept { ++live; }
  ~Counted() { --live; }
};

struct Task {
  struct promise_type {
    Task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> handle;
};

template <class F>
struct Awaitable {
  F callback;
  bool await_ready() { return false; }
  bool await_suspend(std::coroutine_handle<>) { return callback(), false; }
  void await_resume() {}
};
template <class F>
Awaitable<F> wait_for(F callback) {
  return {std::move(callback)};
}

Task run(Counted counted) {
  for (int i = 0; i < 3; ++i) co_await wait_for([counted] {});
}

int main() {
  {
    auto task = run(Counted{});
    task.handle.destroy();
  }
  return live == 0 ? 0 : 1;
}
