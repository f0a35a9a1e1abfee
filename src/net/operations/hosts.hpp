// Operations hosts: processes under a user's account that run the plug-ins' code. A plug-in with shared_process has one
// host for each (application, identity, account); any other has a host for each shell (decision "Processes" in
// docs/processes.md).
#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>

#include "net/catalogue.hpp"
#include "net/control.hpp"
#include "net/gate/gate.hpp"

namespace winrmd::net {

class Hosts;

// The use of a host process. Whoever has shells in it keeps a reference; when the last is gone the process is told to
// end, at once or after the plug-in's idle time.
struct OperationsHost {
  std::shared_ptr<Link> link;
  explicit OperationsHost(std::shared_ptr<Link> channel) : link(std::move(channel)) {}
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
  Hosts(Control& control, OnDeath on_death, OnEvent on_event)
      : control_(control), on_death_(std::move(on_death)), on_event_(std::move(on_event)) {}

  // A host for a new shell of this user in this plug-in, started now where none can be shared.
  asio::awaitable<Outcome<HostRef>> acquire(const UserRecord& user, PluginRef plugin);

  // Fails calls whose time is over, lets go of shared hosts that have been idle for their time, and has processes
  // killed that do not end when they are told to.
  void expire(Link::Clock::time_point now);
  // Tells every host to end; true when none is left.
  void stop();
  [[nodiscard]] bool empty() const;

 private:
  using Starting = Promise<Outcome<HostRef>>;
  struct Shared {
    HostRef host;
    std::shared_ptr<Starting> starting;
    std::chrono::milliseconds idle_timeout{0};
    Link::Clock::time_point idle_since;
    bool idle = false;
  };

  // A process, from its start until its channel is closed.
  struct Process {
    std::shared_ptr<Link> link;
    std::uint64_t number = 0;  // the supervisor's
    TokenRef token;            // lives as long as the process that runs under it (S14)
    std::weak_ptr<OperationsHost> use;
    Link::Clock::time_point end_by = Link::Clock::time_point::max();  // set when there is no use of it any more
  };

  void end_overdue(Link::Clock::time_point now);
  // No shell has been in it for its idle time, or its process has ended.
  static bool is_spent(Shared& entry, Link::Clock::time_point now);
  asio::awaitable<Outcome<HostRef>> start(const UserRecord& user, PluginRef plugin);
  asio::awaitable<Outcome<HostRef>> acquire_shared(const UserRecord& user, PluginRef plugin);

  Control& control_;
  OnDeath on_death_;
  OnEvent on_event_;
  std::map<std::string, Shared> shared_;
  std::list<Process> processes_;
};

}  // namespace winrmd::net
