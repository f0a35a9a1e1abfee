#include "net/server.hpp"

#include <sys/socket.h>

#include <ctime>

#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"
#include "net/login/credssp_protection.hpp"

namespace winrmd::net {
namespace {

constexpr std::chrono::milliseconds tick_interval{100};
// Less than the supervisor gives this process to end.
constexpr std::chrono::milliseconds stop_patience{2500};

std::string peer_address(const asio::ip::tcp::socket& socket) {
  error_code error;
  const auto end = socket.remote_endpoint(error);
  return error ? std::string() : end.address().to_string();
}

// Null for a listener without TLS. The key is wiped: the context has it now.
Result<std::shared_ptr<tls::ServerContext>> make_tls(ipc::ListenerSetup& setup) {
  if (!setup.tls) return nullptr;
  auto tls = tls::ServerContext::create(setup.certificate_pem, setup.key_pem,
                                        {.client_ca_pem = setup.certificates ? setup.client_ca_pem : ""});
  text::wipe(setup.key_pem);
  return tls;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::create(asio::io_context& context, const std::shared_ptr<Link>& supervisor,
                                               ipc::NetSetup setup, Fd auth, Fd audit, std::vector<Fd> listening) {
  std::unique_ptr<Server> server(new Server(context, supervisor, setup, std::move(audit)));
  server->service_.logins().connect(std::move(auth));
  if (listening.size() != setup.listeners.size()) return fail("listeners and listening sockets do not match");
  for (std::size_t i = 0; i < listening.size(); ++i) {
    auto terms = std::make_shared<ipc::ListenerSetup>(std::move(setup.listeners[i]));
    auto listener = std::make_unique<Listener>(Listener{asio::ip::tcp::acceptor(context), terms, nullptr});
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(listening[i].get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
      return fail("not a socket");
    const auto protocol = address.ss_family == AF_INET6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4();
    error_code error;
    listener->acceptor.assign(protocol, listening[i].release(), error);
    if (error) return fail("listening socket: " + error.message());
    auto tls = make_tls(*terms);
    if (!tls) return std::unexpected(tls.error());
    listener->tls = std::move(*tls);
    if (terms->credssp) credssp_tls();  // made now and not while clients wait
    server->listeners_.push_back(std::move(listener));
  }
  for (auto& listener : setup.listeners) text::wipe(listener.key_pem);
  return server;
}

Result<void> Server::reload(std::vector<ipc::ListenerSetup> fresh) {
  if (fresh.size() != listeners_.size()) return fail("listeners cannot be added or removed by a reload");
  std::vector<std::shared_ptr<tls::ServerContext>> made;
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    if (fresh[i].tls != listeners_[i]->terms->tls)
      return fail("a listener cannot change to TLS or from it by a reload");
    auto tls = make_tls(fresh[i]);
    if (!tls) return std::unexpected(tls.error());
    made.push_back(std::move(*tls));
  }
  service_.offer(fresh);
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (fresh[i].credssp) credssp_tls();
    listeners_[i]->terms = std::make_shared<const ipc::ListenerSetup>(std::move(fresh[i]));
    listeners_[i]->tls = std::move(made[i]);
  }
  return {};
}

void Server::start() {
  clockwork_.date = http::http_date(std::time(nullptr));
  for (auto& listener : listeners_) spawn(context_, accept(*listener));
  spawn(context_, tick());
  service_.start();
}

asio::awaitable<void> Server::accept(Listener& listener) {
  for (;;) {
    error_code error;
    auto socket = co_await listener.acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (stopping_) co_return;
    if (!error) {
      serve(listener, std::move(socket));
      continue;
    }
    // Out of descriptors, most likely: wait for some to come back instead of spinning.
    log::warning("accept_failed", {{"error", error.message()}});
    asio::steady_timer pause(context_, tick_interval);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

void Server::serve(Listener& listener, asio::ip::tcp::socket socket) {
  error_code ignored;
  if (!has_room()) {
    log::warning("too_many_connections", {{"peer", peer_address(socket)}});
    service_.metrics().turned_away();
    if (!listener.tls) {
      const auto head =
          http::serialize_head({.status = 503, .headers = {}, .body = {}, .close = true}, "winrmd", clockwork_.date);
      socket.non_blocking(true, ignored);
      socket.send(asio::buffer(head), 0, ignored);
    }
    return;
  }
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  Origin origin{.peer = peer_address(socket),
                .listener = listener.terms,
                .channel_binding = listener.tls ? listener.tls->channel_binding() : std::string()};
  auto connection =
      std::make_shared<Connection>(std::move(socket), service_, clockwork_, std::move(origin), listener.tls);
  connections_.push_back(connection);
  service_.metrics().connected();
  service_.metrics().set_open(connections_.size());
  spawn(context_, Connection::run(connection));
}

// There is a place for one more connection. When all are taken, the one that has gone longest without logging in gives
// up its own: whoever only connects cannot keep users out.
bool Server::has_room() {
  std::erase_if(connections_, [](const auto& known) { return known.expired(); });
  if (connections_.size() < service_.limits().max_connections) return true;
  std::shared_ptr<Connection> oldest;
  for (const auto& known : connections_) {
    auto connection = known.lock();
    if (!connection->expendable() || (oldest && oldest->since() <= connection->since())) continue;
    oldest = std::move(connection);
  }
  if (!oldest) return false;
  oldest->drop();
  return true;
}

asio::awaitable<void> Server::tick() {
  for (;;) {
    ticker_.expires_after(tick_interval);
    error_code error;
    co_await ticker_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    const auto now = Link::Clock::now();
    clockwork_.date = http::http_date(std::time(nullptr));
    look(now);
    if (stopping_ && ((service_.stopped() && connections_.empty()) || now >= stop_at_)) {
      context_.stop();
      co_return;
    }
  }
}

void Server::look(Link::Clock::time_point now) {
  std::erase_if(connections_, [](const auto& known) { return known.expired(); });
  for (const auto& known : connections_) {
    if (const auto connection = known.lock()) connection->check(now);
  }
  service_.metrics().set_open(connections_.size());
  service_.expire(now);
}

void Server::stop() {
  if (stopping_) return;
  stopping_ = true;
  stop_at_ = Link::Clock::now() + stop_patience;
  error_code ignored;
  for (auto& listener : listeners_) listener->acceptor.close(ignored);
  for (const auto& known : connections_) {
    if (const auto connection = known.lock()) connection->stop();
  }
  service_.stop();
}

}  // namespace winrmd::net
