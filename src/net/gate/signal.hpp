// Lets several coroutines wait until one of them has an answer for all.
#pragma once

#include <functional>
#include <vector>

#include "net/asio.hpp"

namespace winrmd::net {

class Signal {
 public:
  asio::awaitable<void> wait() {
    if (raised_) co_return;
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
        [this](auto handler) { waiting_.emplace_back(std::move(handler)); }, asio::use_awaitable);
  }
  void raise() {
    raised_ = true;
    for (auto& resume : std::exchange(waiting_, {})) resume();
  }

 private:
  bool raised_ = false;
  std::vector<std::move_only_function<void()>> waiting_;
};

}  // namespace winrmd::net
