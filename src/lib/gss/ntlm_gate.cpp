#include "lib/gss/ntlm_gate.hpp"

#include "lib/gss/gss.hpp"
#include "lib/text/utf.hpp"

namespace winrmd::gss {
namespace {

constexpr std::string_view signature("NTLMSSP\0", 8);

constexpr std::uint32_t negotiate_message = 1;
constexpr std::uint32_t challenge_message = 2;
constexpr std::uint32_t authenticate_message = 3;

constexpr std::size_t negotiate_flags_at = 12;
constexpr std::size_t challenge_flags_at = 20;
constexpr std::size_t whole_negotiate_size = 40;

// Places of the fields of an AUTHENTICATE message: 2 bytes size, 2 ignored, 4 offset.
constexpr std::size_t nt_response_at = 20;
constexpr std::size_t field_list_begins = 12;
constexpr std::size_t field_list_ends = 60;
constexpr std::size_t field_size = 8;
constexpr std::size_t domain_at = 28;
constexpr std::size_t user_at = 36;
constexpr std::size_t session_key_at = 52;
// The library copies a checksum from behind the fields and the version, whether there is one or not.
constexpr std::size_t least_authenticate_size = 88;
// NTLM version 2: a proof of 16 bytes, then a structure of 28 and more. Version 1 has 24 bytes.
constexpr std::size_t least_nt_response = 44;
constexpr std::size_t session_key_size = 16;

std::uint32_t number(std::string_view bytes, std::size_t at, unsigned size) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < size; ++i) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return value;
}

std::size_t size_of_field(std::string_view message, std::size_t at) { return number(message, at, 2); }

Result<void> check_fields(std::string_view message) {
  for (auto at = field_list_begins; at < field_list_ends; at += field_size) {
    const auto size = size_of_field(message, at);
    const auto offset = number(message, at + 4, 4);
    if (size != 0 && (offset > message.size() || size > message.size() - offset)) {
      return fail("an NTLM message with a field beyond its end");
    }
  }
  return {};
}

Result<void> check_authenticate(std::string_view message, std::optional<std::uint32_t> negotiated) {
  if (!negotiated) return fail("an NTLM answer without a challenge");
  if (message.size() < least_authenticate_size) return fail("an NTLM answer that is cut short");
  if (auto fields = check_fields(message); !fields) return fields;
  if (size_of_field(message, nt_response_at) < least_nt_response) return fail("an NTLM answer that is not version 2");
  const auto user = size_of_field(message, user_at);
  if (user == 0) return fail("an anonymous NTLM log-in");
  if (user > max_ntlm_name_size || size_of_field(message, domain_at) > max_ntlm_name_size) {
    return fail("an NTLM answer with a name that is too long");
  }
  if ((*negotiated & ntlm_key_exchange) != 0 && size_of_field(message, session_key_at) != session_key_size) {
    return fail("an NTLM answer with a session key of a wrong size");
  }
  return {};
}

}  // namespace

// Whatever the signature stands in, it might be what the library takes for a message: all of them must pass.
Result<void> check_ntlm(std::string_view token, std::optional<std::uint32_t> negotiated) {
  for (auto at = token.find(signature); at != std::string_view::npos; at = token.find(signature, at + 1)) {
    const auto message = token.substr(at);
    if (message.size() < negotiate_flags_at + 4) return fail("an NTLM message that is cut short");
    const auto type = number(message, signature.size(), 4);
    if (type == negotiate_message) continue;
    if (type != authenticate_message) return fail("an NTLM message that clients do not send");
    if (auto checked = check_authenticate(message, negotiated); !checked) return checked;
  }
  return {};
}

std::optional<std::string> fill_up(std::string_view token) {
  if (!token.starts_with(signature) || !begins(token) || token.size() >= whole_negotiate_size) return std::nullopt;
  std::string whole(token);
  whole.resize(whole_negotiate_size, '\0');
  return whole;
}

std::optional<std::uint32_t> challenge_flags(std::string_view token) {
  const auto at = token.find(signature);
  if (at == std::string_view::npos) return std::nullopt;
  const auto message = token.substr(at);
  if (message.size() < challenge_flags_at + 4) return std::nullopt;
  if (number(message, signature.size(), 4) != challenge_message) return std::nullopt;
  return number(message, challenge_flags_at, 4);
}

// The tag of an initial token of GSSAPI ([RFC 2743] 3.1), or NTLM's own.
bool begins(std::string_view token) {
  if (token.starts_with('\x60')) return true;
  return token.starts_with(signature) && token.size() >= signature.size() + 4 &&
         number(token, signature.size(), 4) == negotiate_message;
}

std::string claimed_user(std::string_view token) {
  const auto at = token.find(signature);
  if (at == std::string_view::npos) return {};
  const auto message = token.substr(at);
  if (message.size() < least_authenticate_size || number(message, signature.size(), 4) != authenticate_message)
    return {};
  const auto size = size_of_field(message, user_at);
  const auto offset = number(message, user_at + 4, 4);
  if (size > max_ntlm_name_size || offset > message.size() || size > message.size() - offset) return {};
  auto user = text::utf16_bytes_to_utf8(message.substr(offset, size), text::ByteOrder::little);
  return user ? std::move(*user) : std::string();
}

}  // namespace winrmd::gss
