// A running command: what comes in on stdin goes out on stdout. No thread of its own: the calls that bring input or ask
// for output do the work.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

#include "request.hpp"

class Command : public std::enable_shared_from_this<Command> {
 public:
  // Input that no client has fetched as output yet. More than this is refused.
  static constexpr std::size_t max_waiting = std::size_t{1} << 20;

  explicit Command(WSMAN_PLUGIN_REQUEST* request) : request_(request) {}

  // Reports the command to the client. `context` is what the host passes to later calls. False: as Request::report.
  bool start(void* context);
  // Input; `last` with the end of it. ERROR_OUTOFMEMORY when too much waits.
  DWORD send(const void* bytes, std::size_t size, bool last);
  // The client wants output from now on. The request is completed when the command ends. A second one is refused.
  void receive(std::shared_ptr<Request> request);
  // Ends the command; what waits is dropped.
  void terminate();

 private:
  // What is to be done next, taken out of the command so that it is done once.
  struct Step {
    enum { none, cut_receive, output, end_output, finish } what = none;
    std::shared_ptr<Request> receive;
    std::string bytes;
    DWORD exit_code = 0;
  };

  static void told_to_end(void* command) { static_cast<Command*>(command)->terminate(); }
  static void told_to_end_receive(void* command);

  // Does what can be done now. The host is called without the lock: its functions may wait for the client, and may call
  // the plug-in before they return.
  void work();
  Step next_step();
  void perform(const Step& step);

  Request request_;
  std::mutex mutex_;
  std::string waiting_;
  std::shared_ptr<Request> receive_;
  bool started_ = false;        // reported and not yet completed
  bool input_ended_ = false;    // the client sent the end of stdin
  bool terminated_ = false;     // by a signal, or told to end
  bool receive_taken_ = false;  // the host asks for output once
  bool receive_cut_ = false;    // and may end that early
  bool output_ended_ = false;   // the client has been told the exit code
  bool working_ = false;        // a thread is in work()
};
