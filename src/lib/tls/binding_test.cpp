#include <gtest/gtest.h>

#include <array>

#include "lib/tls/test_client.hpp"
#include "lib/tls/test_pki.hpp"

namespace winrmd::tls {
namespace {

std::string digest(const EVP_MD* hash, std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  EVP_Digest(data.data(), data.size(), out.data(), &size, hash, nullptr);
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string binding_of(const Issued& made) {
  return ServerContext::create(made.pem(), made.key_pem()).value()->channel_binding();
}

TEST(ChannelBinding, TakesTheHashOfTheCertificatesSignature) {
  const std::tuple<const EVP_MD*, const EVP_MD*> cases[] = {
      {EVP_sha256(), EVP_sha256()}, {EVP_sha384(), EVP_sha384()}, {EVP_sha512(), EVP_sha512()}};
  for (const auto& [signature, hash] : cases) {
    const Issued made = issue("server", nullptr, {.hash = signature});
    EXPECT_EQ(binding_of(made), "tls-server-end-point:" + digest(hash, made.der()));
  }
}

// OpenSSL refuses a server certificate with such a signature at its default level unless it is self-signed.
TEST(ChannelBinding, TakesSha256InPlaceOfSha1) {
  const Issued made = issue("server", nullptr, {.hash = EVP_sha1()});
  EXPECT_EQ(binding_of(made), "tls-server-end-point:" + digest(EVP_sha256(), made.der()));
}

TEST(ChannelBinding, TakesSha256WhereTheSignatureHasNoHash) {
  const Issued made =
      issue("server", nullptr, {.hash = nullptr, .key = KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"))});
  EXPECT_EQ(binding_of(made), "tls-server-end-point:" + digest(EVP_sha256(), made.der()));
}

TEST(ChannelBinding, IsOfTheServersOwnCertificateNotOfItsChain) {
  const Issued root = issue("root", nullptr, {.authority = true, .hash = EVP_sha512()});
  const Issued made = issue("server", &root, {.usage = "serverAuth", .hash = EVP_sha384()});
  const auto context = ServerContext::create(made.pem() + root.pem(), made.key_pem()).value();
  EXPECT_EQ(context->channel_binding(), "tls-server-end-point:" + digest(EVP_sha384(), made.der()));
}

TEST(SubjectPublicKey, IsTheKeyWithoutItsAlgorithm) {
  for (const KeyKind kind : {KeyKind::rsa_2048, KeyKind::ecdsa_p256}) {
    const auto made = make_self_signed({"localhost"}, 1, kind).value();
    const auto context = ServerContext::create(made.certificate_pem, made.key_pem).value();
    const KeyPtr key(PEM_read_bio_PrivateKey(read_from(made.key_pem).get(), nullptr, nullptr, nullptr));
    unsigned char* bytes = nullptr;
    const int size = i2d_PublicKey(key.get(), &bytes);
    ASSERT_GT(size, 0);
    EXPECT_EQ(context->subject_public_key(),
              std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)));
    OPENSSL_free(bytes);
  }
}

TEST(Tls12Only, RefusesAClientThatWantsMoreAndServesOneThatTakesLess) {
  const auto made = make_self_signed({"localhost"}, 1, KeyKind::rsa_2048).value();
  const auto context = ServerContext::create(made.certificate_pem, made.key_pem, {.tls_1_3 = false}).value();
  for (const bool only_1_3 : {false, true}) {
    TestClient client([&](SSL_CTX* settings) {
      if (only_1_3) SSL_CTX_set_min_proto_version(settings, TLS1_3_VERSION);
    });
    ServerSession server(context);
    std::string plain;
    EXPECT_EQ(exchange(client, server, plain).has_value(), !only_1_3);
    EXPECT_EQ(server.handshake_done(), !only_1_3);
    if (!only_1_3) {
      EXPECT_EQ(SSL_version(client.ssl()), TLS1_2_VERSION);
    }
  }
}

// What is behind the header has the size of the text and of what the cipher adds.
TEST(RecordHeader, IsWhatComesBeforeTheCipherText) {
  const std::tuple<const char*, int, std::size_t> cases[] = {{"ECDHE-RSA-AES128-GCM-SHA256", TLS1_2_VERSION, 16},
                                                             {"ECDHE-RSA-AES256-GCM-SHA384", TLS1_2_VERSION, 16},
                                                             {"ECDHE-RSA-CHACHA20-POLY1305", TLS1_2_VERSION, 16},
                                                             {"ECDHE-RSA-AES128-SHA", TLS1_2_VERSION, 20 + 11},
                                                             {nullptr, TLS1_3_VERSION, 17}};
  const auto made = make_self_signed({"localhost"}, 1, KeyKind::rsa_2048).value();
  const auto context = ServerContext::create(made.certificate_pem, made.key_pem).value();
  for (const auto& [cipher, version, trailer] : cases) {
    TestClient client([&](SSL_CTX* settings) {
      SSL_CTX_set_max_proto_version(settings, version);
      if (cipher != nullptr) SSL_CTX_set_cipher_list(settings, cipher);
    });
    ServerSession server(context);
    std::string plain;
    ASSERT_TRUE(exchange(client, server, plain)) << cipher;
    ASSERT_TRUE(server.write("hello"));
    std::string record;
    server.pending(record);
    EXPECT_EQ(record.size(), server.record_header_size() + 5 + trailer) << SSL_get_cipher(client.ssl());
  }
}

}  // namespace
}  // namespace winrmd::tls
