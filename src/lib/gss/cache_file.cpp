#include <string.h>

#include "lib/gss/krb5_objects.hpp"

namespace winrmd::gss {
namespace {

// Version 4 of the format of FILE caches, without header fields.
constexpr std::string_view file_header("\x05\x04\x00\x00", 4);

void append_number(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

void append_data(std::string& out, const krb5_data& data) {
  append_number(out, data.length);
  out.append(data.data, data.length);
}

void append_principal(std::string& out, krb5_const_principal principal) {
  append_number(out, static_cast<std::uint32_t>(principal->type));
  append_number(out, static_cast<std::uint32_t>(principal->length));
  append_data(out, principal->realm);
  for (krb5_int32 i = 0; i < principal->length; ++i) append_data(out, principal->data[i]);
}

// The library marshals tickets in the layout of that version.
krb5_error_code append_tickets(krb5_context context, krb5_ccache cache, std::string& out) {
  krb5_cc_cursor cursor = nullptr;
  krb5_error_code code = krb5_cc_start_seq_get(context, cache, &cursor);
  if (code != 0) return code;
  krb5_creds ticket{};
  while ((code = krb5_cc_next_cred(context, cache, &cursor, &ticket)) == 0) {
    krb5_data* bytes = nullptr;
    code = krb5_marshal_credentials(context, &ticket, &bytes);
    krb5_free_cred_contents(context, &ticket);
    if (code != 0) break;
    out.append(bytes->data, bytes->length);
    ::explicit_bzero(bytes->data, bytes->length);
    krb5_free_data(context, bytes);
  }
  krb5_cc_end_seq_get(context, cache, &cursor);
  return code == KRB5_CC_END ? 0 : code;
}

}  // namespace

std::unexpected<Error> krb5_failure(krb5_context context, std::string_view what, krb5_error_code code) {
  const char* text = krb5_get_error_message(context, code);
  Error error{std::string(what) + ": " + text};
  krb5_free_error_message(context, text);
  return std::unexpected(std::move(error));
}

Result<std::string> cache_file(krb5_context context, krb5_ccache cache) {
  Principal principal(context);
  if (const auto code = krb5_cc_get_principal(context, cache, principal.out())) {
    return krb5_failure(context, "a credential of nobody", code);
  }
  std::string out(file_header);
  append_principal(out, principal.get());
  if (const auto code = append_tickets(context, cache, out)) {
    ::explicit_bzero(out.data(), out.size());
    return krb5_failure(context, "cannot read a credential", code);
  }
  return out;
}

}  // namespace winrmd::gss
