// The listeners, their connections, and the ticker that drives every time-out.
#pragma once

#include <list>
#include <memory>
#include <vector>

#include "net/connection.hpp"

namespace winrmd::net {

class Server {
 public:
  // `listening` holds one bound and listening socket for each listener of the setup.
  static Result<std::unique_ptr<Server>> create(asio::io_context& context, const std::shared_ptr<Link>& supervisor,
                                                ipc::NetSetup setup, Fd auth, Fd audit, std::vector<Fd> listening);

  // Takes the settings of `fresh`, which has one entry for each listener, for connections that come from now on; those
  // that are there go on with what they have. An error: nothing has changed.
  Result<void> reload(std::vector<ipc::ListenerSetup> fresh);
  // Begins to accept.
  void start();
  // Ends what has taken too long at `now`. The ticker calls this.
  void look(Link::Clock::time_point now);
  // Stops accepting, lets hosts end, and stops the io_context when they have, or soon after.
  void stop();
  Service& service() { return service_; }
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  struct Listener {
    asio::ip::tcp::acceptor acceptor;
    std::shared_ptr<const ipc::ListenerSetup> terms;
    std::shared_ptr<tls::ServerContext> tls;
  };

  Server(asio::io_context& context, const std::shared_ptr<Link>& supervisor, const ipc::NetSetup& setup, Fd audit)
      : context_(context), ticker_(context), service_(context, supervisor, setup, std::move(audit)) {}

  asio::awaitable<void> accept(Listener& listener);
  asio::awaitable<void> tick();
  void serve(Listener& listener, asio::ip::tcp::socket socket);
  bool has_room();

  asio::io_context& context_;
  asio::steady_timer ticker_;
  Service service_;
  Clockwork clockwork_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::list<std::weak_ptr<Connection>> connections_;
  bool stopping_ = false;
  Link::Clock::time_point stop_at_;
};

}  // namespace winrmd::net
