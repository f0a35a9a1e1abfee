// A TLS client in memory, for tests: OpenSSL as it comes, so that the server is not tested against itself.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "lib/tls/openssl.hpp"

namespace winrmd::tls {

// Contexts cost a little to make; each test makes its own.
inline std::shared_ptr<ServerContext> make_server_context() {
  const auto made = make_self_signed({"localhost", "127.0.0.1"}, 1).value();
  return ServerContext::create(made.certificate_pem, made.key_pem).value();
}

class TestClient {
 public:
  // `set_up` may change the context before the connection is made.
  template <class SetUp>
  explicit TestClient(SetUp set_up) : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_security_level(context_.get(), 0);
    set_up(context_.get());
    ssl_.reset(SSL_new(context_.get()));
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl_.get(), in_, out_);
    SSL_set_connect_state(ssl_.get());
  }
  TestClient() : TestClient([](SSL_CTX*) {}) {}

  SSL* ssl() { return ssl_.get(); }

  // Takes bytes from the server; does what there is to do.
  void received(std::string_view bytes) {
    if (!bytes.empty()) BIO_write(in_, bytes.data(), static_cast<int>(bytes.size()));
    if (SSL_is_init_finished(ssl_.get()) != 1) failed_ = !still_fine(SSL_do_handshake(ssl_.get()));
    if (SSL_is_init_finished(ssl_.get()) != 1) return;
    char buffer[16384];
    for (;;) {
      const int n = SSL_read(ssl_.get(), buffer, sizeof buffer);
      if (n <= 0) {
        failed_ = failed_ || !still_fine(n);
        return;
      }
      plain.append(buffer, static_cast<std::size_t>(n));
    }
  }
  void write(std::string_view text) {
    ASSERT_EQ(SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())), static_cast<int>(text.size()));
  }
  std::string pending() {
    char* data = nullptr;
    const long size = BIO_get_mem_data(out_, &data);
    std::string bytes(data, static_cast<std::size_t>(size));
    (void)BIO_reset(out_);
    return bytes;
  }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool server_closed() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

  std::string plain;

 private:
  bool still_fine(int result) {
    if (result == 1) return true;
    const int error = SSL_get_error(ssl_.get(), result);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_ZERO_RETURN;
  }

  ContextPtr context_;
  SessionPtr ssl_;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
  bool failed_ = false;
};

// Carries bytes both ways, `step` at a time, until neither side has any left. The first error of the server ends it.
inline Result<void> exchange(TestClient& client, ServerSession& server, std::string& plain,
                             std::size_t step = std::string::npos) {
  client.received({});
  for (;;) {
    const std::string to_server = client.pending();
    Result<void> result;
    for (std::size_t at = 0; at < to_server.size() && result; at += std::min(step, to_server.size() - at)) {
      result = server.received(std::string_view(to_server).substr(at, step), plain);
    }
    std::string to_client;
    server.pending(to_client);
    client.received(to_client);
    if (!result) return result;
    if (to_server.empty() && to_client.empty()) return {};
  }
}

}  // namespace winrmd::tls
