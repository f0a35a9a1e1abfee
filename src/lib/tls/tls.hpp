// TLS through memory buffers: bytes in, bytes out, no sockets. TLS 1.2 and 1.3, ALPN http/1.1, session tickets, no
// early data, no renegotiation, no compression.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.hpp"

namespace winrmd::tls {

struct ServerOptions {
  // PEM text: certificates of who may issue client certificates, each trusted by itself, and their revocation lists if
  // there are any. Not empty: clients are asked for a certificate (and may have none).
  std::string_view client_ca_pem{};
  bool tls_1_3 = true;
};

// A server's certificate chain and key with everything set up once. Shared by its connections; thread-safe after
// create. Sessions are resumed with tickets, whose keys belong to the context; those with a client certificate are not.
class ServerContext {
 public:
  // PEM text. The key is wiped from OpenSSL's memory with the context. Fails when the two do not belong together.
  static Result<std::shared_ptr<ServerContext>> create(std::string_view certificate_pem, std::string_view key_pem,
                                                       const ServerOptions& options = {});
  ~ServerContext();
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;

  // Application data of GSSAPI channel bindings: `tls-server-end-point:` and the hash of the certificate (RFC 5929).
  [[nodiscard]] const std::string& channel_binding() const;
  // The certificate's SubjectPublicKey, without the algorithm around it; of an RSA key: RSAPublicKey in DER.
  [[nodiscard]] const std::string& subject_public_key() const;

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
  // The client's certificate and its chain up to one of ServerOptions::client_ca_pem, in DER, the client's first. Empty
  // before the handshake is done, when the client sent none, and when what it sent is not to be trusted, see below.
  [[nodiscard]] std::vector<std::string> peer_certificates() const;
  // Why the client's certificate is not to be trusted; empty when it is or there is none.
  [[nodiscard]] std::string peer_certificate_error() const;
  // Bytes before the cipher text in a record that write() makes, the nonce included. Only after handshake_done().
  [[nodiscard]] std::size_t record_header_size() const;
  // The peer has sent close_notify.
  [[nodiscard]] bool peer_closed() const;
  // Queues close_notify.
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What a person wants to know about a certificate. All text is one line of UTF-8.
struct CertificateInfo {
  std::string subject;  // RFC 2253
  std::string issuer;
  std::vector<std::string> names;  // DNS names and addresses
  std::string key;                 // as in `ECDSA, 256 bits`
  std::string not_before;          // as in `2026-11-25 12:00:00 UTC`
  std::string not_after;
  bool valid_now = false;
  bool self_signed = false;
  std::string sha1;  // thumbprints: capital hexadecimal digits
  std::string sha256;
};
// Of the first certificate in the PEM text.
Result<CertificateInfo> describe_certificate(std::string_view pem);

struct SelfSigned {
  std::string certificate_pem;
  std::string key_pem;
};
enum class KeyKind { ecdsa_p256, rsa_2048 };
// A self-signed certificate for these names (DNS names or IP addresses), valid from an hour ago for `days`.
Result<SelfSigned> make_self_signed(const std::vector<std::string>& names, int days,
                                    KeyKind kind = KeyKind::ecdsa_p256);

}  // namespace winrmd::tls
