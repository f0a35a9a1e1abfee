// One running command: a process, and a thread that carries bytes between it and the service. The thread may wait
// inside the service (for a client to take output), which is why each command has its own.
#pragma once

#include <wsman.h>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "process.hpp"

namespace text_shell {

// A process that has not ended this long after SIGTERM gets SIGKILL.
inline constexpr std::chrono::milliseconds kill_grace{500};
// An ended process whose pipes stay open counts as finished after this time without output: something in the background
// holds them.
inline constexpr std::chrono::milliseconds background_grace{200};

class Command {
 public:
  enum class Signal { interrupt, quit, terminate };

  // `request` is the command's; it is completed when the command is over.
  Command(WSMAN_PLUGIN_REQUEST* request, Process process);
  ~Command();
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  // Starts the thread. From now on `request` is completed by it.
  void begin();
  // Ends a command that was never begun; its request stays the caller's.
  void abandon();

  // Each takes over the completion of its request.
  void receive(WSMAN_PLUGIN_REQUEST* request);
  void send(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA& data, bool end);

  void signal(Signal signal);

  // The service wants these to end. Never wait.
  void cancel();
  void cancel_receive();
  void cancel_send();

 private:
  using Clock = std::chrono::steady_clock;
  struct PendingSend {
    WSMAN_PLUGIN_REQUEST* request = nullptr;
    const std::uint8_t* data = nullptr;
    std::size_t size = 0;
    bool end = false;
  };
  // What other threads want; guarded by mutex_.
  struct Wishes {
    WSMAN_PLUGIN_REQUEST* receive = nullptr;
    std::optional<PendingSend> send;
    bool cancel_receive = false;
    bool cancel_send = false;
    bool end = false;          // terminate, or the shell goes
    bool end_if_done = false;  // ctrl_c
  };

  void run();
  void wake() const;
  void take_wishes();
  void start_ending();
  void wait();
  void look_at_exit();
  void carry(Fd& from, PCWSTR stream);
  void feed_input();
  void finish_if_done();
  [[nodiscard]] bool over() const;
  void complete_receive(std::uint32_t code);
  void complete_send(std::uint32_t code);
  [[nodiscard]] bool drained() const { return !process_.output && !process_.error; }
  [[nodiscard]] bool carrying() const { return receive_ != nullptr || ending_; }

  WSMAN_PLUGIN_REQUEST* const request_;
  Process process_;
  Fd wake_;
  std::thread thread_;

  std::mutex mutex_;
  Wishes wishes_;
  bool closed_ = false;  // the thread takes no more wishes

  // The thread's own.
  WSMAN_PLUGIN_REQUEST* receive_ = nullptr;
  std::optional<PendingSend> send_;
  std::optional<std::uint32_t> exit_code_;
  Clock::time_point quiet_since_;
  bool finished_ = false;  // Done was reported
  bool ending_ = false;
  bool end_if_done_ = false;
  Clock::time_point kill_at_;
};

}  // namespace text_shell
