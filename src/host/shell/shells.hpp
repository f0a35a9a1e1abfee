// The shells of an operations host: what winrmd-net asks for on one side, what plug-ins report on the other. One mutex
// guards all shells; it is never held while a plug-in runs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/calls/handles.hpp"
#include "host/core/call_pool.hpp"
#include "host/core/notifier.hpp"
#include "host/core/outbox.hpp"
#include "host/shell/model.hpp"

namespace winrmd::host {

inline constexpr std::size_t max_waiting_sends = 64;    // for one stream
inline constexpr std::size_t max_waiting_signals = 64;  // for one shell or command
// Commands whose plug-in is done with them but whose output no client has asked for or signalled away.
inline constexpr std::size_t max_finished_commands = 256;
// Parents are told to end when their children have completed, or after this time if those do not.
inline constexpr std::chrono::milliseconds notification_grace{500};
// OperationComplete waits this long for a notification callback of the same operation that is running meanwhile.
inline constexpr std::chrono::milliseconds callback_grace{2000};

class Shells {
 public:
  struct Services {
    Outbox& outbox;
    Agenda& agenda;
    Waker& waker;
    CallPool& pool;
    Notifier& notifier;
    Handles& handles;
    SlotSpace& space;
  };

  // `token`: handle of the account this process runs under; borrowed by every request.
  Shells(Services services, std::vector<Plugin*> plugins, HANDLE token);
  ~Shells();

  // Requests of winrmd-net; main thread. `frame` is the id for the answer.
  void create_shell(std::uint64_t frame, const ipc::ShellCreate& message);
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
  DWORD operation_complete(const void* request, DWORD code, PCWSTR text);
  DWORD operation_parameters(const void* request, DWORD selector, WSMAN_DATA* data);
  DWORD free_request_details(const void* request);
  void register_shutdown_callback(const void* request, void (*callback)(void*), void* context);

 private:
  using Lock = std::unique_lock<std::mutex>;
  using OperationPtr = std::shared_ptr<Operation>;
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
  static Target& target_of(Operation& operation);
  static std::shared_ptr<Target> shared_target(const Operation& operation);

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

  // reports.cpp
  DWORD take_output(Lock& lock, Target& target, const Operation& operation, const std::string& stream,
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
  bool is_connect(const void* request);
  void complete(const OperationPtr& operation, const Failure& result);
  void complete_shell(const OperationPtr& operation, const Failure& result);
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
  void notify(const OperationPtr& operation);
  void run_notification(const OperationPtr& operation);

  Services services_;
  std::vector<Plugin*> plugins_;
  HANDLE token_;
  std::mutex mutex_;
  std::condition_variable callback_done_;
  bool refusing_ = false;
  std::map<std::string, std::shared_ptr<Shell>> shells_;
  std::unordered_map<const void*, OperationPtr> live_;
};

}  // namespace winrmd::host
