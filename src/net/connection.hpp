// One client connection: octets to requests, requests to the log-in and then to the service, replies to octets.
// Nothing here looks into a body.
#pragma once

#include <memory>
#include <string>

#include "lib/http/request.hpp"
#include "net/login/dialogue.hpp"
#include "net/service.hpp"
#include "net/wire.hpp"

namespace winrmd::net {

struct Clockwork {
  std::string date;  // IMF-fixdate, renewed by the server's ticker
};

class Connection {
 public:
  Connection(asio::ip::tcp::socket socket, Service& service, const Clockwork& clockwork, Origin origin,
             std::shared_ptr<tls::ServerContext> tls);
  ~Connection();

  // Serves the connection until it ends.
  static asio::awaitable<void> run(std::shared_ptr<Connection> connection);
  // Ends what has taken too long; notices clients that left while their request waits. The server's ticker calls this.
  void check(Link::Clock::time_point now);
  // Closes an idle connection at once, any other after its reply.
  void stop();
  // Nobody has logged in and nothing is being answered: it may be dropped when others need the place.
  [[nodiscard]] bool expendable() const;
  [[nodiscard]] Link::Clock::time_point since() const { return since_; }
  // Closes it without a word.
  void drop();

 private:
  enum class Phase { idle, reading, serving, writing, closing };
  enum class Next { keep, close };

  asio::awaitable<void> serve_requests();
  asio::awaitable<void> close();
  asio::awaitable<bool> read_request();
  void keep_only(std::string_view rest);
  asio::awaitable<bool> read_head();
  asio::awaitable<Next> respond();
  asio::awaitable<http::Response> answer();
  asio::awaitable<http::Response> serve();
  asio::awaitable<bool> write(http::Response response);
  void fill(Exchange& exchange) const;
  void enter(Phase phase);
  [[nodiscard]] std::chrono::milliseconds longest() const;
  [[nodiscard]] std::chrono::milliseconds at_most(std::uint32_t configured_ms) const;
  void give_back_undelivered();

  Wire wire_;
  Service& service_;
  const Clockwork& clockwork_;
  std::string local_;  // where the client names no host
  http::RequestReader reader_;
  std::string input_;
  Dialogue dialogue_;
  DeliveryRef delivery_;
  Exchange* serving_ = nullptr;
  Phase phase_ = Phase::idle;
  Link::Clock::time_point since_;  // of the phase
  bool timed_out_ = false;
  bool stopping_ = false;
};

}  // namespace winrmd::net
