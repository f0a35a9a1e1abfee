// TLS through memory buffers: bytes in, bytes out, no sockets. TLS 1.2 and 1.3, ALPN http/1.1, no early data, no
// renegotiation, no compression.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.hpp"

namespace winrmd::tls {

// A server's certificate chain and key with everything set up once. Shared by its connections; thread-safe after
// create.
class ServerContext {
 public:
  // PEM text. The key is wiped from OpenSSL's memory with the context. Fails when the two do not belong together.
  static Result<std::shared_ptr<ServerContext>> create(std::string_view certificate_pem, std::string_view key_pem);
  ~ServerContext();
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;

 private:
  friend class ServerSession;
  struct Impl;
  explicit ServerContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// One connection. Call order: received() with what came from the peer, plain() for what it said, write() to say
// something, pending() for what must go to the peer.
class ServerSession {
 public:
  explicit ServerSession(std::shared_ptr<ServerContext> context);
  ~ServerSession();
  ServerSession(ServerSession&&) noexcept;
  ServerSession& operator=(ServerSession&&) noexcept;

  // Bytes from the peer; decrypted bytes are appended to `plain`. An error means the session is over (an alert may
  // still be in pending()).
  Result<void> received(std::string_view bytes, std::string& plain);
  // Encrypts. Only after handshake_done().
  Result<void> write(std::string_view plain);
  // Moves what is to be sent to the peer to the end of `out`.
  void pending(std::string& out);
  [[nodiscard]] bool handshake_done() const;
  // The peer has sent close_notify.
  [[nodiscard]] bool peer_closed() const;
  // Queues close_notify.
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct SelfSigned {
  std::string certificate_pem;
  std::string key_pem;
};
// A throw-away ECDSA P-256 certificate for these names (DNS names or IP addresses), valid from an hour ago for `days`.
Result<SelfSigned> make_self_signed(const std::vector<std::string>& names, int days);

}  // namespace winrmd::tls
