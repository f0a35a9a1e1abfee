// Operations hosts: processes under a user's account that run the plug-ins' code. A plug-in with shared_process has one
// host for each (application, identity, account); any other has a host for each shell (decision "Processes" in
// docs/processes.md).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "net/catalogue.hpp"
#include "net/control.hpp"
#include "net/gate/gate.hpp"

namespace winrmd::net {

class Hosts;

// One host process. Whoever has shells in it keeps a reference; when the last is gone the process ends, at once or
// after the plug-in's idle time.
struct OperationsHost {
  std::shared_ptr<Link> link;
  std::uint64_t number = 0;
  std::string account;
  TokenRef token;  // keeps the token alive for as long as the process runs under it (S14)
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
  asio::awaitable<Outcome<HostRef>> acquire(const UserRecord& user, const Plugin& plugin);

  // Fails calls whose time is over, and lets go of shared hosts that have been idle for their time.
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
    Link::Clock::time_point idle_since{};
    bool idle = false;
  };

  // No shell has been in it for its idle time, or its process has ended.
  static bool is_spent(Shared& entry, Link::Clock::time_point now);
  asio::awaitable<Outcome<HostRef>> start(const UserRecord& user, const Plugin& plugin);
  asio::awaitable<Outcome<HostRef>> acquire_shared(const UserRecord& user, const Plugin& plugin);

  Control& control_;
  OnDeath on_death_;
  OnEvent on_event_;
  std::map<std::string, Shared> shared_;
  std::vector<std::weak_ptr<Link>> links_;
};

}  // namespace winrmd::net
