#include "net/login/offer.hpp"

#include "lib/text/base64.hpp"
#include "net/login/authorization.hpp"

namespace winrmd::net {

bool offers(const Origin& origin, ipc::Scheme scheme) {
  const auto& listener = *origin.listener;
  switch (scheme) {
    case ipc::Scheme::basic:
      return listener.basic && !origin.needs_sealing();
    case ipc::Scheme::negotiate:
      return listener.negotiate;
    case ipc::Scheme::kerberos:
      return listener.kerberos;
    case ipc::Scheme::certificate:
      return listener.certificates && listener.tls;
    case ipc::Scheme::credssp:
      return listener.credssp;
  }
  return false;
}

http::Response bare(int status, bool close) { return {.status = status, .headers = {}, .body = {}, .close = close}; }

// A line of its own for each, since some clients read one only; never `NTLM`, which would be taken up without sealing.
// Certificates have no line.
http::Response offer(const Origin& origin) {
  auto response = bare(401, false);
  using enum ipc::Scheme;
  for (const auto scheme : {negotiate, kerberos, basic, credssp}) {
    if (!offers(origin, scheme)) continue;
    response.headers.emplace_back("WWW-Authenticate",
                                  scheme == basic ? std::string(R"(Basic realm="WSMAN")") : challenge(scheme, {}));
  }
  return response;
}

http::Response rejection(const Origin& origin) {
  auto response = offer(origin);
  response.close = true;
  return response;
}

http::Response next_leg(ipc::Scheme scheme, std::string_view token) {
  auto response = bare(401, false);
  response.headers.emplace_back("WWW-Authenticate", challenge(scheme, token));
  return response;
}

std::string challenge(ipc::Scheme scheme, std::string_view token) {
  std::string result(scheme_name(scheme));
  if (!token.empty()) result.append(" ").append(text::base64_encode(token));
  return result;
}

}  // namespace winrmd::net
