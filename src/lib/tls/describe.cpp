#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <ctime>

#include "lib/tls/openssl.hpp"

namespace winrmd::tls {
namespace {

using NamesPtr = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;

std::string name_of(const X509_NAME* name) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string address_of(const ASN1_STRING* octets) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(octets) == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(octets) != 16) return {};
  const auto* made = inet_ntop(family, ASN1_STRING_get0_data(octets), text.data(), text.size());
  return made == nullptr ? std::string() : made;
}

std::vector<std::string> names_of(const X509* certificate) {
  std::vector<std::string> names;
  const NamesPtr list(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; list && i < sk_GENERAL_NAME_num(list.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(list.get(), i);
    if (name->type == GEN_DNS) names.push_back(text_of(name->d.dNSName));
    if (name->type == GEN_IPADD) names.push_back(address_of(name->d.iPAddress));
  }
  return names;
}

std::string time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts)};
}

std::string thumbprint(const X509* certificate, const EVP_MD* hash) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  std::string text;
  if (X509_digest(certificate, hash, bytes.data(), &size) != 1) return text;
  for (unsigned i = 0; i < size; ++i) {
    text += digits[bytes.at(i) >> 4];
    text += digits[bytes.at(i) & 15];
  }
  return text;
}

std::string key_of(const X509* certificate) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr) return "unknown";
  const int kind = EVP_PKEY_get_base_id(key);
  const std::string name = kind == EVP_PKEY_EC ? "ECDSA" : kind == EVP_PKEY_RSA ? "RSA" : OBJ_nid2sn(kind);
  return name + ", " + std::to_string(EVP_PKEY_get_bits(key)) + " bits";
}

}  // namespace

Result<CertificateInfo> describe_certificate(std::string_view pem) {
  ERR_clear_error();
  const BioPtr source = read_from(pem);
  if (!source) return openssl_failure("out of memory");
  const CertificatePtr certificate(PEM_read_bio_X509(source.get(), nullptr, no_password, nullptr));
  if (!certificate) return openssl_failure("no certificate in the PEM text");
  const X509* x509 = certificate.get();
  CertificateInfo info;
  info.subject = name_of(X509_get_subject_name(x509));
  info.issuer = name_of(X509_get_issuer_name(x509));
  info.names = names_of(x509);
  info.key = key_of(x509);
  info.not_before = time_of(X509_get0_notBefore(x509));
  info.not_after = time_of(X509_get0_notAfter(x509));
  info.valid_now =
      X509_cmp_current_time(X509_get0_notBefore(x509)) < 0 && X509_cmp_current_time(X509_get0_notAfter(x509)) > 0;
  info.self_signed = X509_self_signed(certificate.get(), 1) == 1;
  info.sha1 = thumbprint(x509, EVP_sha1());
  info.sha256 = thumbprint(x509, EVP_sha256());
  ERR_clear_error();
  return info;
}

}  // namespace winrmd::tls
