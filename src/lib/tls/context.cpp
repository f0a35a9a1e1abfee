#include "lib/tls/context.hpp"

namespace winrmd::tls {
namespace {

// A key in a configuration must not make the service ask for a pass phrase at a terminal.
int no_pass_phrase(char*, int, int, void*) { return 0; }

// HTTP/1.1 is all there is; a client that offers only something else gets no agreement, and decides itself.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned int in_size, void*) {
  static constexpr unsigned char http[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, http, sizeof http - 1, in, in_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

Result<void> use_chain(SSL_CTX* context, std::string_view pem) {
  const auto bio = view(pem);
  const CertificatePtr leaf(PEM_read_bio_X509_AUX(bio.get(), nullptr, no_pass_phrase, nullptr));
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return fail("certificate: " + take_error());
  for (;;) {
    CertificatePtr next(PEM_read_bio_X509(bio.get(), nullptr, no_pass_phrase, nullptr));
    if (!next) break;
    if (SSL_CTX_add0_chain_cert(context, next.get()) != 1) return fail("certificate chain: " + take_error());
    (void)next.release();
  }
  // The loop ends at the end of the text, or at something that is no certificate.
  const auto last = ERR_peek_last_error();
  if (ERR_GET_LIB(last) != ERR_LIB_PEM || ERR_GET_REASON(last) != PEM_R_NO_START_LINE) {
    return fail("certificate chain: " + take_error());
  }
  ERR_clear_error();
  return {};
}

Result<void> use_key(SSL_CTX* context, std::string_view pem) {
  const auto bio = view(pem);
  const KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr));
  if (!key) return fail("private key: " + take_error());
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return fail("private key does not belong to the certificate: " + take_error());
  }
  return {};
}

}  // namespace

ServerContext::ServerContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ServerContext::~ServerContext() = default;

Result<std::shared_ptr<ServerContext>> ServerContext::create(std::string_view certificate_pem,
                                                             std::string_view key_pem) {
  auto impl = std::make_unique<Impl>();
  impl->context.reset(SSL_CTX_new(TLS_server_method()));
  auto* context = impl->context.get();
  if (context == nullptr) return fail("TLS: " + take_error());
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_max_early_data(context, 0);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  if (const auto used = use_chain(context, certificate_pem); !used) return std::unexpected(used.error());
  if (const auto used = use_key(context, key_pem); !used) return std::unexpected(used.error());
  return std::shared_ptr<ServerContext>(new ServerContext(std::move(impl)));
}

}  // namespace winrmd::tls
