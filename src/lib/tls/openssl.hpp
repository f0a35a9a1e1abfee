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
using SessionPtr = std::unique_ptr<SSL, Free<SSL_free>>;

// Empties the error queue of this thread and returns `what` with the reason that was first in it.
std::unexpected<Error> openssl_failure(std::string_view what);

// A BIO that reads `text` where it is; null when memory is short.
BioPtr read_from(std::string_view text);

struct ServerContext::Impl {
  ContextPtr context;
};

}  // namespace winrmd::tls
