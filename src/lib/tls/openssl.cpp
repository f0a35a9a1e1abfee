#include "lib/tls/openssl.hpp"

#include <openssl/err.h>

#include <limits>

namespace winrmd::tls {

std::unexpected<Error> openssl_failure(std::string_view what) {
  std::string message(what);
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  if (reason != nullptr) message.append(": ").append(reason);
  return std::unexpected(Error{std::move(message)});
}

BioPtr read_from(std::string_view text) {
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return nullptr;
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

}  // namespace winrmd::tls
