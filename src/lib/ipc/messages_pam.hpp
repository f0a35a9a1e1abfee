// Between winrmd-auth, the supervisor, and a winrmd-pam: a short-lived child with root's rights that looks at one
// log-in and ends. The supervisor gives winrmd-auth its end of the channel, so it sees no password; and it has written
// the first message into that channel itself, so winrmd-auth does not choose what is asked.
#pragma once

#include <string>

#include "lib/ipc/messages.hpp"

namespace winrmd::ipc {

// auth → supervisor: a winrmd-pam, please. Answered by PamStarted or Failed.
struct StartPam {
  static constexpr auto type = MessageType::start_pam;
  auto fields(this auto&) { return std::tuple<>(); }
};

// Descriptor: the channel to it. It gets one PamCheck, gives one PamVerdict, and ends. Closing the channel ends it.
struct PamStarted {
  static constexpr auto type = MessageType::pam_started;
  auto fields(this auto&) { return std::tuple<>(); }
};

// supervisor → winrmd-pam, first message.
struct PamSetup {
  static constexpr auto type = MessageType::pam_setup;
  std::string service;  // PAM service; empty: only the shadow entry is looked at, and passwords are not taken
  auto fields(this auto& self) { return std::tie(self.service); }
};

// auth → winrmd-pam.
struct PamCheck {
  static constexpr auto type = MessageType::pam_check;
  bool authenticate = false;  // check the password; otherwise only whether the account may be used now
  std::string account;
  std::string password{};  // wiped by whoever is done with it
  std::string peer;        // address of the client
  auto fields(this auto& self) { return std::tie(self.authenticate, self.account, self.password, self.peer); }
};

// winrmd-pam → auth. No verdict before the channel is closed is a no.
struct PamVerdict {
  static constexpr auto type = MessageType::pam_verdict;
  bool admitted = false;
  std::string reason;  // of a no; for the log
  auto fields(this auto& self) { return std::tie(self.admitted, self.reason); }
};

}  // namespace winrmd::ipc
