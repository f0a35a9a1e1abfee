// What the files here share of OpenSSL: owners for its objects, its error queue as text.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.hpp"
#include "lib/tls/tls.hpp"

namespace winrmd::tls {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};

using BioPtr = std::unique_ptr<BIO, Free<BIO_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Free<X509_free>>;
using ContextPtr = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using InfosPtr = std::unique_ptr<STACK_OF(X509_INFO),
                                 Free<[](STACK_OF(X509_INFO) * list) { sk_X509_INFO_pop_free(list, X509_INFO_free); }>>;
using SessionPtr = std::unique_ptr<SSL, Free<SSL_free>>;

// Empties the error queue of this thread and returns `what` with the reason that was first in it.
std::unexpected<Error> openssl_failure(std::string_view what);

// A BIO that reads `text` where it is; null when memory is short.
BioPtr read_from(std::string_view text);

// A key in a configuration must not make the service ask for a password at a terminal, as OpenSSL does by itself.
inline int no_password(char*, int, int, void*) { return -1; }

// Issuers between a client's certificate and the trusted one.
inline constexpr int deepest_client_chain = 8;
// Takes the certificates in `client_ca_pem` as trusted, each by itself, and its revocation lists.
Result<void> trust_issuers(X509_STORE* store, std::string_view client_ca_pem);
// Asks clients for a certificate, checks it against `client_ca_pem`, and goes on whatever comes out.
Result<void> ask_for_client_certificate(SSL_CTX* context, std::string_view client_ca_pem);

// The two properties of a certificate that log-in protocols bind themselves to; see ServerContext.
Result<std::string> end_point_binding(const X509* certificate);
std::string subject_public_key_of(const X509* certificate);

struct ServerContext::Impl {
  ContextPtr context;
  std::string channel_binding;
  std::string subject_public_key;
};

}  // namespace winrmd::tls
