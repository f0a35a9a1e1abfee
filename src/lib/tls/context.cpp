#include <openssl/err.h>
#include <openssl/pem.h>

#include "lib/tls/openssl.hpp"

namespace winrmd::tls {
namespace {

constexpr std::string_view http_1_1 = "\x08http/1.1";

// Cipher suites of TLS 1.2, all with forward secrecy; CBC ones last, for clients of Windows Server 2012. Those of
// TLS 1.3 are OpenSSL's.
constexpr const char* ciphers_1_2 =
    "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:ECDHE+AES:!aNULL:!eNULL:!MD5:!DSS:!PSK:!SRP:!AESCCM";

// A key in a configuration must not make the service ask for a password at a terminal, as OpenSSL does by itself.
int no_password(char*, int, int, void*) { return -1; }

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  const auto* ours = reinterpret_cast<const unsigned char*>(http_1_1.data());
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, chosen_size, ours, http_1_1.size(), offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;  // a client that offers something else only gets no agreement and decides itself
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

Result<void> use_certificates(SSL_CTX* context, std::string_view pem) {
  const BioPtr source = read_from(pem);
  if (!source) return openssl_failure("out of memory");
  const CertificatePtr own(PEM_read_bio_X509(source.get(), nullptr, no_password, nullptr));
  if (!own) return openssl_failure("no certificate in the PEM text");
  if (SSL_CTX_use_certificate(context, own.get()) != 1) return openssl_failure("the certificate cannot be used");
  for (;;) {
    CertificatePtr issuer(PEM_read_bio_X509(source.get(), nullptr, no_password, nullptr));
    if (!issuer) break;
    if (SSL_CTX_add0_chain_cert(context, issuer.get()) != 1) return openssl_failure("bad certificate chain");
    [[maybe_unused]] const auto* given = issuer.release();  // the context has it now
  }
  // The loop ends at the end of the text, or at something that is no certificate.
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) return openssl_failure("bad certificate chain");
  ERR_clear_error();
  return {};
}

Result<void> use_key(SSL_CTX* context, std::string_view pem) {
  const BioPtr source = read_from(pem);
  if (!source) return openssl_failure("out of memory");
  const KeyPtr key(PEM_read_bio_PrivateKey(source.get(), nullptr, no_password, nullptr));
  if (!key) return openssl_failure("no unencrypted private key in the PEM text");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return openssl_failure("the private key does not belong to the certificate");
  }
  return {};
}

Result<void> set_up(SSL_CTX* context) {
  constexpr std::string_view session_id_context = "winrmd";
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);          // idle connections are many
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets need no memory of ours
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 || SSL_CTX_set_max_proto_version(context, 0) != 1 ||
      SSL_CTX_set_max_early_data(context, 0) != 1 || SSL_CTX_set_recv_max_early_data(context, 0) != 1 ||
      SSL_CTX_set_cipher_list(context, ciphers_1_2) != 1 || SSL_CTX_set_dh_auto(context, 1) != 1 ||
      SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(session_id_context.data()),
                                     session_id_context.size()) != 1) {
    return openssl_failure("TLS cannot be set up");
  }
  return {};
}

}  // namespace

ServerContext::ServerContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ServerContext::~ServerContext() = default;

Result<std::shared_ptr<ServerContext>> ServerContext::create(std::string_view certificate_pem,
                                                             std::string_view key_pem) {
  ERR_clear_error();
  auto impl = std::make_unique<Impl>();
  impl->context.reset(SSL_CTX_new(TLS_server_method()));
  if (!impl->context) return openssl_failure("TLS cannot be set up");
  SSL_CTX* context = impl->context.get();
  if (auto done = set_up(context); !done) return std::unexpected(std::move(done.error()));
  if (auto done = use_certificates(context, certificate_pem); !done) return std::unexpected(std::move(done.error()));
  if (auto done = use_key(context, key_pem); !done) return std::unexpected(std::move(done.error()));
  return std::shared_ptr<ServerContext>(new ServerContext(std::move(impl)));
}

}  // namespace winrmd::tls
