#include "lib/credssp/ts_credentials.hpp"

#include <fmt/format.h>

#include "lib/credssp/der.hpp"
#include "lib/text/ascii.hpp"
#include "lib/text/utf.hpp"

namespace winrmd::credssp {
namespace {

using der::context_tag;
using der::Reader;

// Errors say which field, never what is in it.
Result<std::string> read_text(Reader& fields, unsigned number, std::string_view what, std::size_t longest) {
  const auto bytes = fields.take_only(context_tag(number), der::tag_octets);
  if (!bytes) return std::unexpected(bytes.error());
  if (bytes->size() > longest * 2) return fail(fmt::format("a delegated {} of {} bytes", what, bytes->size()));
  auto text = text::utf16_bytes_to_utf8(*bytes, text::ByteOrder::little);
  if (!text) return fail(fmt::format("a delegated {} that is not UTF-16", what));
  if (text->contains('\0')) {
    text::wipe(*text);
    return fail(fmt::format("a delegated {} with a NUL in it", what));
  }
  return text;
}

std::string utf16_octets(unsigned number, std::string_view utf8) {
  std::string bytes;
  for (const char16_t unit : text::to_utf16(utf8).value_or(u"")) {
    bytes += static_cast<char>(unit & 0xFF);
    bytes += static_cast<char>(unit >> 8);
  }
  return der::element(context_tag(number), der::element(der::tag_octets, bytes));
}

}  // namespace

PasswordCredentials::~PasswordCredentials() { text::wipe(password); }

Result<TsCredentials> decode_credentials(std::string_view der) {
  Reader outside(der);
  auto fields = outside.enter(der::tag_sequence);
  if (!fields) return std::unexpected(fields.error());
  const auto number = fields->take_only(context_tag(0), der::tag_integer);
  if (!number) return std::unexpected(number.error());
  const auto type = der::to_uint32(*number);
  if (!type) return std::unexpected(type.error());
  const auto credentials = fields->take_only(context_tag(1), der::tag_octets);
  if (!credentials) return std::unexpected(credentials.error());
  if (!fields->at_end() || !outside.at_end()) return fail("something behind the TSCredentials");
  return TsCredentials{.type = *type, .credentials = *credentials};
}

Result<PasswordCredentials> decode_password(std::string_view der) {
  Reader outside(der);
  auto fields = outside.enter(der::tag_sequence);
  if (!fields) return std::unexpected(fields.error());
  PasswordCredentials found;
  auto domain = read_text(*fields, 0, "domain", longest_name);
  if (!domain) return std::unexpected(domain.error());
  found.domain = std::move(*domain);
  auto user = read_text(*fields, 1, "user name", longest_name);
  if (!user) return std::unexpected(user.error());
  found.user = std::move(*user);
  auto password = read_text(*fields, 2, "password", longest_password);
  if (!password) return std::unexpected(password.error());
  found.password = std::move(*password);
  if (!fields->at_end() || !outside.at_end()) return fail("something behind the TSPasswordCreds");
  return found;
}

std::string encode_password(const PasswordCredentials& credentials, std::uint32_t type) {
  const auto inner =
      der::element(der::tag_sequence, utf16_octets(0, credentials.domain) + utf16_octets(1, credentials.user) +
                                          utf16_octets(2, credentials.password));
  return der::element(der::tag_sequence, der::element(context_tag(0), der::integer(type)) +
                                             der::element(context_tag(1), der::element(der::tag_octets, inner)));
}

}  // namespace winrmd::credssp
