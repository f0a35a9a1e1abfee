// The channel to winrmd-auth, which says who somebody is. winrmd-net knows no password beyond the bytes that pass
// through, and decides nothing about them.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "net/audit.hpp"
#include "net/link.hpp"
#include "net/token.hpp"

namespace winrmd::net {

class Logins {
 public:
  using Digest = std::array<unsigned char, 32>;

  Logins(asio::io_context& context, Tokens& tokens, Audit& audit);

  // The channel to winrmd-auth, also again after that process was restarted.
  void connect(Fd channel);
  void expire(Link::Clock::time_point now);

  // Null before the first connect().
  [[nodiscard]] const std::shared_ptr<Link>& auth() const { return auth_; }
  [[nodiscard]] Tokens& tokens() { return tokens_; }
  [[nodiscard]] Audit& audit() { return audit_; }
  // What is kept of credentials to know them again: a digest with a key that is new at each start.
  [[nodiscard]] Digest digest(std::string_view credentials) const;

 private:
  asio::io_context& context_;
  Tokens& tokens_;
  Audit& audit_;
  std::shared_ptr<Link> auth_;
  std::string key_;
};

bool same(const Logins::Digest& a, const Logins::Digest& b);

}  // namespace winrmd::net
