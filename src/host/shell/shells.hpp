// The shells of an operations host: what winrmd-net asks for on one side, what plug-ins report on the other. Their
// mutex is that of Requests.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/core/call_pool.hpp"
#include "host/core/outbox.hpp"
#include "host/core/supervisor_link.hpp"
#include "host/shell/model.hpp"

namespace winrmd::host {

inline constexpr std::size_t max_waiting_sends = 64;    // for one stream
inline constexpr std::size_t max_waiting_signals = 64;  // for one shell or command
// Commands whose plug-in is done with them but whose output no client has asked for or signalled away.
inline constexpr std::size_t max_finished_commands = 256;
// Parents are told to end when their children have completed, or after this time if those do not.
inline constexpr std::chrono::milliseconds notification_grace{500};

class Shells final : public RequestOwner {
 public:
  struct Services {
    Outbox& outbox;
    Agenda& agenda;
    Waker& waker;
    CallPool& pool;
    Requests& requests;
    Handles& handles;
    SupervisorLink& supervisor;
  };

  Shells(Services services, std::vector<Plugin*> plugins);
  ~Shells();

  // Requests of winrmd-net; main thread. `frame` is the id for the answer.
  void create_shell(std::uint64_t frame, ipc::ShellCreate message);
  void create_command(std::uint64_t frame, const ipc::CommandCreate& message);
  void send(std::uint64_t frame, ipc::StreamSend message);
  void receive(std::uint64_t frame, const ipc::StreamReceive& message);
  void signal(std::uint64_t frame, ipc::Signal message);
  void set_state(std::uint64_t frame, const ipc::ShellState& message);
  void connect(std::uint64_t frame, const ipc::Connect& message);
  void delete_shell(std::uint64_t frame, const ipc::ShellDelete& message);
  void cancel(std::uint64_t frame);
  void undelivered(const ipc::Undelivered& message);
  // Refuses new requests and ends every shell as a Delete would.
  void end_all();
  // No plug-in has a context or request of ours any more.
  [[nodiscard]] bool empty();

  // Calls of plug-ins, from any of their threads, with arguments that libwsmsvc has checked as backend.hpp says. They
  // return what the function of that name returns.
  DWORD report_context(const void* request, void* context);
  DWORD receive_result(const void* request, DWORD flags, PCWSTR stream, const WSMAN_DATA* data, PCWSTR state,
                       DWORD exit_code);

  // WSManPluginReportCompletion: winrmd-net hears of it and decides what that means for this process. Any thread.
  void tell_finished(const Plugin& plugin);

 private:
  using Lock = std::unique_lock<std::mutex>;
  using OperationPtr = std::shared_ptr<ShellOperation>;
  using Entry = std::function<void(const EntryPoints&)>;

  // shells.cpp: finding things, answering
  std::shared_ptr<Shell> find_shell(const std::string& id);
  struct Place {
    std::shared_ptr<Shell> shell;
    std::shared_ptr<Command> command;  // null: the shell itself is meant
    std::shared_ptr<Target> target;    // the one of the two that is meant; null when it does not exist
  };
  Place find_place(const std::string& shell, const std::string& command);
  OperationPtr find_operation(const void* request);
  void refuse(std::uint64_t frame, std::uint32_t code, const std::string& text = {}, bool from_plugin = false);
  void refuse(std::uint64_t frame, const Failure& failure);
  void accept(std::uint64_t frame);
  static Target& target_of(const ShellOperation& operation);
  static std::shared_ptr<Target> shared_target(const ShellOperation& operation);

  // client_token.cpp: who the client is, where the plug-in runs as somebody else
  bool add_client_token(Shell& shell, ipc::ShellCreate& message);
  std::optional<Failure> describe_client(const Shell& shell);

  // calls.cpp: into the plug-in
  OperationPtr make_operation(OperationKind kind, std::uint64_t frame, const ipc::RequestDetails& details,
                              const std::shared_ptr<Shell>& shell, const std::shared_ptr<Command>& command);
  void call(const OperationPtr& operation, Entry entry);
  void run_call(const OperationPtr& operation, const Entry& entry);
  void start_and_create(const OperationPtr& operation, const Entry& entry);
  void after_call(const OperationPtr& operation);
  void release_command_if_over(const std::shared_ptr<Shell>& shell, const std::shared_ptr<Command>& command);
  void release_shell_if_over(const std::shared_ptr<Shell>& shell);
  void forget_command(const std::shared_ptr<Shell>& shell, const std::shared_ptr<Command>& command);
  void forget_shell(const std::shared_ptr<Shell>& shell);

  // RequestOwner
  void ended(const std::shared_ptr<Operation>& operation, const Failure& result) override;
  void told(Operation& operation) override;
  [[nodiscard]] bool wants_text(const Operation& operation) const override;
  [[nodiscard]] std::size_t held_bytes(const Operation& operation) const override;

  // reports.cpp
  DWORD take_output(Lock& lock, Target& target, const ShellOperation& operation, const std::string& stream,
                    const WSMAN_DATA& data, Output::Marks marks);

  // streams.cpp
  void begin_send(const std::shared_ptr<Shell>& shell, const std::shared_ptr<Command>& command, WaitingSend send);
  void begin_signal(const std::shared_ptr<Shell>& shell, const std::shared_ptr<Command>& command, WaitingSignal signal);
  void begin_receive(const std::shared_ptr<Shell>& shell, const std::shared_ptr<Command>& command,
                     const ipc::StreamReceive& message);
  void serve(const std::shared_ptr<Target>& target);
  void after_signal(const std::shared_ptr<Command>& command, const std::string& code);
  void drop(const std::shared_ptr<Command>& command);
  static void limit_finished(Shell& shell);

  // completion.cpp
  void complete(const OperationPtr& operation, const Failure& result) {
    services_.requests.complete(operation, result);
  }
  void complete_shell(const OperationPtr& operation, const Failure& result);
  void free_id(const std::shared_ptr<Shell>& shell);
  void complete_command(const OperationPtr& operation, const Failure& result);
  void complete_receive(const OperationPtr& operation, const Failure& result);
  void complete_send(const OperationPtr& operation, const Failure& result);
  void complete_signal(const OperationPtr& operation, const Failure& result);

  // connecting.cpp
  void complete_connect(const OperationPtr& operation, const Failure& result);
  static void set_dropping(Shell& shell, bool dropping);

  // ending.cpp
  void begin_ending(const std::shared_ptr<Shell>& shell);
  void advance_ending(const std::shared_ptr<Shell>& shell);
  void abort_waiting(Target& target, std::uint32_t code);
  void notify(const OperationPtr& operation) { services_.requests.notify(operation); }

  Services services_;
  std::vector<Plugin*> plugins_;
  std::mutex& mutex_;  // of services_.requests
  bool refusing_ = false;
  std::map<std::string, std::shared_ptr<Shell>> shells_;
};

}  // namespace winrmd::host
