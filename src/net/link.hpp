// winrmd-net's end of a channel to another process: frames in and out without blocking, and calls that are awaited.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "lib/ipc/frame.hpp"
#include "lib/ipc/socket.hpp"
#include "net/asio.hpp"

namespace winrmd::net {

enum class CallError {
  closed,     // the peer process is gone
  timed_out,  // no answer in time; one that still comes is an event
};

using CallResult = std::expected<ipc::Frame, CallError>;

// A peer that does not read its channel is given up when so many bytes wait for it.
inline constexpr std::size_t max_queued_bytes = 16U << 20;

// Everything runs on the io_context's thread. Kept by shared_ptr: whoever waits for an answer keeps it alive.
class Link : public std::enable_shared_from_this<Link> {
 public:
  using Clock = std::chrono::steady_clock;

  // `reader`: what was read from `fd` before. Only the supervisor's descriptors are ever taken.
  Link(asio::io_context& context, Fd fd, ipc::Descriptors descriptors = ipc::Descriptors::refuse,
       ipc::FrameReader reader = {});

  // Begins to read. `on_event` gets frames that answer no waiting call, answers that come too late among them;
  // `on_closed` runs once, after every waiting call has failed.
  void start(std::move_only_function<void(ipc::Frame)> on_event, std::move_only_function<void()> on_closed);

  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] std::uint64_t next_id() { return ++last_id_; }

  template <class M>
  void post(const M& message, std::uint64_t id = 0) {
    send(ipc::encode(message, id));
  }

  // Sends a message and waits for the frame with the same id, at most until `deadline`. The message is encoded before
  // these return: it need not live on.
  template <class M>
  asio::awaitable<CallResult> call(const M& message, Clock::time_point deadline) {
    return call_with_id(next_id(), message, deadline);
  }
  template <class M>
  asio::awaitable<CallResult> call_with_id(std::uint64_t id, const M& message, Clock::time_point deadline) {
    return wait_for(id, ipc::encode(message, id), deadline);
  }

  // Gives up the call with this id, if it still waits, as if its time were over.
  void abandon(std::uint64_t id) { finish(id, std::unexpected(CallError::timed_out)); }
  // Fails the calls whose deadline has passed. The server's ticker calls this.
  void expire(Clock::time_point now);
  // Closes our end. Waiting calls fail, on_closed runs.
  void close();

 private:
  struct Pending {
    std::move_only_function<void(CallResult)> resume;
    Clock::time_point deadline;
  };

  asio::awaitable<CallResult> wait_for(std::uint64_t id, std::string bytes, Clock::time_point deadline);
  void send(std::string bytes);
  void flush();
  void close_soon();
  void wait_readable();
  void read();
  void take_frames();
  void deliver(ipc::Frame frame);
  void finish(std::uint64_t id, CallResult result);

  asio::posix::stream_descriptor descriptor_;
  ipc::Descriptors descriptors_;
  ipc::FrameReader reader_;
  std::deque<std::string> outgoing_;
  std::size_t queued_ = 0;  // bytes in outgoing_
  std::vector<int> no_fds_;
  std::unordered_map<std::uint64_t, Pending> pending_;
  std::move_only_function<void(ipc::Frame)> on_event_;
  std::move_only_function<void()> on_closed_;
  std::uint64_t last_id_ = 0;
  bool writing_ = false;  // waits for room in the socket, or for close_soon()
  bool closed_ = false;
};

}  // namespace winrmd::net
