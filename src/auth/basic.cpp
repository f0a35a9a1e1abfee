#include "auth/basic.hpp"

#include "lib/text/ascii.hpp"
#include "lib/text/utf.hpp"

namespace winrmd::auth {
namespace {

std::string from_latin1(std::string_view bytes) {
  std::string utf8;
  utf8.reserve(bytes.size() * 2);  // no reallocation leaves a copy of the password behind
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      utf8 += c;
    } else {
      utf8 += static_cast<char>(0xC0 | (byte >> 6));
      utf8 += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return utf8;
}

}  // namespace

BasicCredentials::~BasicCredentials() { text::wipe(password); }

Result<BasicCredentials> parse_basic(std::string_view bytes) {
  if (bytes.size() > max_credentials_size) return fail("credentials are too long");
  const auto colon = bytes.find(':');
  if (colon == std::string_view::npos) return fail("credentials have no colon");
  if (colon == 0) return fail("credentials have no user");
  const bool utf8 = text::is_utf8(bytes);
  BasicCredentials credentials;
  credentials.user = utf8 ? std::string(bytes.substr(0, colon)) : from_latin1(bytes.substr(0, colon));
  credentials.password = utf8 ? std::string(bytes.substr(colon + 1)) : from_latin1(bytes.substr(colon + 1));
  return credentials;
}

}  // namespace winrmd::auth
