#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>

#include "lib/tls/openssl.hpp"

namespace winrmd::tls {
namespace {

using NamesPtr = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;
using NamePtr = std::unique_ptr<GENERAL_NAME, Free<GENERAL_NAME_free>>;
using OctetsPtr = std::unique_ptr<ASN1_OCTET_STRING, Free<ASN1_OCTET_STRING_free>>;
using Ia5Ptr = std::unique_ptr<ASN1_IA5STRING, Free<ASN1_IA5STRING_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Free<BN_free>>;

constexpr std::size_t longest_common_name = 64;  // RFC 5280 appendix A.1
constexpr std::size_t longest_dns_name = 253;
constexpr int longest_validity_days = 36500;
constexpr unsigned rsa_bits = 2048;

bool is_dns_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_dns_name && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
           c == '_' || c == '*';
  });
}

// The alternative name for an IP address or a DNS name; null for anything else. Made as objects: OpenSSL's
// configuration syntax would let a name bring others with it.
NamePtr alternative_name(const std::string& text) {
  std::array<unsigned char, 16> address{};
  int size = 0;
  if (inet_pton(AF_INET, text.c_str(), address.data()) == 1) size = 4;
  if (inet_pton(AF_INET6, text.c_str(), address.data()) == 1) size = 16;
  NamePtr name(GENERAL_NAME_new());
  if (!name) return nullptr;
  if (size > 0) {
    OctetsPtr octets(ASN1_OCTET_STRING_new());
    if (!octets || ASN1_OCTET_STRING_set(octets.get(), address.data(), size) != 1) return nullptr;
    GENERAL_NAME_set0_value(name.get(), GEN_IPADD, octets.release());
    return name;
  }
  Ia5Ptr dns(ASN1_IA5STRING_new());
  if (!is_dns_name(text) || !dns || ASN1_STRING_set(dns.get(), text.data(), static_cast<int>(text.size())) != 1) {
    return nullptr;
  }
  GENERAL_NAME_set0_value(name.get(), GEN_DNS, dns.release());
  return name;
}

Result<void> add_names(X509* certificate, const std::vector<std::string>& names) {
  const NamesPtr list(GENERAL_NAMES_new());
  if (!list) return openssl_failure("out of memory");
  for (const auto& text : names) {
    NamePtr name = alternative_name(text);
    if (!name) return fail("neither a DNS name nor an IP address: '" + text + "'");
    if (sk_GENERAL_NAME_push(list.get(), name.get()) <= 0) return openssl_failure("out of memory");
    [[maybe_unused]] const auto* given = name.release();  // the list has it now
  }
  if (X509_add1_ext_i2d(certificate, NID_subject_alt_name, list.get(), 0, X509V3_ADD_DEFAULT) != 1) {
    return openssl_failure("the names cannot be added");
  }
  return {};
}

bool add_extensions(X509* certificate, KeyKind kind) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const char* usage =
      kind == KeyKind::rsa_2048 ? "critical,digitalSignature,keyEncipherment" : "critical,digitalSignature";
  // No CA: whoever trusts this certificate trusts this server and nobody its key could vouch for.
  const std::pair<int, const char*> extensions[] = {{NID_basic_constraints, "critical,CA:FALSE"},
                                                    {NID_key_usage, usage},
                                                    {NID_ext_key_usage, "serverAuth"},
                                                    {NID_subject_key_identifier, "hash"}};
  return std::ranges::all_of(extensions, [&](const auto& extension) {
    const ExtensionPtr made(X509V3_EXT_conf_nid(nullptr, &context, extension.first, extension.second));
    return made && X509_add_ext(certificate, made.get(), -1) == 1;
  });
}

bool set_random_serial(X509* certificate) {
  const NumberPtr number(BN_new());
  return number && BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_subject(X509* certificate, std::string_view name) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  if (name.empty() || name.size() > longest_common_name) name = "winrmd";
  return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.data()),
                                    static_cast<int>(name.size()), -1, 0) == 1 &&
         X509_set_issuer_name(certificate, subject) == 1;
}

bool set_validity(X509* certificate, int days) {
  constexpr long hour = 3600;
  return X509_gmtime_adj(X509_getm_notBefore(certificate), -hour) != nullptr &&
         X509_time_adj_ex(X509_getm_notAfter(certificate), days, 0, nullptr) != nullptr;
}

template <class Write>
Result<std::string> to_pem(Write write_to) {
  const BioPtr memory(BIO_new(BIO_s_secmem()));  // wiped when freed
  if (!memory || write_to(memory.get()) != 1) return openssl_failure("no PEM text can be written");
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

}  // namespace

Result<SelfSigned> make_self_signed(const std::vector<std::string>& names, int days, KeyKind kind) {
  ERR_clear_error();
  if (names.empty()) return fail("a certificate needs a name");
  if (days < 1 || days > longest_validity_days) return fail("a certificate is valid for 1 to 36500 days");
  const KeyPtr key(kind == KeyKind::rsa_2048 ? EVP_RSA_gen(rsa_bits) : EVP_EC_gen("P-256"));
  const CertificatePtr certificate(X509_new());
  if (!key || !certificate) return openssl_failure("no key can be made");
  X509* x509 = certificate.get();
  if (auto done = add_names(x509, names); !done) return std::unexpected(std::move(done.error()));
  if (X509_set_version(x509, X509_VERSION_3) != 1 || !set_random_serial(x509) || !set_subject(x509, names.front()) ||
      !set_validity(x509, days) || X509_set_pubkey(x509, key.get()) != 1 || !add_extensions(x509, kind) ||
      X509_sign(x509, key.get(), EVP_sha256()) == 0) {
    return openssl_failure("no certificate can be made");
  }
  auto certificate_pem = to_pem([&](BIO* out) { return PEM_write_bio_X509(out, x509); });
  if (!certificate_pem) return std::unexpected(std::move(certificate_pem.error()));
  auto key_pem = to_pem(
      [&](BIO* out) { return PEM_write_bio_PKCS8PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  if (!key_pem) return std::unexpected(std::move(key_pem.error()));
  return SelfSigned{std::move(*certificate_pem), std::move(*key_pem)};
}

}  // namespace winrmd::tls
