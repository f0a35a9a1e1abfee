// What is looked at of a client's token before the library sees it. Beside finding reads out of bounds: what the gate
// lets pass keeps the promises that the library relies on.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lib/gss/gss.hpp"
#include "lib/gss/ntlm_gate.hpp"

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

std::size_t field_size(std::string_view message, std::size_t at) {
  return static_cast<unsigned char>(message[at]) + 256U * static_cast<unsigned char>(message[at + 1]);
}

// A message of the last leg, from its signature on.
void check_promises(std::string_view message) {
  must(message.size() >= 88);
  must(field_size(message, 20) > 24);   // not version 1
  must(field_size(message, 36) > 0);    // somebody
  must(field_size(message, 52) == 16);  // the session key
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view token(reinterpret_cast<const char*>(data), size);
  const auto passed = winrmd::gss::check_ntlm(token, winrmd::gss::ntlm_key_exchange).has_value();
  static_cast<void>(winrmd::gss::check_ntlm(token, std::nullopt).has_value());
  const auto user = winrmd::gss::claimed_user(token);
  must(user.size() <= 2 * winrmd::gss::max_ntlm_name_size);
  static_cast<void>(winrmd::gss::begins(token));
  static_cast<void>(winrmd::gss::challenge_flags(token));
  if (!passed) return 0;
  constexpr std::string_view last_leg("NTLMSSP\0\3\0\0\0", 12);
  for (auto at = token.find(last_leg); at != std::string_view::npos; at = token.find(last_leg, at + 1)) {
    check_promises(token.substr(at));
  }
  return 0;
}
