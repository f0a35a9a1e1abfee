#include <openssl/err.h>

#include "lib/certificate/openssl.hpp"

namespace winrmd::certificate {
namespace {

using StorePtr = std::unique_ptr<X509_STORE, tls::Free<X509_STORE_free>>;
using CheckPtr = std::unique_ptr<X509_STORE_CTX, tls::Free<X509_STORE_CTX_free>>;
using StackPtr = std::unique_ptr<STACK_OF(X509), tls::Free<[](STACK_OF(X509) * list) { sk_X509_free(list); }>>;

}  // namespace

struct Verifier::Impl {
  StorePtr store;
};

Result<Verifier> Verifier::create(std::string_view issuers_pem) {
  auto impl = std::make_shared<Impl>();
  impl->store.reset(X509_STORE_new());
  if (!impl->store) return tls::openssl_failure("out of memory");
  if (auto trusted = tls::trust_issuers(impl->store.get(), issuers_pem); !trusted) {
    return std::unexpected(trusted.error());
  }
  return Verifier(std::move(impl));
}

Result<std::vector<Description>> Verifier::verify(std::span<const std::string> chain, std::time_t when) const {
  if (chain.empty() || chain.size() > max_chain) return fail("no certificate, or too many");
  std::vector<tls::CertificatePtr> certificates;
  const StackPtr helpers(sk_X509_new_null());
  const CheckPtr check(X509_STORE_CTX_new());
  if (!helpers || !check) return tls::openssl_failure("out of memory");
  for (const auto& der : chain) {
    auto certificate = parse(der);
    if (!certificate) return std::unexpected(certificate.error());
    if (!certificates.empty() && sk_X509_push(helpers.get(), certificate->get()) <= 0) {
      return tls::openssl_failure("out of memory");
    }
    certificates.push_back(std::move(*certificate));
  }
  if (X509_STORE_CTX_init(check.get(), impl_->store.get(), certificates[0].get(), helpers.get()) != 1) {
    return tls::openssl_failure("the check cannot be set up");
  }
  X509_STORE_CTX_set_time(check.get(), 0, when);
  X509_VERIFY_PARAM_set_depth(X509_STORE_CTX_get0_param(check.get()), tls::deepest_client_chain);
  if (X509_STORE_CTX_set_default(check.get(), "ssl_client") != 1) {
    return tls::openssl_failure("the check cannot be set up");
  }
  const bool good = X509_verify_cert(check.get()) == 1;
  ERR_clear_error();
  if (!good) return fail(X509_verify_cert_error_string(X509_STORE_CTX_get_error(check.get())));
  std::vector<Description> verified;
  const STACK_OF(X509)* path = X509_STORE_CTX_get0_chain(check.get());
  for (int i = 0; i < sk_X509_num(path); ++i) {
    auto description = describe(sk_X509_value(path, i));
    if (!description) return std::unexpected(description.error());
    verified.push_back(std::move(*description));
  }
  return verified;
}

}  // namespace winrmd::certificate
