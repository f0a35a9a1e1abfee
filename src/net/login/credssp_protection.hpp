// CredSSP: TLS within the headers of the log-in, which goes on within the bodies afterwards.
#pragma once

#include <memory>

#include "lib/seal/protection.hpp"
#include "lib/tls/tls.hpp"

namespace winrmd::net {

// Of all CredSSP log-ins of this process: a certificate that nobody checks, but that clients bind their log-in to. Made
// by the first call, which takes a while. Null when that failed.
const std::shared_ptr<tls::ServerContext>& credssp_tls();

// Messages sealed with a session whose handshake is done.
std::unique_ptr<seal::Protection> make_credssp_protection(tls::ServerSession session);

}  // namespace winrmd::net
