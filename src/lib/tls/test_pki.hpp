// A certificate authority in memory, for tests.
#pragma once

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <string>

#include "lib/tls/openssl.hpp"

namespace winrmd::tls {

struct Issued {
  CertificatePtr certificate;
  KeyPtr key;

  [[nodiscard]] std::string pem() const {
    const BioPtr out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(out.get(), certificate.get());
    return text(out.get());
  }
  [[nodiscard]] std::string key_pem() const {
    const BioPtr out(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text(out.get());
  }
  [[nodiscard]] std::string der() const {
    std::string bytes(static_cast<std::size_t>(i2d_X509(certificate.get(), nullptr)), '\0');
    auto* at = reinterpret_cast<unsigned char*>(bytes.data());
    i2d_X509(certificate.get(), &at);
    return bytes;
  }

 private:
  static std::string text(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
  }
};

struct IssueOptions {
  bool authority = false;
  const char* usage = "clientAuth";
  int first_day = -1;  // from today
  int last_day = 1;
  const EVP_MD* hash = EVP_sha256();
  KeyPtr key{};  // null: a new P-256 key
  long serial = 7;
  const char* alternatives = nullptr;  // subjectAltName, as in `email:a@b,DNS:c`
};

inline void add_extension(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  ASSERT_NE(extension, nullptr);
  EXPECT_EQ(X509_add_ext(certificate, extension, -1), 1);
  X509_EXTENSION_free(extension);
}

// `issuer` null: self-signed.
inline Issued issue(const char* name, const Issued* issuer, IssueOptions options = {}) {
  Issued made{CertificatePtr(X509_new()), std::move(options.key)};
  if (!made.key) made.key.reset(EVP_EC_gen("P-256"));
  X509* x509 = made.certificate.get();
  X509_set_version(x509, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), options.serial);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_set_issuer_name(x509, X509_get_subject_name(issuer == nullptr ? x509 : issuer->certificate.get()));
  X509_time_adj_ex(X509_getm_notBefore(x509), options.first_day, 0, nullptr);
  X509_time_adj_ex(X509_getm_notAfter(x509), options.last_day, 0, nullptr);
  X509_set_pubkey(x509, made.key.get());
  add_extension(x509, NID_basic_constraints, options.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (!options.authority) add_extension(x509, NID_ext_key_usage, options.usage);
  if (options.alternatives != nullptr) add_extension(x509, NID_subject_alt_name, options.alternatives);
  X509_sign(x509, issuer == nullptr ? made.key.get() : issuer->key.get(), options.hash);
  return made;
}

// A revocation list of `issuer` that names one serial number.
inline std::string revoke(const Issued& issuer, long serial, int last_day = 1) {
  const std::unique_ptr<X509_CRL, Free<X509_CRL_free>> list(X509_CRL_new());
  X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.certificate.get()));
  const std::unique_ptr<ASN1_TIME, Free<ASN1_TIME_free>> when(X509_time_adj_ex(nullptr, -2, 0, nullptr));
  X509_CRL_set1_lastUpdate(list.get(), when.get());
  const std::unique_ptr<ASN1_TIME, Free<ASN1_TIME_free>> until(X509_time_adj_ex(nullptr, last_day, 0, nullptr));
  X509_CRL_set1_nextUpdate(list.get(), until.get());
  X509_REVOKED* entry = X509_REVOKED_new();
  const std::unique_ptr<ASN1_INTEGER, Free<ASN1_INTEGER_free>> number(ASN1_INTEGER_new());
  ASN1_INTEGER_set(number.get(), serial);
  X509_REVOKED_set_serialNumber(entry, number.get());
  X509_REVOKED_set_revocationDate(entry, when.get());
  X509_CRL_add0_revoked(list.get(), entry);
  X509_CRL_sort(list.get());
  X509_CRL_sign(list.get(), issuer.key.get(), EVP_sha256());
  const BioPtr out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_CRL(out.get(), list.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace winrmd::tls
