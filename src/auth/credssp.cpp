#include "auth/credssp.hpp"

#include <fmt/format.h>

#include "auth/gss_proof.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::auth {
namespace {

using credssp::TsRequest;
using gss::Progress;

CredsspStep refuse(const TsRequest& request, std::string error, std::uint32_t code = status_logon_failure) {
  return {.progress = Progress::failed, .reply = credssp_refusal(request.version, code), .error = std::move(error)};
}

CredsspStep go_on(const TsRequest& reply) {
  return {.progress = Progress::more, .reply = credssp::encode(reply), .error = {}};
}

// Sealed plain text of the client, wiped when it goes.
struct Opened {
  explicit Opened(std::string t) : text(std::move(t)) {}
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  ~Opened() { text::wipe(text); }
  std::string text;
};

}  // namespace

std::string credssp_refusal(std::uint32_t version, std::uint32_t code) {
  if (!credssp::knows_error_code(credssp::common_version(version))) return {};
  TsRequest refusal;
  refusal.error_code = code;
  return credssp::encode(refusal);
}

bool same_person(const credssp::PasswordCredentials& delegated, const gss::Peer& peer) {
  std::string_view user = delegated.user;
  std::string_view domain = delegated.domain;
  if (const auto slash = user.find('\\'); slash != std::string_view::npos) {
    domain = user.substr(0, slash);
    user.remove_prefix(slash + 1);
  } else if (const auto at = user.rfind('@'); at != std::string_view::npos) {
    domain = user.substr(at + 1);
    user = user.substr(0, at);
  }
  if (user.empty() || !text::iequals(user, peer.user)) return false;
  if (peer.kind == gss::Kind::ntlm || domain.empty()) return true;
  const std::string_view realm = peer.domain;
  return text::iequals(domain, realm) || text::iequals(domain, realm.substr(0, realm.find('.')));
}

CredsspStep CredsspAcceptor::step(const TsRequest& request, std::string_view public_key) {
  const auto stage = std::exchange(stage_, Stage::over);
  if (request.error_code) return refuse(request, fmt::format("the client gave up with {:#x}", *request.error_code));
  switch (stage) {
    case Stage::negotiating:
      if (!request.token) return refuse(request, "a TSRequest without a token");
      if (request.auth_info) return refuse(request, "credentials before the log-in is complete");
      return negotiate(request, public_key);
    case Stage::proving_key:
      if (request.token || request.auth_info) return refuse(request, "a TSRequest without a proof of the key");
      return prove_key(request, public_key, {});
    case Stage::delegating:
      if (request.token || request.pub_key_auth) return refuse(request, "a TSRequest with more than credentials");
      return take_credentials(request);
    case Stage::over:
      break;
  }
  return refuse(request, "a TSRequest after the last one");
}

// The inner log-in is bound to the TLS session by the key, not by channel bindings.
CredsspStep CredsspAcceptor::negotiate(const TsRequest& request, std::string_view public_key) {
  auto inner = context_.step(*request.token, {});
  TsRequest reply;
  if (!inner.reply.empty()) reply.token = std::move(inner.reply);
  switch (inner.progress) {
    case Progress::failed:
      return refuse(request, std::move(inner.error));
    case Progress::more:
      if (request.pub_key_auth) return refuse(request, "a proof of the key before the log-in is complete");
      stage_ = Stage::negotiating;
      return go_on(reply);
    case Progress::complete:
      break;
  }
  if (request.pub_key_auth) return prove_key(request, public_key, std::move(reply));
  stage_ = Stage::proving_key;
  return go_on(reply);
}

CredsspStep CredsspAcceptor::prove_key(const TsRequest& request, std::string_view public_key, TsRequest reply) {
  if (!request.pub_key_auth) return refuse(request, "a TSRequest without a proof of the key");
  const auto version = credssp::common_version(request.version);
  if (version >= credssp::first_version_with_nonce && !request.nonce) return refuse(request, "no nonce");
  const auto nonce = request.nonce.value_or(std::string());
  const auto proof = context_.unwrap(*request.pub_key_auth);
  if (!proof) return refuse(request, proof.error().message);
  if (!credssp::same_binding(*proof, credssp::client_binding(version, nonce, public_key))) {
    return refuse(request, "the client sees another TLS session");
  }
  auto sealed = context_.wrap(credssp::server_binding(version, nonce, public_key));
  if (!sealed) return refuse(request, sealed.error().message);
  reply.pub_key_auth = std::move(*sealed);
  stage_ = Stage::delegating;
  return go_on(reply);
}

CredsspStep CredsspAcceptor::take_credentials(const TsRequest& request) {
  if (!request.auth_info) return refuse(request, "a TSRequest without credentials");
  auto opened = context_.unwrap(*request.auth_info);
  if (!opened) return refuse(request, opened.error().message);
  const Opened plain(std::move(*opened));
  const auto outer = credssp::decode_credentials(plain.text);
  if (!outer) return refuse(request, outer.error().message);
  if (outer->type != credssp::password_type) {
    return refuse(request, fmt::format("credentials of type {}, which is no password", outer->type),
                  status_not_supported);
  }
  auto credentials = credssp::decode_password(outer->credentials);
  if (!credentials) return refuse(request, credentials.error().message);
  const auto peer = context_.peer();
  if (!peer) return refuse(request, peer.error().message);
  if (!same_person(*credentials, *peer)) return refuse(request, "the delegated credentials are somebody else's");
  auto name = proven_name(*peer, files_.ntlm_file);
  if (!name) return refuse(request, name.error().message);
  CredsspProof proof{.name = std::move(*name), .principal = {}, .credentials = std::move(*credentials)};
  if (peer->kind == gss::Kind::kerberos) proof.principal = peer->user + '@' + peer->domain;
  return {.progress = Progress::complete, .reply = {}, .error = {}, .proof = std::move(proof)};
}

}  // namespace winrmd::auth
