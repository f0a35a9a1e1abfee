// Whatever is in a client's TLS session or under its seal: no crash, and what is understood comes out the same when it
// is written again.
#include <cstdint>
#include <cstdlib>

#include "lib/credssp/ts_credentials.hpp"
#include "lib/credssp/ts_request.hpp"
#include "lib/text/utf.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace winrmd::credssp;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto request = decode_request(bytes)) {
    const auto again = decode_request(encode(*request));
    if (!again || encode(*again) != encode(*request)) std::abort();
    // An error code may be written in a second way, with a zero byte in front; everything else has one.
    if (!request->error_code && encode(*request) != bytes) std::abort();
  }
  const auto credentials = decode_credentials(bytes);
  const auto inner = decode_password(credentials ? credentials->credentials : bytes);
  if (!inner) return 0;
  for (const auto& text : {inner->domain, inner->user, inner->password}) {
    if (!winrmd::text::is_utf8(text) || text.find('\0') != std::string::npos) std::abort();
  }
  if (credentials && encode_password(*inner, credentials->type) != bytes) {
    if (credentials->type < 0x80000000U) std::abort();  // a negative type is written as a positive one
  }
  return 0;
}
