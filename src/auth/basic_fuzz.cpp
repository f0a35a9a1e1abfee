// Whatever a client puts into a Basic header: no crash, and text that comes out is UTF-8.
#include <cstdint>
#include <cstdlib>

#include "auth/accounts.hpp"
#include "auth/basic.hpp"
#include "lib/text/utf.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto credentials = winrmd::auth::parse_basic({reinterpret_cast<const char*>(data), size});
  if (!credentials) return 0;
  if (credentials->user.empty() || !winrmd::text::is_utf8(credentials->user)) std::abort();
  if (!winrmd::text::is_utf8(credentials->password)) std::abort();
  const auto parts = winrmd::auth::split_name({.text = credentials->user});
  if (parts && (parts->user.empty() || parts->user.size() + parts->realm.size() > credentials->user.size())) {
    std::abort();
  }
  return 0;
}
