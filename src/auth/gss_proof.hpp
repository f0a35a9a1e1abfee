// What a complete log-in by Kerberos or NTLM has proven. Blocking, any thread.
#pragma once

#include <string>

#include "auth/accounts.hpp"
#include "lib/gss/gss.hpp"
#include "lib/ipc/messages_login.hpp"

namespace winrmd::auth {

// A delegated ticket-granting ticket of a user in very many groups stays below; larger ones are left out.
inline constexpr std::size_t max_delegated_size = 256U << 10;

// Wipes its secrets when it goes.
struct GssProof {
  RawName name;
  std::string mechanism;  // as WSMAN_SENDER_DETAILS says it
  ipc::Sealing sealing = ipc::Sealing::none;
  std::string context{};    // exported; empty without sealing
  std::string delegated{};  // exported credential; empty: none

  GssProof() = default;
  GssProof(GssProof&&) = default;
  GssProof& operator=(GssProof&&) = default;
  ~GssProof();
};

// Whom the peer means. The file of NT hashes knows users without a domain, so what an NTLM client says about its domain
// proves nothing and is dropped: the user is the one of the file, spelled as there. Who is not in the file (the NTLM
// library may ask winbind) is refused.
Result<RawName> proven_name(const gss::Peer& peer, const std::string& ntlm_file);

// `binding`: what the listener asks for; none without TLS. `context` is of no use afterwards when it can seal.
Result<GssProof> prove(gss::AcceptContext& context, const gss::KeyFiles& files, ipc::ChannelBinding binding);

}  // namespace winrmd::auth
