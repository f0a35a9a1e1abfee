#include <array>

#include "lib/tls/context.hpp"

namespace winrmd::tls {

struct ServerSession::Impl {
  std::shared_ptr<ServerContext> context;
  SessionPtr ssl;
  BIO* incoming = nullptr;  // both owned by ssl
  BIO* outgoing = nullptr;
  bool failed = false;

  Result<void> give_up() {
    failed = true;
    return fail(take_error());
  }
};

ServerSession::ServerSession(std::shared_ptr<ServerContext> context) : impl_(std::make_unique<Impl>()) {
  impl_->ssl.reset(SSL_new(context->impl_->context.get()));
  impl_->incoming = BIO_new(BIO_s_mem());
  impl_->outgoing = BIO_new(BIO_s_mem());
  SSL_set_bio(impl_->ssl.get(), impl_->incoming, impl_->outgoing);
  SSL_set_accept_state(impl_->ssl.get());
  impl_->context = std::move(context);
}

ServerSession::~ServerSession() = default;
ServerSession::ServerSession(ServerSession&&) noexcept = default;
ServerSession& ServerSession::operator=(ServerSession&&) noexcept = default;

Result<void> ServerSession::received(std::string_view bytes, std::string& plain) {
  if (impl_->failed) return fail("the TLS session is over");
  ERR_clear_error();
  if (BIO_write(impl_->incoming, bytes.data(), static_cast<int>(bytes.size())) != static_cast<int>(bytes.size())) {
    return impl_->give_up();
  }
  auto* ssl = impl_->ssl.get();
  std::array<char, 16384> buffer;
  for (;;) {
    std::size_t size = 0;
    // SSL_read_ex drives the handshake too.
    if (SSL_read_ex(ssl, buffer.data(), buffer.size(), &size) == 1) {
      plain.append(buffer.data(), size);
      continue;
    }
    switch (SSL_get_error(ssl, 0)) {
      case SSL_ERROR_WANT_READ:
      case SSL_ERROR_ZERO_RETURN:  // close_notify
        OPENSSL_cleanse(buffer.data(), buffer.size());
        return {};
      default:
        return impl_->give_up();
    }
  }
}

Result<void> ServerSession::write(std::string_view plain) {
  if (impl_->failed || !handshake_done()) return fail("the TLS session cannot be written to");
  ERR_clear_error();
  while (!plain.empty()) {
    std::size_t size = 0;
    if (SSL_write_ex(impl_->ssl.get(), plain.data(), plain.size(), &size) != 1) return impl_->give_up();
    plain.remove_prefix(size);
  }
  return {};
}

void ServerSession::pending(std::string& out) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(impl_->outgoing, &bytes);
  if (size > 0) out.append(bytes, static_cast<std::size_t>(size));
  (void)BIO_reset(impl_->outgoing);
}

bool ServerSession::handshake_done() const { return SSL_is_init_finished(impl_->ssl.get()) == 1; }

bool ServerSession::peer_closed() const { return (SSL_get_shutdown(impl_->ssl.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

void ServerSession::close() {
  if (impl_->failed || !handshake_done()) return;
  ERR_clear_error();
  SSL_shutdown(impl_->ssl.get());
}

}  // namespace winrmd::tls
