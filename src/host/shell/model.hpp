// Shells, commands, and what plug-ins are doing for them. Plain data: the rules are in Shells; the mutex of Requests
// guards all of it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/calls/plugin.hpp"
#include "host/calls/requests.hpp"
#include "host/shell/output.hpp"

namespace winrmd::host {

struct Shell;
struct Command;
struct Target;

enum class OperationKind { shell, command, send, receive, signal, connect };

struct ShellOperation : Operation {
  using Operation::Operation;

  OperationKind kind = OperationKind::shell;
  std::shared_ptr<Shell> shell;
  std::shared_ptr<Command> command;  // null for the shell's own
  std::string stream;                // of a Send
  std::string code;                  // of a Signal
};

// An rsp:Receive that waits for output.
struct Parked {
  std::uint64_t frame = 0;
  std::vector<std::string> streams{};
  std::size_t max_data = 0;
  Clock::time_point deadline{};
};

struct WaitingSend {
  std::uint64_t frame = 0;
  ipc::StreamSend message{};
};
struct WaitingSignal {
  std::uint64_t frame = 0;
  ipc::Signal message{};
};

// A shell or command: what Send, Receive and Signal can be aimed at.
struct Target {
  explicit Target(const std::vector<std::string>& output_streams) : output(output_streams) {}

  std::uint64_t creation = 0;                 // frame that created it
  std::shared_ptr<ShellOperation> operation;  // null when completed
  void* context = nullptr;
  bool reported = false;     // the plug-in gave its context
  bool over = false;         // the plug-in completed the shell or command
  bool releasing = false;    // the release entry point was or is called
  std::size_t calls = 0;     // entry points running that know this context
  std::size_t children = 0;  // Send, Receive and Signal operations not completed

  Output output;
  std::condition_variable room;             // output was taken, or cancelled became true
  std::shared_ptr<ShellOperation> receive;  // running
  bool receive_begun = false;
  bool cancelled = false;          // the plug-in's results are no longer wanted
  std::optional<Failure> failure;  // instead of output
  bool failure_delivered = false;
  std::optional<Parked> parked;
  std::uint64_t answered = 0;  // frame of the last Receive that got output, and the sequence of that
  std::uint64_t last_sequence = 0;
  Clock::time_point next_look = Clock::time_point::max();  // the Agenda's entry for parked

  struct SendQueue {
    bool busy = false;
    std::deque<WaitingSend> waiting;
  };
  std::map<std::string, SendQueue> sends;
  bool signal_busy = false;
  std::deque<WaitingSignal> signals;
};

struct Command : Target {
  using Target::Target;
  std::string id;
  bool dropped = false;  // clients cannot name it any more
};

struct Shell : Target {
  using Target::Target;
  std::string id;
  Plugin* plugin = nullptr;
  const EntryPoints* entry = nullptr;  // null until the plug-in has started
  std::vector<std::string> input_streams;
  std::vector<std::string> output_streams;
  std::shared_ptr<Token> client;   // who the client is, where the plug-in runs as somebody else; else null
  HANDLE client_handle = nullptr;  // what the plug-in was given for that

  std::map<std::string, std::shared_ptr<Command>> commands;  // that clients can name
  std::vector<std::shared_ptr<Command>> unreleased;          // whose context the plug-in still has
  std::vector<std::uint64_t> deleters;                       // frames of ShellDelete
  std::vector<std::shared_ptr<ShellOperation>> operations;   // all that are not completed, commands' included

  bool ending = false;
  int level = 0;  // of the notifications, see ending.cpp
  bool advancing = false;
  Clock::time_point level_until = Clock::time_point::max();
};

}  // namespace winrmd::host
