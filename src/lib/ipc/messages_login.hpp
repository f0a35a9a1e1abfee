// Between winrmd-net and winrmd-auth. The seam is the same for schemes of one and of several legs: `connection` names
// the log-in context, which lives in winrmd-auth until it is complete, refused, or net says Cancel for that id.
#pragma once

#include <optional>
#include <string>

#include "lib/ipc/messages_control.hpp"

namespace winrmd::ipc {

enum class Scheme : std::uint8_t { basic = 0, negotiate, kerberos, certificate, credssp, last = credssp };

struct Login {
  static constexpr auto type = MessageType::login;
  std::uint64_t connection = 0;
  Scheme scheme = Scheme::basic;
  // Decoded from base64, and wiped by whoever is done with it. Basic: `user:password`. Negotiate and Kerberos: the
  // GSSAPI token. CredSSP: one TSRequest, out of the TLS session inside. Certificate: empty.
  std::string token{};
  std::string peer;  // address without port
  bool tls = false;
  ChannelBinding binding = ChannelBinding::none;  // what the listener asks for; none without TLS
  std::string channel_binding{};                  // application data `tls-server-end-point:…` of the TLS connection
  std::string public_key{};                       // CredSSP: SubjectPublicKey of the TLS session inside
  std::vector<std::string> certificates{};  // Certificate: DER, the client's first, then its chain as verified by net
  auto fields(this auto& self) {
    return std::tie(self.connection, self.scheme, self.token, self.peer, self.tls, self.binding, self.channel_binding,
                    self.public_key, self.certificates);
  }
};

enum class LoginStatus : std::uint8_t { accepted = 0, more = 1, refused = 2, unavailable = 3, last = unavailable };

// How messages are sealed with the context of a log-in.
enum class Sealing : std::uint8_t { none = 0, ntlm, kerberos, last = kerberos };

struct LoginResult {
  static constexpr auto type = MessageType::login_result;
  LoginStatus status = LoginStatus::refused;
  std::string reply{};              // token for the client's next leg, or the final one; may come with a refusal, too
  std::string name{};               // canonical authenticated name
  std::string mechanism{};          // as WSMAN_SENDER_DETAILS::authenticationMechanism says it
  std::string account{};            // local account behind the token, as the supervisor said
  std::string token{};              // supervisor's token; from now on net owns the reference and releases it
  Sealing sealing = Sealing::none;  // none: the context cannot seal (or there is none)
  std::string context{};            // the exported GSSAPI context; holds keys, wiped by whoever is done with it
  std::optional<CertificateDetails> certificate{};  // of a log-in by certificate
  // The account's ids, as the supervisor said: what a security descriptor is asked about. Of an accepted log-in.
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups{};
  auto fields(this auto& self) {
    return std::tie(self.status, self.reply, self.name, self.mechanism, self.account, self.token, self.sealing,
                    self.context, self.certificate, self.uid, self.gid, self.groups);
  }
};

// net → auth: your numbers, please. Answered by MetricsText.
struct MetricsRequest {
  static constexpr auto type = MessageType::metrics_request;
  auto fields(this auto&) { return std::tuple<>(); }
};

struct MetricsText {
  static constexpr auto type = MessageType::metrics_text;
  std::string text;  // as Prometheus reads it
  auto fields(this auto& self) { return std::tie(self.text); }
};

}  // namespace winrmd::ipc
