#include "net/link.hpp"

#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::net {
namespace {

// Chunks of 64 KiB read from one peer before others have their turn.
constexpr int reads_per_turn = 4;

}  // namespace

Link::Link(asio::io_context& context, Fd fd, ipc::Descriptors descriptors, ipc::FrameReader reader)
    : descriptor_(context), descriptors_(descriptors), reader_(std::move(reader)) {
  error_code error;
  descriptor_.assign(fd.get(), error);
  if (error) {
    log::error("ipc_unusable", {{"error", error.message()}});
    closed_ = true;
    return;
  }
  [[maybe_unused]] const int given = fd.release();  // the descriptor object closes it
}

void Link::start(std::move_only_function<void(ipc::Frame)> on_event, std::move_only_function<void()> on_closed) {
  on_event_ = std::move(on_event);
  on_closed_ = std::move(on_closed);
  // Not from here, whatever has come already: the caller is still setting up.
  asio::post(descriptor_.get_executor(), [self = shared_from_this()] {
    if (!self->closed_) return self->read();
    if (self->on_closed_) std::exchange(self->on_closed_, nullptr)();
  });
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
  auto progress = ipc::Progress::some;
  for (int turn = 0; turn < reads_per_turn && progress == ipc::Progress::some; ++turn) {
    progress = ipc::receive_some(descriptor_.native_handle(), reader_, descriptors_);
    take_frames();
    if (closed_) return;
  }
  if (progress == ipc::Progress::closed) return close();
  wait_readable();
}

void Link::take_frames() {
  while (!closed_) {
    auto frame = reader_.next();
    if (!frame) {
      log::error("ipc_malformed", {{"error", frame.error().message}});
      return close();
    }
    if (!*frame) return;
    deliver(std::move(**frame));
  }
}

void Link::deliver(ipc::Frame frame) {
  const auto id = frame.id;
  if (pending_.contains(id)) return finish(id, CallResult(std::move(frame)));
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
  queued_ += bytes.size();
  outgoing_.push_back(std::move(bytes));
  if (!writing_) flush();
  if (queued_ > max_queued_bytes) {
    log::error("ipc_not_read", {{"bytes", static_cast<std::int64_t>(queued_)}});
    close_soon();
  }
}

// Called while nothing is being waited for.
void Link::flush() {
  writing_ = false;
  while (!outgoing_.empty()) {
    auto& message = outgoing_.front();
    const auto before = message.size();
    const auto progress = ipc::send_some(descriptor_.native_handle(), message, no_fds_);
    queued_ -= before - message.size();
    if (progress == ipc::Progress::closed) return close_soon();
    if (progress == ipc::Progress::would_block) {
      writing_ = true;
      return descriptor_.async_wait(asio::posix::stream_descriptor::wait_write,
                                    [self = shared_from_this()](error_code error) {
                                      if (!error && !self->closed_) self->flush();
                                    });
    }
    text::wipe(message);  // it may have held a password
    outgoing_.pop_front();
  }
}

// Not at once: the caller may be in the middle of setting up the call that this would fail.
void Link::close_soon() {
  writing_ = true;
  outgoing_.clear();
  queued_ = 0;
  asio::post(descriptor_.get_executor(), [self = shared_from_this()] { self->close(); });
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
  outgoing_.clear();
  auto pending = std::exchange(pending_, {});
  for (auto& [id, call] : pending) call.resume(std::unexpected(CallError::closed));
  if (on_closed_) std::exchange(on_closed_, nullptr)();
}

}  // namespace winrmd::net
