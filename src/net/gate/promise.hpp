// What one coroutine finds out and others wait for.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "net/link.hpp"

namespace winrmd::net {

template <class T>
class Promise {
 public:
  using Clock = Link::Clock;

  // The value, as soon as it is there; nothing when it is not there at `deadline`. Whoever waits keeps the promise
  // alive.
  asio::awaitable<std::optional<T>> wait(Clock::time_point deadline = Clock::time_point::max()) {
    if (!value_) {
      co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
          [this, deadline](auto handler) { waiting_.push_back({std::move(handler), deadline}); }, asio::use_awaitable);
    }
    co_return value_;
  }
  // Everybody who waits goes on before this returns.
  void keep(T value) {
    value_ = std::move(value);
    for (auto& waiter : std::exchange(waiting_, {})) waiter.resume();
  }
  // Whoever has waited for too long goes on without the value.
  void expire(Clock::time_point now) {
    std::vector<Waiter> late;
    std::erase_if(waiting_, [&](Waiter& waiter) {
      const bool over = waiter.deadline <= now;
      if (over) late.push_back(std::move(waiter));
      return over;
    });
    for (auto& waiter : late) waiter.resume();
  }

 private:
  struct Waiter {
    std::move_only_function<void()> resume;
    Clock::time_point deadline;
  };
  std::optional<T> value_;
  std::vector<Waiter> waiting_;
};

}  // namespace winrmd::net
