#include "command.hpp"

#include <utility>

namespace {
constexpr DWORD exit_ok = 0;
constexpr DWORD exit_terminated = 1;
}  // namespace

bool Command::start(void* context) {
  // Told to end before it is reported, the command waits with it until here.
  request_.on_end(told_to_end, this);
  if (!request_.report(context)) return false;
  {
    const std::lock_guard lock(mutex_);
    started_ = true;
  }
  work();
  return true;
}

DWORD Command::send(const void* bytes, std::size_t size, bool last) {
  {
    const std::lock_guard lock(mutex_);
    if (size > max_waiting - waiting_.size()) return ERROR_OUTOFMEMORY;
    if (size != 0 && !terminated_ && !input_ended_) waiting_.append(static_cast<const char*>(bytes), size);
    input_ended_ = input_ended_ || last;
  }
  work();
  return NO_ERROR;
}

void Command::receive(std::shared_ptr<Request> request) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(receive_taken_, true)) return request->complete(ERROR_INVALID_PARAMETER);
  }
  request->on_end(told_to_end_receive, this);
  {
    const std::lock_guard lock(mutex_);
    receive_ = std::move(request);
  }
  work();
}

void Command::terminate() {
  {
    const std::lock_guard lock(mutex_);
    terminated_ = true;
    waiting_.clear();
  }
  work();
}

void Command::told_to_end_receive(void* command) {
  auto* self = static_cast<Command*>(command);
  {
    const std::lock_guard lock(self->mutex_);
    self->receive_cut_ = true;
  }
  self->work();
}

void Command::work() {
  const auto self = shared_from_this();  // completed, the command may be released before the call returns
  std::unique_lock lock(mutex_);
  if (working_) return;  // whoever is at it looks again before it stops
  working_ = true;
  for (Step step = next_step(); step.what != Step::none; step = next_step()) {
    lock.unlock();
    perform(step);
    lock.lock();
  }
  working_ = false;
}

Command::Step Command::next_step() {
  Step step;
  if (receive_ != nullptr && receive_cut_) {
    step.what = Step::cut_receive;
    step.receive = std::move(receive_);
  } else if (receive_ != nullptr && !waiting_.empty()) {
    step.what = Step::output;
    step.receive = receive_;
    step.bytes.swap(waiting_);
  } else if (receive_ != nullptr && (terminated_ || input_ended_)) {
    step.what = Step::end_output;
    step.receive = std::move(receive_);
    step.exit_code = terminated_ ? exit_terminated : exit_ok;
    output_ended_ = true;
  } else if (started_ && receive_ == nullptr && (terminated_ || output_ended_)) {
    step.what = Step::finish;
    started_ = false;
  }
  return step;
}

void Command::perform(const Step& step) {
  switch (step.what) {
    case Step::cut_receive:
      return step.receive->complete(ERROR_OPERATION_ABORTED);
    case Step::output:
      return step.receive->send_output(WSMAN_FLAG_RECEIVE_FLUSH, step.bytes.data(), step.bytes.size(), nullptr, 0);
    case Step::end_output:
      step.receive->send_output(WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA, nullptr, 0, WSMAN_COMMAND_STATE_DONE,
                                step.exit_code);
      return step.receive->complete(NO_ERROR);
    case Step::finish:
      return request_.complete(NO_ERROR);
    case Step::none:
      return;
  }
}
