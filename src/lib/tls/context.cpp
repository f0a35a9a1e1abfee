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

// A ticket holds the client's certificate without its chain and without the verdict on it, so such a session is not
// resumed: the client shows its certificate again.
SSL_TICKET_RETURN look_at_ticket(SSL*, SSL_SESSION* session, const unsigned char*, std::size_t,
                                 SSL_TICKET_STATUS status, void*) {
  if (status != SSL_TICKET_SUCCESS && status != SSL_TICKET_SUCCESS_RENEW) return SSL_TICKET_RETURN_IGNORE_RENEW;
  if (SSL_SESSION_get0_peer(session) != nullptr) return SSL_TICKET_RETURN_IGNORE_RENEW;
  return status == SSL_TICKET_SUCCESS_RENEW ? SSL_TICKET_RETURN_USE_RENEW : SSL_TICKET_RETURN_USE;
}

Result<void> set_up(SSL_CTX* context, bool tls_1_3) {
  constexpr std::string_view session_id_context = "winrmd";
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);          // idle connections are many
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets need no memory of ours
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_max_proto_version(context, tls_1_3 ? 0 : TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_session_ticket_cb(context, nullptr, look_at_ticket, nullptr) != 1 ||
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

Result<std::shared_ptr<ServerContext>> ServerContext::create(std::string_view certificate_pem, std::string_view key_pem,
                                                             const ServerOptions& options) {
  ERR_clear_error();
  auto impl = std::make_unique<Impl>();
  impl->context.reset(SSL_CTX_new(TLS_server_method()));
  if (!impl->context) return openssl_failure("TLS cannot be set up");
  SSL_CTX* context = impl->context.get();
  if (auto done = set_up(context, options.tls_1_3); !done) return std::unexpected(std::move(done.error()));
  if (auto done = use_certificates(context, certificate_pem); !done) return std::unexpected(std::move(done.error()));
  if (auto done = use_key(context, key_pem); !done) return std::unexpected(std::move(done.error()));
  if (!options.client_ca_pem.empty()) {
    auto done = ask_for_client_certificate(context, options.client_ca_pem);
    if (!done) return std::unexpected(std::move(done.error()));
  }
  const X509* certificate = SSL_CTX_get0_certificate(context);
  auto binding = end_point_binding(certificate);
  if (!binding) return std::unexpected(std::move(binding.error()));
  impl->channel_binding = std::move(*binding);
  impl->subject_public_key = subject_public_key_of(certificate);
  return std::shared_ptr<ServerContext>(new ServerContext(std::move(impl)));
}

const std::string& ServerContext::channel_binding() const { return impl_->channel_binding; }
const std::string& ServerContext::subject_public_key() const { return impl_->subject_public_key; }

}  // namespace winrmd::tls
