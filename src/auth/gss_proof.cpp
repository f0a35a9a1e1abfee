#include "auth/gss_proof.hpp"

#include "lib/log/log.hpp"
#include "lib/text/ascii.hpp"
#include "lib/users/ntlm_file.hpp"

namespace winrmd::auth {

GssProof::~GssProof() {
  text::wipe(context);
  text::wipe(delegated);
}

Result<RawName> proven_name(const gss::Peer& peer, const std::string& ntlm_file) {
  if (peer.kind == gss::Kind::kerberos) {
    return RawName{.text = peer.user + '@' + peer.domain, .origin = Origin::kerberos};
  }
  const auto file = users::read_ntlm_file(ntlm_file);
  if (!file) return std::unexpected(file.error());
  const auto* user = file->find(peer.user);
  if (user == nullptr) return fail("the user is not in login.ntlm_file");
  return RawName{.text = ".\\" + user->name, .origin = Origin::ntlm};
}

Result<GssProof> prove(gss::AcceptContext& context, const gss::KeyFiles& files, ipc::ChannelBinding binding) {
  const auto peer = context.peer();
  if (!peer) return std::unexpected(peer.error());
  if (binding == ipc::ChannelBinding::strict && !peer->channel_bound) {
    return fail("the log-in is not bound to the TLS connection, which the listener's channel_binding asks for");
  }
  auto name = proven_name(*peer, files.ntlm_file);
  if (!name) return std::unexpected(name.error());
  GssProof proof;
  proof.name = std::move(*name);
  const bool kerberos = peer->kind == gss::Kind::kerberos;
  proof.mechanism = kerberos ? "Kerberos" : "NTLM";
  auto delegated = context.delegated();
  if (!delegated) {
    log::warning("delegation_unusable", {{"user", proof.name.text}, {"reason", delegated.error().message}});
  } else if (delegated->size() > max_delegated_size) {
    log::warning("delegation_unusable", {{"user", proof.name.text}, {"reason", "the credential is too large"}});
    text::wipe(*delegated);
  } else {
    proof.delegated = std::move(*delegated);
  }
  if (!peer->can_seal) return proof;
  auto exported = context.export_context();
  if (!exported) return std::unexpected(exported.error());
  proof.sealing = kerberos ? ipc::Sealing::kerberos : ipc::Sealing::ntlm;
  proof.context = std::move(*exported);
  return proof;
}

}  // namespace winrmd::auth
