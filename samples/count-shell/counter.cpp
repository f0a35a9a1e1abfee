#include "counter.hpp"

#include <string>

void Counter::receive(wsman::Receive output) {
  // The host may want no more output before it wants the command to end. This object outlives the request, but not
  // what follows its completion: so that comes last.
  output.on_end([this](const wsman::Operation& operation) {
    end();
    operation.complete(ERROR_OPERATION_ABORTED);
  });
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    output_ = output;
  }
  changed_.notify_all();
}

void Counter::end() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
}

void Counter::work() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return ending_ || output_; });
  const wsman::Receive output = output_;
  for (unsigned i = 1; i <= count_ && !ending_; ++i) {
    if (i > 1 && changed_.wait_for(lock, interval_, [this] { return ending_; })) break;
    // Without the lock: write() waits for a client that is slow, and end() must get through meanwhile.
    lock.unlock();
    const DWORD code = output.write(WSMAN_STREAM_ID_STDOUT, std::to_string(i) + "\n");
    lock.lock();
    if (code != NO_ERROR) ending_ = true;
  }
  const bool cut = ending_;
  lock.unlock();
  output.done(cut ? 1 : 0);
  finish();
}
