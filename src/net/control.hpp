// The supervisor as winrmd-net sees it: starts hosts, takes back tokens, says when to stop.
#pragma once

#include <functional>
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

class Control {
 public:
  Control(asio::io_context& context, std::shared_ptr<Link> link) : context_(context), link_(std::move(link)) {}

  // Asks for a host process. The error is the Win32 or HRESULT code and text of a fault.
  asio::awaitable<std::expected<StartedHost, ipc::Failed>> start_host(ipc::StartHost request);

  [[nodiscard]] const std::shared_ptr<Link>& link() const { return link_; }

 private:
  asio::io_context& context_;
  std::shared_ptr<Link> link_;
};

}  // namespace winrmd::net
