// One log-in under way, and one check that log-ins wait for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "auth/accounts.hpp"
#include "auth/penalties.hpp"
#include "auth/verified.hpp"
#include "lib/ipc/messages_control.hpp"
#include "lib/ipc/messages_login.hpp"

namespace winrmd::auth {

enum class Phase : std::uint8_t {
  checking,    // something about it is found out
  held,        // accepted; the answer waits for held_until
  minting,     // the supervisor was asked for the token
  continuing,  // another leg is due; the answer waits for due
  refusing     // refused; the answer waits for due
};

// Wipes its secrets when it goes.
struct LoginState {
  std::uint64_t id = 0;  // of the frame to answer
  std::uint64_t connection = 0;
  Phase phase = Phase::checking;
  std::string peer;
  std::string user;         // under which failures are counted, and what the log says
  std::string name{};       // under which a right password is remembered
  bool known = false;       // there is such a person
  Mac mac{};                // of a password
  Admission admission;      // once it was checked
  ipc::LoginResult result;  // what net will get when it is accepted: mechanism, last token, sealing
  std::optional<ipc::CertificateDetails> certificate{};
  std::string delegated{};
  std::string refusal{};  // token that comes with a refusal and says why (CredSSP)
  Clock::time_point received;
  Clock::time_point held_until;
  Clock::time_point due;  // of those whose answer waits

  LoginState() = default;
  LoginState(LoginState&&) = default;
  LoginState& operator=(LoginState&&) = default;
  ~LoginState();
};

// A check under way. Equal log-ins at the same time wait for one. Wipes the password when it goes.
struct CheckState {
  std::vector<std::uint64_t> logins;
  Mac mac{};
  bool by_pam = false;     // PAM is to check the password
  std::string password{};  // for PAM
  std::string peer;
  Admission admission{};

  CheckState() = default;
  CheckState(CheckState&&) = default;
  CheckState& operator=(CheckState&&) = default;
  ~CheckState();
};

}  // namespace winrmd::auth
