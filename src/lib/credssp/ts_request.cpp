#include "lib/credssp/ts_request.hpp"

#include <fmt/format.h>

#include "lib/credssp/der.hpp"

namespace winrmd::credssp {
namespace {

using der::context_tag;
using der::Reader;

enum Field : unsigned { version_field, tokens_field, auth_info_field, pub_key_field, error_field, nonce_field };

// NegoData is a SEQUENCE OF, and yet no peer sends anything but one token.
Result<std::string> read_token(Reader& fields) {
  const auto list = fields.take_only(context_tag(tokens_field), der::tag_sequence);
  if (!list) return std::unexpected(list.error());
  Reader entries(*list);
  auto entry = entries.enter(der::tag_sequence);
  if (!entry) return std::unexpected(entry.error());
  const auto token = entry->take_only(context_tag(0), der::tag_octets);
  if (!token) return std::unexpected(token.error());
  if (!entry->at_end() || !entries.at_end()) return fail("a TSRequest with more than one token");
  return std::string(*token);
}

Result<void> read_octets(Reader& fields, Field field, std::optional<std::string>& value) {
  if (!fields.next_is(context_tag(field))) return {};
  const auto contents = fields.take_only(context_tag(field), der::tag_octets);
  if (!contents) return std::unexpected(contents.error());
  value = std::string(*contents);
  return {};
}

Result<std::uint32_t> read_number(Reader& fields, Field field) {
  const auto contents = fields.take_only(context_tag(field), der::tag_integer);
  if (!contents) return std::unexpected(contents.error());
  return der::to_uint32(*contents);
}

Result<void> read_fields(Reader& fields, TsRequest& request) {
  const auto version = read_number(fields, version_field);
  if (!version) return std::unexpected(version.error());
  request.version = *version;
  if (*version < oldest_version || *version > INT32_MAX) return fail(fmt::format("CredSSP version {}", *version));
  if (fields.next_is(context_tag(tokens_field))) {
    auto token = read_token(fields);
    if (!token) return std::unexpected(token.error());
    request.token = std::move(*token);
  }
  if (auto read = read_octets(fields, auth_info_field, request.auth_info); !read) return read;
  if (auto read = read_octets(fields, pub_key_field, request.pub_key_auth); !read) return read;
  if (fields.next_is(context_tag(error_field))) {
    const auto code = read_number(fields, error_field);
    if (!code) return std::unexpected(code.error());
    request.error_code = *code;
  }
  if (auto read = read_octets(fields, nonce_field, request.nonce); !read) return read;
  if (request.nonce && request.nonce->size() != nonce_size) {
    return fail(fmt::format("a CredSSP nonce of {} bytes", request.nonce->size()));
  }
  return {};
}

std::string octets_field(Field field, std::string_view contents) {
  return der::element(context_tag(field), der::element(der::tag_octets, contents));
}

}  // namespace

Result<TsRequest> decode_request(std::string_view der) {
  if (der.size() > largest_request) return fail(fmt::format("a TSRequest of {} bytes", der.size()));
  Reader outside(der);
  auto fields = outside.enter(der::tag_sequence);
  if (!fields) return std::unexpected(fields.error());
  if (!outside.at_end()) return fail("something behind the TSRequest");
  TsRequest request;
  if (auto read = read_fields(*fields, request); !read) return std::unexpected(read.error());
  if (!fields->at_end()) return fail("a field of TSRequest that is unknown, repeated or out of order");
  return request;
}

std::string encode(const TsRequest& request) {
  std::string fields = der::element(context_tag(version_field), der::integer(request.version));
  if (request.token) {
    const auto entry = der::element(context_tag(0), der::element(der::tag_octets, *request.token));
    fields += der::element(context_tag(tokens_field),
                           der::element(der::tag_sequence, der::element(der::tag_sequence, entry)));
  }
  if (request.auth_info) fields += octets_field(auth_info_field, *request.auth_info);
  if (request.pub_key_auth) fields += octets_field(pub_key_field, *request.pub_key_auth);
  if (request.error_code) {
    fields += der::element(context_tag(error_field), der::signed_integer(*request.error_code));
  }
  if (request.nonce) fields += octets_field(nonce_field, *request.nonce);
  return der::element(der::tag_sequence, fields);
}

}  // namespace winrmd::credssp
