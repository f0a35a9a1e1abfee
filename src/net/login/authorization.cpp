#include "net/login/authorization.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/text/ascii.hpp"
#include "lib/text/base64.hpp"

namespace winrmd::net {
namespace {

constexpr std::array<std::pair<ipc::Scheme, std::string_view>, 5> names{{
    {ipc::Scheme::basic, "Basic"},
    {ipc::Scheme::negotiate, "Negotiate"},
    {ipc::Scheme::kerberos, "Kerberos"},
    {ipc::Scheme::certificate, certificate_profile},
    {ipc::Scheme::credssp, "CredSSP"},
}};

}  // namespace

Credentials::~Credentials() { text::wipe(token); }

std::string_view scheme_name(ipc::Scheme scheme) {
  return std::ranges::find(names, scheme, &std::pair<ipc::Scheme, std::string_view>::first)->second;
}

Result<Credentials> parse_authorization(std::string_view value) {
  const auto name = value.substr(0, value.find(' '));
  auto rest = value.substr(name.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const auto known =
      std::ranges::find_if(names, [name](const auto& entry) { return text::iequals(entry.second, name); });
  if (known == names.end()) return fail("an unknown scheme");
  const auto scheme = known->first;
  if (scheme == ipc::Scheme::certificate) {
    if (!rest.empty()) return fail("something behind the profile of certificates");
    return Credentials(scheme, {});
  }
  if (rest.find_first_of(" \t\r\n") != std::string_view::npos) return fail("white space in a token");
  auto token = text::base64_decode(rest);
  if (!token) return fail("a token that is not base64");
  return Credentials(scheme, std::move(*token));
}

}  // namespace winrmd::net
