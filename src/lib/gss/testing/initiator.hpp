// The client's side of a log-in, for tests: the same library, which knows all the protocols.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/gss/handles.hpp"

namespace winrmd::gss::testing {

enum class Way : std::uint8_t { ntlm, kerberos, spnego };

struct Client {
  Way way = Way::ntlm;
  // NTLM, raw or in SPNEGO: a name like `alice` or `DOMAIN\alice`, and its password. Kerberos takes the ticket of the
  // cache that KRB5CCNAME names: then both are empty.
  std::string user{};
  std::string password{};
  std::string service{"HTTP@localhost"};
  OM_uint32 flags = GSS_C_MUTUAL_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG;
  std::string channel_binding{};
};

class Initiator {
 public:
  explicit Initiator(Client client);

  // The next token; nothing when the library refuses (see error()).
  std::optional<std::string> step(std::string_view reply = {});
  [[nodiscard]] bool complete() const { return complete_; }
  [[nodiscard]] const std::string& error() const { return error_; }

  // One wrap token; and the layout of clients of Kerberos, header first.
  std::string wrap(std::string_view plain);
  std::string sign(std::string_view plain);  // a wrap token that is not encrypted
  Sealed seal(std::string_view plain);
  std::optional<std::string> unseal(std::string_view header, std::string_view data);

 private:
  Client client_;
  Credential credential_;
  Name target_;
  Context context_;
  bool complete_ = false;
  std::string error_;
};

}  // namespace winrmd::gss::testing
