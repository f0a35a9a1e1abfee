// Authorization headers from arbitrary bytes: no crash, and what was accepted reads the same when it is written down
// anew.
#include <cstdint>
#include <cstdlib>

#include "lib/text/base64.hpp"
#include "net/login/authorization.hpp"

using namespace winrmd;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  const auto credentials = net::parse_authorization(value);
  if (!credentials) return 0;
  if (credentials->token.size() > size) std::abort();
  std::string again(net::scheme_name(credentials->scheme));
  if (!credentials->token.empty()) again.append(" ").append(text::base64_encode(credentials->token));
  const auto reread = net::parse_authorization(again);
  if (!reread || reread->scheme != credentials->scheme || reread->token != credentials->token) std::abort();
  return 0;
}
