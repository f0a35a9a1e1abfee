// A command that counts: one line of output after the other, with time between them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <wsman.hpp>

class Counter : public wsman::Command {
 public:
  Counter(unsigned count, std::chrono::milliseconds interval) : count_(count), interval_(interval) {}

  void receive(wsman::Receive output) override;
  // Counts no further; also what the host calls when the command is to end, and what signals lead to.
  void end() override;

  // The command's own thread: counts when somebody listens, and ends the command.
  void work();

 private:
  const unsigned count_;
  const std::chrono::milliseconds interval_;
  std::mutex mutex_;
  std::condition_variable changed_;
  wsman::Receive output_;
  bool ending_ = false;
};
