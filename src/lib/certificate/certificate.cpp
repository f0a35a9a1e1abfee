#include "lib/certificate/certificate.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <array>

#include "lib/certificate/openssl.hpp"
#include "lib/text/utf.hpp"

namespace winrmd::certificate {
namespace {

constexpr const char* upn_type = "1.3.6.1.4.1.311.20.2.3";

using NamesPtr = std::unique_ptr<GENERAL_NAMES, tls::Free<GENERAL_NAMES_free>>;
using TypePtr = std::unique_ptr<ASN1_OBJECT, tls::Free<ASN1_OBJECT_free>>;

// A name that some reader would cut short or see differently is no name.
Result<std::string> clean(std::string text) {
  const bool dirty = std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (dirty || !text::is_utf8(text)) return fail("a name of the certificate is not clean text");
  return text;
}

Result<std::string> to_text(const ASN1_STRING* value) {
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, value);
  if (size < 0) return tls::openssl_failure("a name of the certificate is not text");
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return clean(std::move(text));
}

Result<std::string> distinguished_name(const X509_NAME* name) {
  const tls::BioPtr out(BIO_new(BIO_s_mem()));
  if (!out) return tls::openssl_failure("out of memory");
  constexpr unsigned long flags = (XN_FLAG_ONELINE | XN_FLAG_DN_REV) & ~XN_FLAG_SPC_EQ & ~ASN1_STRFLGS_ESC_MSB;
  if (X509_NAME_print_ex(out.get(), name, 0, flags) < 0) return tls::openssl_failure("a bad distinguished name");
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return clean(std::string(data, static_cast<std::size_t>(size)));
}

Result<std::string> common_name(const X509_NAME* name) {
  int last = -1;
  for (int at = -1; (at = X509_NAME_get_index_by_NID(name, NID_commonName, at)) >= 0;) last = at;
  if (last < 0) return std::string();
  return to_text(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
}

Result<void> add(std::vector<std::string>& names, const ASN1_STRING* value) {
  auto text = to_text(value);
  if (!text) return std::unexpected(text.error());
  if (names.size() >= max_names) return fail("the certificate has too many names");
  names.push_back(std::move(*text));
  return {};
}

Result<void> add_alternative(Description& description, const GENERAL_NAME* name) {
  switch (name->type) {
    case GEN_EMAIL:
      return add(description.emails, name->d.rfc822Name);
    case GEN_DNS:
      return add(description.dns, name->d.dNSName);
    case GEN_URI:
      return add(description.uris, name->d.uniformResourceIdentifier);
    case GEN_OTHERNAME: {
      static const TypePtr upn(OBJ_txt2obj(upn_type, 1));
      if (OBJ_cmp(name->d.otherName->type_id, upn.get()) != 0) return {};
      if (name->d.otherName->value->type != V_ASN1_UTF8STRING) return fail("the UPN of the certificate is not UTF-8");
      return add(description.upns, name->d.otherName->value->value.utf8string);
    }
    default:
      return {};
  }
}

Result<void> add_alternatives(Description& description, const X509* certificate) {
  int critical = 0;
  const NamesPtr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, &critical, nullptr)));
  if (!names) {
    // -1: there is none. Otherwise there is one that cannot be read, or two.
    return critical == -1 ? Result<void>() : tls::openssl_failure("the certificate's alternative names are bad");
  }
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    if (auto added = add_alternative(description, sk_GENERAL_NAME_value(names.get(), i)); !added) return added;
  }
  return {};
}

Result<std::string> thumbprint(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha1(), digest.data(), &size) != 1) return tls::openssl_failure("no SHA-1");
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += digits[digest[i] >> 4];
    text += digits[digest[i] & 0x0F];
  }
  return text;
}

}  // namespace

Result<tls::CertificatePtr> parse(std::string_view der) {
  if (der.empty() || der.size() > max_certificate_size) return fail("a certificate is empty or too large");
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  tls::CertificatePtr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate) return tls::openssl_failure("a certificate is malformed");
  if (at != end) return fail("something comes behind a certificate");
  return certificate;
}

Result<Description> describe(const X509* certificate) {
  Description description;
  auto subject = distinguished_name(X509_get_subject_name(certificate));
  if (!subject) return std::unexpected(subject.error());
  auto issuer = distinguished_name(X509_get_issuer_name(certificate));
  if (!issuer) return std::unexpected(issuer.error());
  auto name = common_name(X509_get_subject_name(certificate));
  if (!name) return std::unexpected(name.error());
  auto print = thumbprint(certificate);
  if (!print) return std::unexpected(print.error());
  description.subject = std::move(*subject);
  description.issuer = std::move(*issuer);
  description.common_name = std::move(*name);
  description.thumbprint = std::move(*print);
  if (auto added = add_alternatives(description, certificate); !added) return std::unexpected(added.error());
  return description;
}

Result<Description> describe(std::string_view der) {
  auto certificate = parse(der);
  if (!certificate) return std::unexpected(certificate.error());
  auto description = describe(certificate->get());
  ERR_clear_error();
  return description;
}

}  // namespace winrmd::certificate
