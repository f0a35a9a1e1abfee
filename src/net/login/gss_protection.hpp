// Messages sealed with a GSSAPI context.
#pragma once

#include <memory>

#include "lib/ipc/messages_login.hpp"
#include "lib/seal/protection.hpp"

namespace winrmd::net {

// `exported` is what winrmd-auth made; the caller wipes it.
Result<std::unique_ptr<seal::Protection>> make_gss_protection(ipc::Sealing sealing, std::string_view exported);

}  // namespace winrmd::net
