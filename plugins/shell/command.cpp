#include "command.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace text_shell {
namespace {

constexpr std::size_t read_size = std::size_t{64} << 10;

}  // namespace

Command::Command(WSMAN_PLUGIN_REQUEST* request, Process process)
    : request_(request), process_(std::move(process)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Command::~Command() {
  if (thread_.joinable()) thread_.join();
}

void Command::begin() {
  // The thread writes to pipes whose reader may be gone; SIGPIPE and all other signals are for other threads.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Command::abandon() { process_.signal_group(SIGKILL); }

void Command::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
}

void Command::receive(WSMAN_PLUGIN_REQUEST* request) {
  {
    std::lock_guard lock(mutex_);
    if (!closed_ && wishes_.receive == nullptr) {
      wishes_.receive = request;
      wake();
      return;
    }
  }
  WSManPluginOperationComplete(request, 0, NO_ERROR, nullptr);
}

void Command::send(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA& data, bool end) {
  {
    std::lock_guard lock(mutex_);
    if (!closed_) {
      wishes_.send = PendingSend{request, data.binaryData.data, data.binaryData.dataLength, end};
      wake();
      return;
    }
  }
  WSManPluginOperationComplete(request, 0, NO_ERROR, nullptr);
}

void Command::signal(Signal signal) {
  std::lock_guard lock(mutex_);
  if (closed_) return;
  if (signal == Signal::terminate) wishes_.end = true;
  if (signal == Signal::interrupt) {
    process_.signal_group(SIGINT);
    wishes_.end_if_done = true;
  }
  if (signal == Signal::quit) process_.signal_group(SIGTERM);
  wake();
}

void Command::cancel() {
  std::lock_guard lock(mutex_);
  wishes_.end = true;
  wake();
}

void Command::cancel_receive() {
  std::lock_guard lock(mutex_);
  wishes_.cancel_receive = true;
  wake();
}

void Command::cancel_send() {
  std::lock_guard lock(mutex_);
  wishes_.cancel_send = true;
  wake();
}

void Command::run() {
  while (!over()) {
    wait();
    take_wishes();
    look_at_exit();
    feed_input();
    if (carrying()) {
      carry(process_.output, WSMAN_STREAM_ID_STDOUT);
      carry(process_.error, WSMAN_STREAM_ID_STDERR);
      finish_if_done();
    }
  }
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  take_wishes();
  complete_send(NO_ERROR);
  complete_receive(NO_ERROR);
  WSManPluginOperationComplete(request_, 0, NO_ERROR, nullptr);
}

void Command::take_wishes() {
  Wishes wishes;
  {
    std::lock_guard lock(mutex_);
    wishes = std::exchange(wishes_, Wishes{});
  }
  if (wishes.receive != nullptr) {
    if (receive_ == nullptr && !finished_) {
      receive_ = wishes.receive;
    } else {
      WSManPluginOperationComplete(wishes.receive, 0, NO_ERROR, nullptr);
    }
  }
  if (wishes.send) send_ = wishes.send;
  if (wishes.cancel_receive) complete_receive(ERROR_OPERATION_ABORTED);
  if (wishes.cancel_send) complete_send(ERROR_OPERATION_ABORTED);
  end_if_done_ = end_if_done_ || wishes.end_if_done;
  if (wishes.end && !ending_) start_ending();
}

void Command::start_ending() {
  ending_ = true;
  kill_at_ = Clock::now() + kill_grace;
  process_.signal_group(SIGTERM);
  process_.signal_group(SIGCONT);  // a stopped process would not see the other one
}

bool Command::over() const {
  if (!exit_code_) return false;
  return (ending_ && drained()) || (end_if_done_ && finished_);
}

void Command::wait() {
  std::array<pollfd, 5> fds{};
  fds[0] = {.fd = wake_.get(), .events = POLLIN, .revents = 0};
  fds[1] = {.fd = exit_code_ ? -1 : process_.exit_readable.get(), .events = POLLIN, .revents = 0};
  fds[2] = {.fd = carrying() ? process_.output.get() : -1, .events = POLLIN, .revents = 0};
  fds[3] = {.fd = carrying() ? process_.error.get() : -1, .events = POLLIN, .revents = 0};
  fds[4] = {.fd = send_ ? process_.input.get() : -1, .events = POLLOUT, .revents = 0};
  Clock::time_point until = Clock::time_point::max();
  if (ending_) until = kill_at_;
  if (exit_code_ && receive_ != nullptr) until = std::min(until, quiet_since_ + background_grace);
  int timeout = -1;
  if (until != Clock::time_point::max()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
  }
  ::poll(fds.data(), fds.size(), timeout);
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(wake_.get(), &count, sizeof count);
  if (ending_ && Clock::now() >= kill_at_) {
    process_.signal_group(SIGKILL);
    if (exit_code_) {  // what still holds the pipes has left the group
      process_.output.reset();
      process_.error.reset();
    }
    kill_at_ = Clock::now() + kill_grace;
  }
}

void Command::look_at_exit() {
  if (exit_code_) return;
  exit_code_ = process_.exit_code();
  if (exit_code_) quiet_since_ = Clock::now();
}

void Command::carry(Fd& from, PCWSTR stream) {
  if (!from) return;
  std::array<std::uint8_t, read_size> bytes;
  const ssize_t got = ::read(from.get(), bytes.data(), bytes.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    from.reset();
    return;
  }
  quiet_since_ = Clock::now();
  if (receive_ == nullptr) return;  // the command is being ended: nobody wants the rest
  WSMAN_DATA data{};
  data.type = WSMAN_DATA_TYPE_BINARY;
  data.binaryData.data = bytes.data();
  data.binaryData.dataLength = static_cast<DWORD>(got);
  const DWORD refused = WSManPluginReceiveResult(receive_, 0, stream, &data, nullptr, 0);
  if (refused != NO_ERROR) complete_receive(refused);
}

void Command::feed_input() {
  if (!send_) return;
  bool broken = !process_.input || exit_code_.has_value();
  while (!broken && send_->size > 0) {
    const ssize_t put = ::write(process_.input.get(), send_->data, send_->size);
    if (put < 0 && errno == EAGAIN) return;
    if (put < 0 && errno == EINTR) continue;
    broken = put < 0;
    if (!broken) {
      send_->data += put;
      send_->size -= static_cast<std::size_t>(put);
    }
  }
  // Input for a process that does not read it any more is accepted and lost, as if it had been a moment faster.
  if (broken || send_->end) process_.input.reset();
  complete_send(NO_ERROR);
}

void Command::finish_if_done() {
  if (!exit_code_ || receive_ == nullptr) return;
  if (!drained() && Clock::now() < quiet_since_ + background_grace) return;
  WSManPluginReceiveResult(receive_, WSMAN_FLAG_RECEIVE_FLUSH, nullptr, nullptr, WSMAN_COMMAND_STATE_DONE, *exit_code_);
  finished_ = true;
  complete_receive(NO_ERROR);
}

void Command::complete_receive(std::uint32_t code) {
  if (receive_ == nullptr) return;
  WSManPluginOperationComplete(std::exchange(receive_, nullptr), 0, code, nullptr);
}

void Command::complete_send(std::uint32_t code) {
  if (!send_) return;
  WSManPluginOperationComplete(send_->request, 0, code, nullptr);
  send_.reset();
}

}  // namespace text_shell
