// One client connection: bytes to requests, requests to the service, replies to bytes. Nothing here looks into a body.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "lib/http/request.hpp"
#include "lib/tls/tls.hpp"
#include "net/service.hpp"

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
  asio::awaitable<bool> read_more();
  void keep_only(std::string_view rest);
  asio::awaitable<Next> respond();
  asio::awaitable<http::Response> answer();
  asio::awaitable<bool> write(http::Response response);
  asio::awaitable<bool> write_bytes(std::string_view head, std::string_view body);
  asio::awaitable<bool> log_in();
  asio::awaitable<void> identify();
  void fill(Exchange& exchange) const;
  void enter(Phase phase);
  [[nodiscard]] std::chrono::milliseconds longest() const;
  [[nodiscard]] std::chrono::milliseconds at_most(std::uint32_t configured_ms) const;
  void note(error_code error);
  void give_back_undelivered();

  asio::ip::tcp::socket socket_;
  Service& service_;
  const Clockwork& clockwork_;
  Origin origin_;
  std::string local_;  // address:port, where the client names no host
  std::optional<tls::ServerSession> tls_;
  http::RequestReader reader_;
  std::array<char, 16384> buffer_;
  std::string input_;
  LoginState login_state_;
  // Of the current request: who sent it, or the response that refuses it; known as soon as the headers are.
  std::optional<std::expected<LoginRef, http::Response>> login_;
  DeliveryRef delivery_;
  Exchange* serving_ = nullptr;
  Phase phase_ = Phase::idle;
  Link::Clock::time_point since_;  // of the phase
  bool timed_out_ = false;
  bool broken_ = false;  // the peer did not take what was written, or has reset the connection
  bool stopping_ = false;
};

}  // namespace winrmd::net
