#include <openssl/err.h>

#include "lib/tls/openssl.hpp"

namespace winrmd::tls {
namespace {

constexpr std::size_t record_size = 16U << 10;  // plain text in one TLS record, at most

}  // namespace

struct ServerSession::Impl {
  std::shared_ptr<ServerContext> context;  // lives as long as its sessions
  SessionPtr ssl;
  BIO* in = nullptr;  // both belong to `ssl`
  BIO* out = nullptr;
  bool established = false;  // stays so: what comes later (tickets, key updates) is SSL_read()'s business
  bool peer_closed = false;
  bool failed = false;

  std::unexpected<Error> fail(std::string_view what) {
    failed = true;
    return openssl_failure(what);
  }

  Result<void> put(std::string_view bytes);
  Result<void> shake_hands();
  Result<void> read(std::string& plain);
};

ServerSession::ServerSession(std::shared_ptr<ServerContext> context) : impl_(std::make_unique<Impl>()) {
  ERR_clear_error();
  impl_->context = std::move(context);
  impl_->ssl.reset(SSL_new(impl_->context->impl_->context.get()));
  BioPtr in(BIO_new(BIO_s_mem()));
  BioPtr out(BIO_new(BIO_s_mem()));
  if (!impl_->ssl || !in || !out) {
    impl_->failed = true;  // out of memory: the first call says so
    return;
  }
  impl_->in = in.get();
  impl_->out = out.get();
  SSL_set_bio(impl_->ssl.get(), in.release(), out.release());
  SSL_set_accept_state(impl_->ssl.get());
}

ServerSession::~ServerSession() = default;
ServerSession::ServerSession(ServerSession&&) noexcept = default;
ServerSession& ServerSession::operator=(ServerSession&&) noexcept = default;

Result<void> ServerSession::Impl::put(std::string_view bytes) {
  std::size_t written = 0;
  if (bytes.empty()) return {};
  if (BIO_write_ex(in, bytes.data(), bytes.size(), &written) != 1 || written != bytes.size()) {
    return fail("out of memory for TLS records");
  }
  return {};
}

Result<void> ServerSession::Impl::shake_hands() {
  if (established) return {};
  const int result = SSL_do_handshake(ssl.get());
  established = result == 1;
  if (established || SSL_get_error(ssl.get(), result) == SSL_ERROR_WANT_READ) return {};
  return fail("TLS handshake failed");
}

Result<void> ServerSession::Impl::read(std::string& plain) {
  while (established && !peer_closed) {
    const std::size_t before = plain.size();
    std::size_t n = 0;
    int result = 0;
    plain.resize_and_overwrite(before + record_size, [&](char* text, std::size_t) {
      result = SSL_read_ex(ssl.get(), text + before, record_size, &n);
      return before + (result == 1 ? n : 0);
    });
    if (result == 1) continue;
    switch (SSL_get_error(ssl.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return {};
      case SSL_ERROR_ZERO_RETURN:
        peer_closed = true;
        return {};
      default:
        return fail("bad TLS record");
    }
  }
  return {};
}

Result<void> ServerSession::received(std::string_view bytes, std::string& plain) {
  if (impl_->failed) return winrmd::fail("the TLS session is over");
  if (impl_->peer_closed) return {};  // what follows close_notify is no data (RFC 8446 6.1)
  ERR_clear_error();
  if (auto done = impl_->put(bytes); !done) return done;
  if (auto done = impl_->shake_hands(); !done) return done;
  return impl_->read(plain);
}

Result<void> ServerSession::write(std::string_view plain) {
  if (impl_->failed) return winrmd::fail("the TLS session is over");
  if (!handshake_done()) return winrmd::fail("nothing can be sent before the TLS handshake is done");
  ERR_clear_error();
  while (!plain.empty()) {
    std::size_t written = 0;
    if (SSL_write_ex(impl_->ssl.get(), plain.data(), plain.size(), &written) != 1) {
      return impl_->fail("TLS write failed");
    }
    plain.remove_prefix(written);
  }
  return {};
}

void ServerSession::pending(std::string& out) {
  if (impl_->out == nullptr) return;
  char* data = nullptr;
  const long size = BIO_get_mem_data(impl_->out, &data);
  if (size <= 0) return;
  out.append(data, static_cast<std::size_t>(size));
  (void)BIO_reset(impl_->out);
}

bool ServerSession::handshake_done() const { return impl_->established; }

std::vector<std::string> ServerSession::peer_certificates() const {
  const SSL* ssl = impl_->ssl.get();
  std::vector<std::string> all;
  // A verdict without a certificate is "good", and so is that of a resumed session, which had none.
  if (!impl_->established || SSL_get0_peer_certificate(ssl) == nullptr || SSL_get_verify_result(ssl) != X509_V_OK) {
    return all;
  }
  const STACK_OF(X509)* chain = SSL_get0_verified_chain(ssl);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    const X509* certificate = sk_X509_value(chain, i);
    const int size = i2d_X509(certificate, nullptr);
    if (size <= 0) return {};
    std::string der(static_cast<std::size_t>(size), '\0');
    auto* at = reinterpret_cast<unsigned char*>(der.data());
    if (i2d_X509(certificate, &at) != size) return {};
    all.push_back(std::move(der));
  }
  return all;
}

std::string ServerSession::peer_certificate_error() const {
  const SSL* ssl = impl_->ssl.get();
  if (!impl_->established || SSL_get0_peer_certificate(ssl) == nullptr) return {};
  const long verdict = SSL_get_verify_result(ssl);
  return verdict == X509_V_OK ? std::string() : X509_verify_cert_error_string(verdict);
}

std::size_t ServerSession::record_header_size() const {
  constexpr std::size_t plain_header = 5;
  const SSL* ssl = impl_->ssl.get();
  const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl);
  if (cipher == nullptr || SSL_version(ssl) != TLS1_2_VERSION) return plain_header;
  if (SSL_CIPHER_get_cipher_nid(cipher) == NID_chacha20_poly1305) return plain_header;
  constexpr std::size_t gcm_nonce = 8;
  constexpr std::size_t aes_block = 16;
  return plain_header + (SSL_CIPHER_is_aead(cipher) == 1 ? gcm_nonce : aes_block);
}

bool ServerSession::peer_closed() const { return impl_->peer_closed; }

void ServerSession::close() {
  if (impl_->failed || !impl_->established) return;
  ERR_clear_error();
  SSL_shutdown(impl_->ssl.get());
  ERR_clear_error();
}

}  // namespace winrmd::tls
