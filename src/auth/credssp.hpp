// CredSSP on the service's side (MS-CSSP 3.1.5): an inner log-in by Kerberos or NTLM, the proof that both ends see the
// same TLS session, and the password that the client hands over. winrmd-net has the TLS session; here come the
// TSRequests that were in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/accounts.hpp"
#include "lib/credssp/ts_credentials.hpp"
#include "lib/credssp/ts_request.hpp"
#include "lib/gss/gss.hpp"

namespace winrmd::auth {

inline constexpr std::uint32_t status_logon_failure = 0xC000006D;
inline constexpr std::uint32_t status_not_supported = 0xC00000BB;

// What a refused client of that version gets: a TSRequest with the code, or nothing where it would not understand it.
std::string credssp_refusal(std::uint32_t version, std::uint32_t code = status_logon_failure);

// Does the delegated name mean whom the inner log-in has proven? Domains of NTLM prove nothing and are not compared;
// for Kerberos a domain, if there is one, must be the realm or its first label. Without case.
bool same_person(const credssp::PasswordCredentials& delegated, const gss::Peer& peer);

// What a complete log-in has proven.
struct CredsspProof {
  RawName name;
  std::string principal{};  // `user@REALM` of a Kerberos log-in, else empty
  credssp::PasswordCredentials credentials{};
};

struct CredsspStep {
  gss::Progress progress = gss::Progress::failed;
  std::string reply{};                  // for the client, a TSRequest; may be empty
  std::string error{};                  // why it failed, for the log
  std::optional<CredsspProof> proof{};  // of a complete one
};

// One log-in under way. Blocking; used by one thread at a time.
class CredsspAcceptor {
 public:
  explicit CredsspAcceptor(gss::KeyFiles files) : files_(files), context_(std::move(files)) {}

  // `public_key`: SubjectPublicKey of the TLS session. After a failure it is of no use.
  CredsspStep step(const credssp::TsRequest& request, std::string_view public_key);

 private:
  enum class Stage : std::uint8_t { negotiating, proving_key, delegating, over };

  CredsspStep negotiate(const credssp::TsRequest& request, std::string_view public_key);
  CredsspStep prove_key(const credssp::TsRequest& request, std::string_view public_key, credssp::TsRequest reply);
  CredsspStep take_credentials(const credssp::TsRequest& request);

  gss::KeyFiles files_;
  gss::AcceptContext context_;
  Stage stage_ = Stage::negotiating;
};

}  // namespace winrmd::auth
