#include "lib/tls/tls.hpp"

#include <gtest/gtest.h>

#include "lib/tls/openssl.hpp"

namespace winrmd::tls {
namespace {

const SelfSigned& pair() {
  static const SelfSigned made = *make_self_signed({"localhost", "127.0.0.1", "::1"}, 2);
  return made;
}

std::shared_ptr<ServerContext> context() {
  auto made = ServerContext::create(pair().certificate_pem, pair().key_pem);
  EXPECT_TRUE(made) << made.error().message;
  return *made;
}

// An OpenSSL client that trusts our certificate and talks through memory, like the server.
class Client {
 public:
  explicit Client(int max_version = TLS1_3_VERSION, const char* name = "localhost")
      : context_(SSL_CTX_new(TLS_client_method())) {
    const auto bio = view(pair().certificate_pem);
    const CertificatePtr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), certificate.get());
    SSL_CTX_set_max_proto_version(context_.get(), max_version);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set1_host(ssl_.get(), name);
    static constexpr unsigned char protocols[] = "\x02h2\x08http/1.1";
    SSL_set_alpn_protos(ssl_.get(), protocols, sizeof protocols - 1);
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl_.get());
  }

  SSL* ssl() { return ssl_.get(); }
  // Goes on with the handshake; false when it has failed.
  bool handshake() {
    const int result = SSL_do_handshake(ssl_.get());
    return result == 1 || SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ;
  }
  std::string pending() {
    std::string out(1U << 22, '\0');
    const int size = BIO_read(SSL_get_wbio(ssl_.get()), out.data(), static_cast<int>(out.size()));
    out.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return out;
  }
  void receive(std::string_view bytes) {
    BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
  }
  std::string read() {
    std::string all;
    char buffer[16384];
    std::size_t size = 0;
    while (SSL_read_ex(ssl_.get(), buffer, sizeof buffer, &size) == 1) all.append(buffer, size);
    return all;
  }

 private:
  ContextPtr context_;
  SessionPtr ssl_;
};

// Runs the handshake to its end; `step` is how many bytes the server gets at a time. True when both sides agree.
bool connect(Client& client, ServerSession& server, std::size_t step = 1U << 20) {
  std::string plain;
  for (int round = 0; round < 10; ++round) {
    if (!client.handshake()) return false;
    const auto bytes = client.pending();
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      if (!server.received(std::string_view(bytes).substr(at, step), plain)) return false;
    }
    std::string reply;
    server.pending(reply);
    client.receive(reply);
    if (server.handshake_done() && SSL_is_init_finished(client.ssl()) == 1) return true;
  }
  return false;
}

TEST(Tls, TalksTls12And13AndChoosesHttp) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Client client(version);
    ServerSession server(context());
    ASSERT_TRUE(connect(client, server));
    EXPECT_EQ(SSL_version(client.ssl()), version);
    const unsigned char* protocol = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(client.ssl(), &protocol, &size);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(protocol), size), "http/1.1");
  }
}

TEST(Tls, OlderVersionsAreRefused) {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    Client client(version);
    ServerSession server(context());
    EXPECT_FALSE(connect(client, server));
    EXPECT_FALSE(server.handshake_done());
  }
}

TEST(Tls, EveryNameIsInTheCertificate) {
  for (const char* name : {"localhost", "127.0.0.1"}) {
    Client client(TLS1_3_VERSION, name);
    ServerSession server(context());
    EXPECT_TRUE(connect(client, server)) << name;
  }
  Client client(TLS1_3_VERSION, "elsewhere.test");
  ServerSession server(context());
  EXPECT_FALSE(connect(client, server));
}

TEST(Tls, BytesMayComeOneByOneAndLargeTextsPass) {
  Client client;
  ServerSession server(context());
  ASSERT_TRUE(connect(client, server, 1));
  std::string large(1U << 20, 'x');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 7);
  ASSERT_TRUE(server.write(large));
  std::string bytes;
  server.pending(bytes);
  client.receive(bytes);
  EXPECT_EQ(client.read(), large);

  std::size_t written = 0;
  ASSERT_EQ(SSL_write_ex(client.ssl(), large.data(), large.size(), &written), 1);
  const auto up = client.pending();
  std::string plain;
  ASSERT_TRUE(server.received(up, plain));
  EXPECT_EQ(plain, large);
}

TEST(Tls, GarbageEndsTheSessionAndOnlyThat) {
  ServerSession server(context());
  std::string plain;
  EXPECT_FALSE(server.received("GET / HTTP/1.1\r\n\r\n", plain));
  EXPECT_FALSE(server.received("more", plain));
  EXPECT_FALSE(server.write("x"));
  EXPECT_TRUE(plain.empty());
}

TEST(Tls, NothingIsWrittenBeforeTheHandshake) {
  ServerSession server(context());
  EXPECT_FALSE(server.write("x"));
}

TEST(Tls, CloseNotifyIsSeenAndSent) {
  Client client;
  ServerSession server(context());
  ASSERT_TRUE(connect(client, server));
  EXPECT_FALSE(server.peer_closed());
  SSL_shutdown(client.ssl());
  std::string plain;
  EXPECT_TRUE(server.received(client.pending(), plain));
  EXPECT_TRUE(server.peer_closed());
  server.close();
  std::string bytes;
  server.pending(bytes);
  client.receive(bytes);
  client.read();
  EXPECT_NE(SSL_get_shutdown(client.ssl()) & SSL_RECEIVED_SHUTDOWN, 0);
}

TEST(Tls, RenegotiationIsRefused) {
  Client client(TLS1_2_VERSION);
  ServerSession server(context());
  ASSERT_TRUE(connect(client, server));
  ASSERT_EQ(SSL_renegotiate(client.ssl()), 1);
  EXPECT_FALSE(connect(client, server));
}

TEST(Tls, KeyAndCertificateMustBelongTogether) {
  const auto other = make_self_signed({"other"}, 2);
  ASSERT_TRUE(other);
  EXPECT_FALSE(ServerContext::create(pair().certificate_pem, other->key_pem));
  EXPECT_FALSE(ServerContext::create("", pair().key_pem));
  EXPECT_FALSE(ServerContext::create(pair().certificate_pem, ""));
  EXPECT_FALSE(ServerContext::create(pair().certificate_pem, "not PEM"));
  EXPECT_FALSE(ServerContext::create(
      pair().certificate_pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", pair().key_pem));
  EXPECT_TRUE(ServerContext::create(pair().certificate_pem + other->certificate_pem, pair().key_pem));
}

TEST(Tls, CertificatesNeedUsableNames) {
  EXPECT_FALSE(make_self_signed({}, 1));
  EXPECT_FALSE(make_self_signed({""}, 1));
  EXPECT_FALSE(make_self_signed({"a,DNS:b"}, 1));
}

}  // namespace
}  // namespace winrmd::tls
