// The supervisor as winrmd-net sees it: starts hosts, takes back tokens, says when to stop.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>

#include "lib/ipc/messages_control.hpp"
#include "net/link.hpp"

namespace winrmd::net {

struct StartedHost {
  std::shared_ptr<Link> link;  // not started yet: the caller sets its handlers
  std::uint64_t number = 0;    // the supervisor's, for the log
  std::string account;
};

// Hosts that were told to end and have not yet. Kept by whoever has a host, too: it may be let go of last of all.
class Endings {
 public:
  explicit Endings(std::shared_ptr<Link> supervisor) : supervisor_(std::move(supervisor)) {}

  // Tells a host that nobody uses any more to end, for this reason (WSMAN_PLUGIN_SHUTDOWN_*): it shuts its plug-ins
  // down, exits, and so closes the channel. One that does not is killed after a while.
  void let_go(std::shared_ptr<Link> host, std::uint64_t number, std::uint32_t reason);
  // Has those killed that do not end. The server's ticker calls this.
  void expire(Link::Clock::time_point now);

 private:
  struct Ending {
    std::shared_ptr<Link> link;
    std::uint64_t number = 0;
    Link::Clock::time_point until = Link::Clock::time_point::max();  // from the first look on
  };

  std::shared_ptr<Link> supervisor_;
  std::list<Ending> all_;
};

class Control {
 public:
  Control(asio::io_context& context, std::shared_ptr<Link> link)
      : context_(context), link_(std::move(link)), endings_(std::make_shared<Endings>(link_)) {}

  // Asks for a host process. The error is the Win32 or HRESULT code and text of a fault.
  asio::awaitable<std::expected<StartedHost, ipc::Failed>> start_host(ipc::StartHost request);

  [[nodiscard]] const std::shared_ptr<Link>& link() const { return link_; }
  [[nodiscard]] const std::shared_ptr<Endings>& endings() const { return endings_; }

 private:
  asio::io_context& context_;
  std::shared_ptr<Link> link_;
  std::shared_ptr<Endings> endings_;
};

}  // namespace winrmd::net
