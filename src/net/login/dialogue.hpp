// The log-in of one connection: docs/login-states.md draws it. For each request, in this order: hear() when its head is
// there, open() when its body is, reply() with the service's answer.
#pragma once

#include <optional>

#include "lib/tls/tls.hpp"
#include "net/login/authorization.hpp"
#include "net/login/negotiation.hpp"
#include "net/login/offer.hpp"
#include "net/login/sealing.hpp"

namespace winrmd::net {

// What is known about the request under way.
struct Turn {
  bool has_credentials = false;
  bool in_between = false;
  LoginRef user;
  std::optional<http::Response> refusal;
  std::string greeting;            // last token of a log-in that is complete with this request
  std::optional<seal::Form> form;  // of a request that was sealed
};

// A user who is the connection's, see Negotiation.
struct BoundUser {
  LoginRef user;
  std::unique_ptr<seal::Protection> protection;
};

// A user who comes with every request. Asked about again after a while only.
struct RememberedUser {
  LoginRef user;
  Logins::Digest digest{};
  Link::Clock::time_point until;
};

class Dialogue {
 public:
  // `tls`: the connection's session, null without; it lives on. `envelope_limit`: octets of one plain body.
  Dialogue(Logins& logins, Origin origin, const tls::ServerSession* tls, std::size_t envelope_limit);
  ~Dialogue();

  // The head of a request has come: logs in, goes on with a log-in, or knows already who it is. Wipes Authorization.
  asio::awaitable<void> hear(http::Request& request);
  [[nodiscard]] bool has_heard() const { return turn_.has_value(); }
  // hear() found an answer to the request that does not need its body.
  [[nodiscard]] bool refuses() const { return turn_ && turn_->refusal; }
  // The request is one leg of a log-in that goes on: its connection must live on, body or not.
  [[nodiscard]] bool in_between() const { return turn_ && turn_->in_between; }

  // The request is whole: opens it where it is sealed. Nothing when it is to be served, for user(); otherwise the
  // answer.
  std::optional<http::Response> open(http::Request& request);
  [[nodiscard]] const LoginRef& user() const { return turn_->user; }
  // What the service says, as the client gets it.
  http::Response reply(http::Response response);
  // For the request whose head has come: octets of its body, when it is plain.
  void limit_envelope(std::size_t octets) { envelope_limit_ = octets; }
  // The answer is made: ready for the next request.
  void next() { turn_.reset(); }

  [[nodiscard]] bool logged_in() const { return bound_.user || remembered_.user; }
  [[nodiscard]] const Origin& origin() const { return origin_; }
  // hear() waits for winrmd-auth.
  [[nodiscard]] bool is_waiting() const { return is_waiting_; }
  // The client is gone: the answer is not needed any more.
  void abandon();

 private:
  asio::awaitable<void> listen(http::Request& request);
  asio::awaitable<void> without_credentials();
  asio::awaitable<void> with_credentials(Credentials credentials);
  asio::awaitable<void> basic(Credentials credentials);
  asio::awaitable<void> certificate();
  asio::awaitable<void> ask_each_time(ipc::Scheme scheme, std::string_view proof, Question question);
  asio::awaitable<void> leg(Credentials credentials);
  void begin(ipc::Scheme scheme);
  void conclude(Leg leg);
  void refuse(ipc::LoginStatus status);
  void forget();
  std::optional<http::Response> open_sealed(http::Request& request);

  Logins& logins_;
  Origin origin_;
  const tls::ServerSession* tls_;
  std::size_t envelope_limit_;
  std::unique_ptr<Negotiation> negotiation_;  // of several legs, while it lasts
  ipc::Scheme scheme_ = ipc::Scheme::negotiate;
  int legs_ = 0;
  std::unique_ptr<Inquiry> inquiry_;  // of one leg, while it lasts
  BoundUser bound_;
  RememberedUser remembered_;
  std::optional<Turn> turn_;
  bool is_waiting_ = false;
};

}  // namespace winrmd::net
