// For unit tests: the event loop in the test's own thread, and the far end of a Link. Nothing sleeps: the loop runs
// until a condition holds, or until it has nothing more to do.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lib/ipc/messages_shell.hpp"
#include "lib/ipc/socket.hpp"
#include "net/link.hpp"

namespace winrmd::net::testing {

inline constexpr std::chrono::seconds patience{10};

class Loop {
 public:
  asio::io_context context{1};

  // Runs what can run without waiting for anything.
  void settle() {
    context.restart();
    while (context.poll() > 0) {
    }
  }
  // Runs until the condition holds; false when it does not in a long time.
  template <class Condition>
  bool until(Condition condition) {
    const auto end = Link::Clock::now() + patience;
    context.restart();
    while (!condition()) {
      if (Link::Clock::now() > end) return false;
      context.run_one_for(std::chrono::milliseconds(5));
    }
    return true;
  }
};

// The result of a coroutine that was started for the test.
template <class T>
class Task {
 public:
  Task(Loop& loop, asio::awaitable<T> work) : loop_(loop) { spawn(loop.context, keep(std::move(work), result_)); }

  [[nodiscard]] bool done() const { return result_->has_value(); }
  T& get() {
    EXPECT_TRUE(loop_.until([this] { return done(); })) << "the coroutine is stuck";
    return result_->value();
  }

 private:
  static asio::awaitable<void> keep(asio::awaitable<T> work, std::shared_ptr<std::optional<T>> result) {
    result->emplace(co_await std::move(work));
  }
  Loop& loop_;
  std::shared_ptr<std::optional<T>> result_ = std::make_shared<std::optional<T>>();
};

// A message with its frame's id.
template <class M>
struct Sent {
  std::uint64_t id = 0;
  M message;
};

// The process at the other end of a channel.
class Peer {
 public:
  Peer(Loop& loop, Fd fd) : loop_(&loop), channel_(std::make_unique<ipc::Channel>(std::move(fd))) {}

  // A pair of ends: one of this peer, the other for whoever is tested.
  static std::pair<Peer, Fd> make(Loop& loop) {
    auto ends = ipc::socket_pair();
    EXPECT_TRUE(ends);
    return {Peer(loop, std::move(ends->first)), std::move(ends->second)};
  }

  // The next message, which must be an M.
  template <class M>
  Sent<M> take() {
    std::optional<ipc::Frame> frame;
    EXPECT_TRUE(loop_->until([&] { return (frame = next()).has_value(); })) << "nothing was sent";
    if (!frame) return {};
    auto message = ipc::decode<M>(*frame);
    EXPECT_TRUE(message) << "a message of type " << frame->type;
    return message ? Sent<M>{frame->id, std::move(*message)} : Sent<M>{};
  }
  // True when nothing was sent and nothing that can run now sends anything.
  bool silent() {
    loop_->settle();
    return !next().has_value();
  }
  template <class M>
  void send(const M& message, std::uint64_t id = 0, std::span<const int> fds = {}) {
    auto bytes = ipc::encode(message, id, static_cast<std::uint16_t>(fds.size()));
    std::vector<int> with(fds.begin(), fds.end());
    // The loop runs meanwhile: it is the reader.
    EXPECT_TRUE(loop_->until(
        [&] { return ipc::send_some(channel_->fd(), bytes, with) != ipc::Progress::would_block || bytes.empty(); }));
  }
  // What has come and was not taken, as it is.
  std::optional<ipc::Frame> next() {
    auto frame = channel_->receive_now(closed_);
    EXPECT_TRUE(frame);
    return frame ? std::move(*frame) : std::nullopt;
  }
  void die() { channel_.reset(); }
  // True when the other side has closed its end.
  bool abandoned() {
    return loop_->until([this] {
      while (next()) {
      }
      return closed_;
    });
  }
  [[nodiscard]] int fd() const { return channel_->fd(); }

 private:
  Loop* loop_;
  std::unique_ptr<ipc::Channel> channel_;
  bool closed_ = false;
};

}  // namespace winrmd::net::testing
