// The supervisor: one thread, one loop over its children's channels and its signals. It starts winrmd-auth and
// winrmd-net, hosts when winrmd-net asks and the request table allows it, starts again what dies, and stops everything
// in order. It never reads from a connection.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/control_socket.hpp"
#include "supervisor/link.hpp"
#include "supervisor/pam_children.hpp"
#include "supervisor/reload.hpp"
#include "supervisor/requests.hpp"
#include "supervisor/session_use.hpp"
#include "supervisor/setups.hpp"
#include "supervisor/spawn.hpp"
#include "supervisor/tokens.hpp"

namespace winrmd::supervisor {

// Everything that is prepared before the first child starts.
struct Service {
  Configuration configuration;
  std::vector<Fd> listeners;
  Fd log;  // descriptor 2 of every child
  Fd audit;
  ControlSocket control;
  // Reads the configuration once more, for a reload; see plan_reload(). Not of `winrmd try`, which has none.
  std::function<Result<ReloadPlan>(const Configuration& running)> read_again;
  // Children take new settings within milliseconds; one that does not is stuck.
  std::chrono::milliseconds reload_patience{10'000};
  std::string home;      // of the running account, where the account's own will not do; may be empty
  std::string programs;  // folder of winrmd-net, winrmd-auth and winrmd-host
  bool privileged = false;
  rlimit file_limit = raise_file_limit();  // what hosts get: ours as we found it
  bool throw_away = false;         // `winrmd try`: SIGHUP stops, and nothing that a host left behind outlives us
  std::function<void()> on_ready;  // called once, when the listeners are being served for the first time
};

// Blocks the signals that the supervisor takes in its loop. Call it before anything is made that has to be removed.
void block_signals();

// What a plug-in lets its shells take; see config::PluginQuotas.
struct ShellLimits {
  std::string plugin;
  std::uint32_t memory_mb = 0;
  std::uint32_t processes = 0;
};

// At most so many hosts at a time, whatever winrmd-net asks for.
inline constexpr std::size_t max_hosts = 4096;

class Supervisor final : private HostStarter {
 public:
  explicit Supervisor(Service service);

  // Until a signal says stop. An error when the service did not come up.
  Result<void> run();

 private:
  struct Child {
    Asker asker;
    pid_t pid = 0;
    Link link;
    std::string label;  // account, for the log
    Clock::time_point started;
    std::optional<Clock::time_point> kill_at;
    std::optional<ShellLimits> limits{};
    unsigned reloads = 0;  // messages with new settings that it has not answered
    bool closed = false;   // its end of the channel is gone; only its exit is awaited
  };
  using Children = std::map<std::uint64_t, Child>;
  // winrmd-net or winrmd-auth: which child it is now, and when to start the next one.
  struct Slot {
    std::uint64_t child = 0;
    std::optional<Clock::time_point> start_at;
    unsigned failures = 0;
  };
  enum class Stage : std::uint8_t { running, stopping_net, stopping_hosts, stopping_auth, stopped };

  // supervisor.cpp: the loop
  Result<void> open_signals();
  void wait_and_dispatch();
  void take_signals();
  void take_control_requests();
  void serve(Child& child, short events);
  void take_frames(Child& child);
  void give_up(Child& child, std::string_view reason);
  int poll_timeout() const;
  void meet_deadlines();

  // lifecycle.cpp: starting and burying children
  Result<Child*> start(Kind kind, const Account* account, const std::string& folder,
                       std::vector<std::string> environment);
  void start_due(Clock::time_point now);
  Result<void> start_net();
  Result<void> start_auth();
  void connect_pair(std::uint64_t started, Kind kind);
  std::expected<StartedHost, ipc::Failed> start_host(const HostPlan& plan) override;
  std::expected<Fd, ipc::Failed> start_pam() override;
  void end_host(std::uint64_t number) override;
  void reap();
  void bury(Children::iterator child, int status);
  void schedule_restart(Slot& slot, const Child& child, const std::string& status);
  void kill_strangers() const;
  std::vector<Fd> net_descriptors(Fd auth_channel) const;
  Result<const Account*> account_for(const std::string& name);

  // reloading.cpp: another configuration without a restart
  void begin_reload(std::optional<std::uint64_t> session);
  std::uint64_t send_reload(Kind kind, const Configuration& configuration);
  ipc::NetSetup net_setup(const Configuration& configuration) const;
  void exchange_configuration(Configuration& other);
  void reloaded(std::uint64_t number, const ipc::Reloaded& report) override;
  void continue_reload();
  void look_after_reload(Clock::time_point now);
  void end_reload(const std::string& error);

  // watching.cpp: what shells take
  void watch(Child& child, const HostPlan& plan);
  void look_at_limits(Clock::time_point now);
  void enforce(Child& child, const SessionUse& use);

  // shutdown.cpp: stopping in order
  void begin_stop();
  void advance_stop();
  void enter(Stage stage);
  bool any_host() const;

  Child* find(std::uint64_t number);
  [[nodiscard]] const config::Settings& settings() const { return *service_.configuration.settings; }

  Service service_;
  Account running_;
  AccountLookup lookup_;
  Tokens tokens_;
  Requests requests_;
  Fd signals_;
  ControlSocket control_;
  Clock::time_point next_look_ = Clock::time_point::max();
  std::optional<PendingReload> reload_;
  bool reload_again_ = false;
  Children children_;
  std::uint64_t last_number_ = 0;
  Slot net_;
  Slot auth_;
  PamChildren pam_;
  std::map<std::string, Account> process_accounts_;
  Stage stage_ = Stage::running;
  Clock::time_point stage_deadline_;
  bool came_up_ = false;
  std::string failure_;
};

}  // namespace winrmd::supervisor
