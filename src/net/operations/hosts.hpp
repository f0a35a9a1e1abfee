// Operations hosts: processes under a user's account, or the one that a plug-in is configured to run as, that run the
// plug-ins' code. A plug-in with shared_process has one host for each (application, identity, account), or one for all
// users where it runs as somebody; any other has a host for each shell (decision "Processes" in docs/processes.md).
#pragma once

#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "net/catalogue.hpp"
#include "net/control.hpp"
#include "net/gate/gate.hpp"

namespace winrmd::net {

// The use of a host process. Whoever has shells in it keeps a reference; when the last is gone the process is told to
// end, at once or after the plug-in's idle time.
struct OperationsHost {
  std::shared_ptr<Link> link;
  std::uint64_t number = 0;  // the supervisor's
  std::shared_ptr<Endings> endings;
  OperationsHost(const StartedHost& started, std::shared_ptr<Endings> host_endings)
      : link(started.link), number(started.number), endings(std::move(host_endings)) {}
  OperationsHost(const OperationsHost&) = delete;
  OperationsHost& operator=(const OperationsHost&) = delete;
  ~OperationsHost();
};
using HostRef = std::shared_ptr<OperationsHost>;

class Hosts {
 public:
  // `on_death` gets the link of a host that has ended; `on_event` each frame a host sends unasked.
  using OnDeath = std::function<void(const Link*)>;
  using OnEvent = std::function<void(const Link*, ipc::Frame)>;
  Hosts(asio::io_context& context, Control& control, OnDeath on_death, OnEvent on_event)
      : context_(context), control_(control), on_death_(std::move(on_death)), on_event_(std::move(on_event)) {}

  // A host for a new shell of this user in this plug-in, started now where none can be shared.
  asio::awaitable<Outcome<HostRef>> acquire(const UserRecord& user, PluginRef plugin);
  // A host for what this user asks of the plug-in's resources: the shared one, or else one for all such requests of the
  // user, which ends when there have been none for a while.
  asio::awaitable<Outcome<HostRef>> acquire_for_resources(const UserRecord& user, PluginRef plugin);

  // The service has started: so do hosts that need nobody's log-in and are to run without being asked.
  void start_automatic(const Catalogue& catalogue);
  // Shared hosts of plug-ins that are not as they were are not used for new shells, and end with their last one. Those
  // of plug-ins that are new start as with the service.
  void reload(const Catalogue& catalogue);
  // Fails calls whose time is over, lets go of shared hosts that have been idle for their time, and starts those again
  // that should not have ended.
  void expire(Link::Clock::time_point now);
  // Tells every host to end; true when none is left.
  void stop();
  [[nodiscard]] bool empty() const;

 private:
  using Clock = Link::Clock;
  using Starting = Promise<Outcome<HostRef>>;
  // Whose host it is, and of what.
  struct Place {
    std::string application;
    PluginRef plugin;
    TokenRef token;              // null: the service account, or the one that the plug-in runs as
    bool for_resources = false;  // of a plug-in that does not share its processes otherwise
  };
  struct Shared {
    Place place;
    HostRef host;
    std::shared_ptr<Starting> starting;
    Clock::time_point idle_since;
    bool idle = false;
    bool retired = false;   // not to be used for new shells
    bool finished = false;  // the plug-in says that it has nothing more to do by itself
    // Of hosts that start by themselves. The flags are for Startup (WSMAN_PLUGIN_STARTUP_*); 0: for a request.
    std::uint32_t started_with = 0;
    std::uint32_t start_with = 0;  // next time; 0: nobody but requests starts it
    Clock::time_point started;
    Clock::time_point start_at = Clock::time_point::max();
    std::chrono::milliseconds pause{0};  // before the start after the next one
  };

  // A process, from its start until its channel is closed.
  struct Process {
    std::shared_ptr<Link> link;
    TokenRef token;  // lives as long as the process that runs under it (S14)
  };

  // hosts.cpp
  asio::awaitable<Outcome<HostRef>> start(Place place, std::uint32_t startup_flags);
  asio::awaitable<Outcome<HostRef>> acquire_shared(std::string key, Place place);
  asio::awaitable<Outcome<HostRef>> start_shared(std::string key, std::uint32_t startup_flags);
  // shared_hosts.cpp: when they end, and begin by themselves
  void work_finished(const Link* link);
  bool plan_restart(Shared& entry, Clock::time_point now) const;
  bool is_spent(Shared& entry, Clock::time_point now) const;
  void start_due(Clock::time_point now);
  asio::awaitable<void> start_again(std::string key);

  asio::io_context& context_;
  Control& control_;
  OnDeath on_death_;
  OnEvent on_event_;
  std::map<std::string, Shared> shared_;
  std::set<std::string> begun_;  // keys of those that have been started with the service
  std::list<Process> processes_;
  bool stopping_ = false;
};

}  // namespace winrmd::net
