#include "net/link.hpp"

#include "lib/ipc/socket.hpp"
#include "lib/log/log.hpp"

namespace winrmd::net {

void Link::start(std::move_only_function<void(ipc::Frame)> on_event, std::move_only_function<void()> on_closed) {
  on_event_ = std::move(on_event);
  on_closed_ = std::move(on_closed);
  wait_readable();
}

void Link::wait_readable() {
  descriptor_.async_wait(asio::posix::stream_descriptor::wait_read, [self = shared_from_this()](error_code error) {
    if (error || self->closed_) return;
    self->read();
  });
}

void Link::read() {
  // Keeps this alive while frames resume coroutines that may drop the last reference.
  const auto self = shared_from_this();
  for (;;) {
    const auto progress = ipc::receive_some(descriptor_.native_handle(), reader_);
    for (;;) {
      auto frame = reader_.next();
      if (!frame) {
        log::error("ipc_malformed", {{"error", frame.error().message}});
        return close();
      }
      if (!*frame) break;
      deliver(std::move(**frame));
      if (closed_) return;
    }
    if (progress == ipc::Progress::closed) return close();
    if (progress == ipc::Progress::would_block) return wait_readable();
  }
}

void Link::deliver(ipc::Frame frame) {
  if (pending_.contains(frame.id)) return finish(frame.id, CallResult(std::move(frame)));
  if (on_event_) on_event_(std::move(frame));
}

void Link::finish(std::uint64_t id, CallResult result) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;
  auto resume = std::move(found->second.resume);
  pending_.erase(found);
  resume(std::move(result));
}

asio::awaitable<CallResult> Link::wait_for(std::uint64_t id, std::string bytes, Clock::time_point deadline) {
  const auto self = shared_from_this();
  if (closed_) co_return std::unexpected(CallError::closed);
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(CallResult)>(
      [this, id, deadline, &bytes](auto handler) {
        pending_.emplace(id, Pending{std::move(handler), deadline});
        send(std::move(bytes));
      },
      asio::use_awaitable);
}

void Link::send(std::string bytes) {
  if (closed_) return;
  if (outgoing_.empty()) {
    outgoing_ = std::move(bytes);
  } else {
    outgoing_ += bytes;
  }
  if (!writing_) flush();
}

void Link::flush() {
  switch (ipc::send_some(descriptor_.native_handle(), outgoing_, no_fds_)) {
    case ipc::Progress::some:
      writing_ = false;
      return;
    case ipc::Progress::closed:
      // Not from here: the caller may be in the middle of setting up the call that this would fail.
      writing_ = true;
      asio::post(descriptor_.get_executor(), [self = shared_from_this()] { self->close(); });
      return;
    case ipc::Progress::would_block:
      writing_ = true;
      descriptor_.async_wait(asio::posix::stream_descriptor::wait_write, [self = shared_from_this()](error_code error) {
        if (!error && !self->closed_) self->flush();
      });
  }
}

void Link::expire(Clock::time_point now) {
  std::vector<std::uint64_t> late;
  for (const auto& [id, pending] : pending_) {
    if (pending.deadline <= now) late.push_back(id);
  }
  for (const auto id : late) finish(id, std::unexpected(CallError::timed_out));
}

void Link::close() {
  if (closed_) return;
  closed_ = true;
  const auto self = shared_from_this();
  error_code ignored;
  descriptor_.close(ignored);
  auto pending = std::move(pending_);
  pending_.clear();
  for (auto& [id, call] : pending) call.resume(std::unexpected(CallError::closed));
  if (on_closed_) std::exchange(on_closed_, nullptr)();
  on_event_ = nullptr;
}

}  // namespace winrmd::net
