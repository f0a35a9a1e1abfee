// One look at one account. Blocks as long as the PAM modules do.
#pragma once

#include "lib/ipc/messages_pam.hpp"

namespace winrmd::pam {

// Passwords beyond this are refused unseen.
inline constexpr std::size_t max_password_size = 1024;

// With a service: PAM's authentication (where asked for) and account checks. Always: the shadow entry. Wipes the
// password. An expired password is a no, too: there is nobody to change it here.
ipc::PamVerdict check(const ipc::PamSetup& setup, ipc::PamCheck& request);

}  // namespace winrmd::pam
