#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "lib/tls/test_client.hpp"

namespace winrmd::tls {
namespace {

CertificatePtr parse(const std::string& pem) {
  return CertificatePtr(PEM_read_bio_X509(read_from(pem).get(), nullptr, nullptr, nullptr));
}

TEST(ServerContext, RefusesAKeyOfAnotherCertificate) {
  const auto one = make_self_signed({"one"}, 1).value();
  const auto two = make_self_signed({"two"}, 1).value();
  EXPECT_TRUE(ServerContext::create(one.certificate_pem, one.key_pem));
  const auto mixed = ServerContext::create(one.certificate_pem, two.key_pem);
  ASSERT_FALSE(mixed);
  EXPECT_NE(mixed.error().message.find("does not belong"), std::string::npos) << mixed.error().message;
}

TEST(ServerContext, RefusesTextThatHoldsNoCertificateOrNoKey) {
  const auto good = make_self_signed({"one"}, 1).value();
  for (const std::string_view bad : {"", "garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                                     "-----BEGIN CERTIFICATE-----\n"}) {
    EXPECT_FALSE(ServerContext::create(bad, good.key_pem)) << bad;
    EXPECT_FALSE(ServerContext::create(good.certificate_pem, bad)) << bad;
  }
  EXPECT_FALSE(ServerContext::create(good.key_pem, good.certificate_pem));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(ServerContext, RefusesAnEncryptedKeyWithoutAskingForThePassword) {
  const auto good = make_self_signed({"one"}, 1).value();
  const KeyPtr key(PEM_read_bio_PrivateKey(read_from(good.key_pem).get(), nullptr, nullptr, nullptr));
  const BioPtr out(BIO_new(BIO_s_mem()));
  char password[] = "secret";
  ASSERT_EQ(PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_256_cbc(), password, 6, nullptr, nullptr), 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  const auto result = ServerContext::create(good.certificate_pem, {data, static_cast<std::size_t>(size)});
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("no unencrypted private key"), std::string::npos) << result.error().message;
}

TEST(ServerContext, SendsTheWholeChainAndRefusesABrokenOne) {
  const auto own = make_self_signed({"own"}, 1).value();
  const auto issuer = make_self_signed({"issuer"}, 1).value();
  const auto context = ServerContext::create(own.certificate_pem + issuer.certificate_pem, own.key_pem);
  ASSERT_TRUE(context);
  TestClient client;
  ServerSession server(*context);
  std::string plain;
  ASSERT_TRUE(exchange(client, server, plain));
  EXPECT_EQ(sk_X509_num(SSL_get_peer_cert_chain(client.ssl())), 2);

  const auto broken = own.certificate_pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_FALSE(ServerContext::create(broken, own.key_pem));
}

TEST(SelfSigned, IsAcceptedByAClientThatTrustsItUnderEachOfItsNamesAndNoOther) {
  const auto made = make_self_signed({"localhost", "host.example", "127.0.0.1", "::1"}, 1).value();
  const auto context = ServerContext::create(made.certificate_pem, made.key_pem).value();
  const auto trusted = parse(made.certificate_pem);
  const auto connect = [&](const char* name, bool address) {
    TestClient client([&](SSL_CTX* client_context) {
      X509_STORE_add_cert(SSL_CTX_get_cert_store(client_context), trusted.get());
      SSL_CTX_set_verify(client_context, SSL_VERIFY_PEER, nullptr);
      X509_VERIFY_PARAM* check = SSL_CTX_get0_param(client_context);
      X509_VERIFY_PARAM_set_flags(check, X509_V_FLAG_X509_STRICT);
      EXPECT_EQ(address ? X509_VERIFY_PARAM_set1_ip_asc(check, name) : X509_VERIFY_PARAM_set1_host(check, name, 0), 1);
    });
    ServerSession server(context);
    std::string plain;
    (void)exchange(client, server, plain);
    return server.handshake_done() && !client.failed();
  };
  EXPECT_TRUE(connect("localhost", false));
  EXPECT_TRUE(connect("host.example", false));
  EXPECT_TRUE(connect("127.0.0.1", true));
  EXPECT_TRUE(connect("::1", true));
  EXPECT_FALSE(connect("other.example", false));
  EXPECT_FALSE(connect("127.0.0.2", true));
}

TEST(SelfSigned, IsValidFromAnHourAgoForTheDaysAskedFor) {
  const auto certificate = parse(make_self_signed({"h"}, 30).value().certificate_pem);
  int days = 0;
  int seconds = 0;
  ASSERT_EQ(ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(certificate.get()), nullptr), 1);
  EXPECT_EQ(days, 0);
  EXPECT_NEAR(seconds, 3600, 60);
  ASSERT_EQ(ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate.get())), 1);
  EXPECT_NEAR(days * 86400 + seconds, 30 * 86400, 60);
}

TEST(SelfSigned, HasASerialNumberOfItsOwn) {
  const auto one = parse(make_self_signed({"h"}, 1).value().certificate_pem);
  const auto two = parse(make_self_signed({"h"}, 1).value().certificate_pem);
  EXPECT_NE(ASN1_INTEGER_cmp(X509_get0_serialNumber(one.get()), X509_get0_serialNumber(two.get())), 0);
}

TEST(SelfSigned, TakesALongNameAndRefusesWhatIsNone) {
  EXPECT_TRUE(make_self_signed({std::string(253, 'a')}, 1));
  EXPECT_TRUE(make_self_signed({"*.example"}, 36500));
  for (const auto& names : std::vector<std::vector<std::string>>{{},
                                                                 {""},
                                                                 {"a b"},
                                                                 {"ok", "a,IP:1.2.3.4"},
                                                                 {"\xC3\xA4"},
                                                                 {std::string("a\0b", 3)},
                                                                 {std::string(254, 'a')}}) {
    EXPECT_FALSE(make_self_signed(names, 1));
  }
  EXPECT_FALSE(make_self_signed({"h"}, 0));
  EXPECT_FALSE(make_self_signed({"h"}, 36501));
}

}  // namespace
}  // namespace winrmd::tls
