#include <openssl/err.h>
#include <openssl/pem.h>

#include "lib/tls/openssl.hpp"

namespace winrmd::tls {
namespace {

// OpenSSL ends the handshake when this returns 0. It does not: a client whose certificate is not trusted can still log
// in another way, and gets an answer that says so. The verdict stays with the connection (SSL_get_verify_result).
int judge(X509_STORE_CTX* check, void*) {
  const int verdict = X509_verify_cert(check);
  if (verdict != 1 && X509_STORE_CTX_get_error(check) == X509_V_OK) {
    X509_STORE_CTX_set_error(check, X509_V_ERR_UNSPECIFIED);
  }
  ERR_clear_error();
  return 1;
}

}  // namespace

Result<void> trust_issuers(X509_STORE* store, std::string_view pem) {
  const BioPtr source = read_from(pem);
  if (!source) return openssl_failure("out of memory");
  const InfosPtr infos(PEM_X509_INFO_read_bio(source.get(), nullptr, no_password, nullptr));
  if (!infos) return openssl_failure("bad PEM text of client_ca");
  int issuers = 0;
  bool revocation = false;
  for (int i = 0; i < sk_X509_INFO_num(infos.get()); ++i) {
    const X509_INFO* info = sk_X509_INFO_value(infos.get(), i);
    if (info->x509 != nullptr) {
      if (X509_STORE_add_cert(store, info->x509) != 1) return openssl_failure("a certificate of client_ca is bad");
      ++issuers;
    }
    if (info->crl != nullptr) {
      if (X509_STORE_add_crl(store, info->crl) != 1) return openssl_failure("a revocation list of client_ca is bad");
      revocation = true;
    }
  }
  ERR_clear_error();
  if (issuers == 0) return fail("no certificate in the PEM text of client_ca");
  const unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN | (revocation ? X509_V_FLAG_CRL_CHECK : 0UL);
  if (X509_STORE_set_flags(store, flags) != 1) return openssl_failure("client_ca cannot be set up");
  return {};
}

Result<void> ask_for_client_certificate(SSL_CTX* context, std::string_view client_ca_pem) {
  if (auto done = trust_issuers(SSL_CTX_get_cert_store(context), client_ca_pem); !done) return done;
  SSL_CTX_set_verify_depth(context, deepest_client_chain);
  SSL_CTX_set_cert_verify_callback(context, judge, nullptr);
  // No list of acceptable issuers goes out: some clients then offer nothing although their certificate would do.
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return {};
}

}  // namespace winrmd::tls
