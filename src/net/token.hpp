// Tokens as winrmd-net holds them: opaque ids that the supervisor minted. Whoever uses one keeps a reference; when the
// last is gone the supervisor is told, exactly once for each id.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "lib/ipc/messages_control.hpp"
#include "net/link.hpp"

namespace winrmd::net {

struct Token {
  std::string id;
  std::string account;  // for the log and for choosing among hosts; the supervisor decides what the id is worth
  std::shared_ptr<Link> supervisor;
  Token(std::string token_id, std::string token_account, std::shared_ptr<Link> link)
      : id(std::move(token_id)), account(std::move(token_account)), supervisor(std::move(link)) {}
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;
  ~Token();
};
using TokenRef = std::shared_ptr<Token>;

class Tokens {
 public:
  explicit Tokens(std::shared_ptr<Link> supervisor) : supervisor_(std::move(supervisor)) {}
  // The reference that another process hands over with an id. Null when there is no id, or when it is held already: a
  // reference is handed over once, and who names a token that is in use names somebody else's.
  TokenRef adopt(const std::string& id, const std::string& account);
  // How many ids are remembered, those that are over and not swept up yet included.
  [[nodiscard]] std::size_t known() const { return live_.size(); }

 private:
  std::shared_ptr<Link> supervisor_;
  std::unordered_map<std::string, std::weak_ptr<Token>> live_;
  std::size_t sweep_at_ = 64;
};

// A log-in: what winrmd-auth said about a connection.
struct Login {
  std::string name;
  std::string mechanism;
  TokenRef token;
  std::optional<ipc::CertificateDetails> certificate{};  // of a log-in by certificate
  // Of the account behind the token: what security descriptors are asked about.
  std::uint32_t uid = 0xFFFF'FFFF;  // as long as nothing is known: nobody
  std::uint32_t gid = 0xFFFF'FFFF;
  std::vector<std::uint32_t> groups{};
};
using LoginRef = std::shared_ptr<const Login>;

}  // namespace winrmd::net
