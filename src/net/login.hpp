// Who is it: the log-in state of a connection, and the conversation with winrmd-auth. winrmd-net knows no password
// beyond the bytes that pass through, and decides nothing about them.
#pragma once

#include <array>
#include <expected>
#include <memory>
#include <optional>

#include "lib/ipc/messages_login.hpp"
#include "net/audit.hpp"
#include "net/link.hpp"
#include "net/token.hpp"

namespace winrmd::net {

// What a connection remembers. Basic comes with every request; the same header within a short time is not asked about
// again. Only a keyed digest of the header is kept.
struct LoginState {
  LoginRef login;
  std::array<unsigned char, 32> digest{};
  Link::Clock::time_point valid_until;
};

// Where a connection came in and from.
struct Origin {
  std::string peer;  // address without port
  bool tls = false;
  bool basic = false;  // this listener offers Basic
};

class Logins {
 public:
  Logins(asio::io_context& context, Tokens& tokens, Audit& audit);

  // The channel to winrmd-auth, also again after that process was restarted.
  void connect(Fd channel);
  void expire(Link::Clock::time_point now);

  // The user of this request, or the HTTP response that refuses it (401 with the schemes on offer, 503).
  asio::awaitable<std::expected<LoginRef, http::Response>> identify(LoginState& state, const Origin& origin,
                                                                    const http::Request& request);

 private:
  asio::awaitable<std::expected<LoginRef, http::Response>> basic(LoginState& state, const Origin& origin,
                                                                 std::string_view header);
  [[nodiscard]] std::array<unsigned char, 32> digest(std::string_view header) const;

  asio::io_context& context_;
  Tokens& tokens_;
  Audit& audit_;
  std::shared_ptr<Link> auth_;
  std::string key_;  // of the digests; new at each start
};

}  // namespace winrmd::net
