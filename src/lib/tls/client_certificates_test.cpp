#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <array>

#include "lib/tls/test_client.hpp"
#include "lib/tls/test_pki.hpp"

namespace winrmd::tls {
namespace {

KeyPtr mixed_key(const Issued& public_half, const Issued& private_half) {
  std::array<unsigned char, 65> point{};
  std::size_t size = 0;
  EVP_PKEY_get_octet_string_param(public_half.key.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(), &size);
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(private_half.key.get(), OSSL_PKEY_PARAM_PRIV_KEY, &number);
  const std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>> build(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
  OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), size);
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_PRIV_KEY, number);
  const std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>> parameters(OSSL_PARAM_BLD_to_param(build.get()));
  const std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>> making(
      EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(making.get());
  EVP_PKEY_fromdata(making.get(), &key, EVP_PKEY_KEYPAIR, parameters.get());
  BN_free(number);
  return KeyPtr(key);
}

class ClientCertificate : public testing::TestWithParam<int> {
 protected:
  std::shared_ptr<ServerContext> context(const std::string& issuers) const {
    return ServerContext::create(own_.certificate_pem, own_.key_pem, {.client_ca_pem = issuers}).value();
  }
  static TestClient client_with(const Issued* own, const Issued* above = nullptr, bool keep_sessions = false) {
    return TestClient([&](SSL_CTX* context) {
      SSL_CTX_set_max_proto_version(context, GetParam());
      if (keep_sessions) SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT);
      if (own == nullptr) return;
      SSL_CTX_use_certificate(context, own->certificate.get());
      SSL_CTX_use_PrivateKey(context, own->key.get());
      if (above != nullptr) SSL_CTX_add1_chain_cert(context, above->certificate.get());
    });
  }
  struct Outcome {
    std::vector<std::string> certificates;
    std::string error;
  };
  // Every one of these handshakes ends well, whatever the certificate is worth.
  static Outcome connect(const std::shared_ptr<ServerContext>& context, TestClient client) {
    ServerSession server(context);
    std::string plain;
    EXPECT_TRUE(server.peer_certificates().empty());
    EXPECT_TRUE(exchange(client, server, plain));
    EXPECT_TRUE(server.handshake_done());
    client.write("hello");
    EXPECT_TRUE(exchange(client, server, plain));
    EXPECT_EQ(plain, "hello");
    return {server.peer_certificates(), server.peer_certificate_error()};
  }

  SelfSigned own_ = make_self_signed({"localhost"}, 1).value();
  Issued root_ = issue("root", nullptr, {.authority = true});
};

TEST_P(ClientCertificate, IsKnownWithItsChainTheClientsFirst) {
  const Issued middle = issue("middle", &root_, {.authority = true});
  const Issued alice = issue("alice", &middle);
  const auto got = connect(context(root_.pem()), client_with(&alice, &middle));
  EXPECT_EQ(got.certificates, (std::vector{alice.der(), middle.der(), root_.der()}));
  EXPECT_EQ(got.error, "");
}

TEST_P(ClientCertificate, NeedsNoRootWhenItsIssuerIsTrusted) {
  const Issued middle = issue("middle", &root_, {.authority = true});
  const Issued alice = issue("alice", &middle);
  const auto got = connect(context(middle.pem()), client_with(&alice, &middle));
  EXPECT_EQ(got.certificates, (std::vector{alice.der(), middle.der()}));
}

TEST_P(ClientCertificate, MayBeMissing) {
  const auto got = connect(context(root_.pem()), client_with(nullptr));
  EXPECT_TRUE(got.certificates.empty());
  EXPECT_EQ(got.error, "");
}

TEST_P(ClientCertificate, IsNotAskedForWithoutAnIssuer) {
  const Issued alice = issue("alice", &root_);
  const auto got = connect(ServerContext::create(own_.certificate_pem, own_.key_pem).value(), client_with(&alice));
  EXPECT_TRUE(got.certificates.empty());
}

TEST_P(ClientCertificate, ThatIsNotToBeTrustedIsAsGoodAsNoneAndTheReasonIsKnown) {
  const Issued other_root = issue("other root", nullptr, {.authority = true});
  const Issued same_name = issue("root", nullptr, {.authority = true});
  const Issued stranger = issue("alice", &other_root);
  const Issued impostor = issue("alice", &same_name);
  const Issued self_signed = issue("alice", nullptr);
  const Issued expired = issue("alice", &root_, {.first_day = -3, .last_day = -1});
  const Issued future = issue("alice", &root_, {.first_day = 1, .last_day = 3});
  const Issued for_servers = issue("alice", &root_, {.usage = "serverAuth"});
  const Issued user = issue("bob", &root_);
  const Issued issued_by_user = issue("alice", &user);
  const std::tuple<const Issued*, const Issued*, std::string_view> cases[] = {
      {&stranger, &other_root, "self"},  // "self-signed certificate in certificate chain"
      {&stranger, nullptr, "unable to get"}, {&impostor, nullptr, "signature failure"},
      {&self_signed, nullptr, "self"},       {&expired, nullptr, "expired"},
      {&future, nullptr, "not yet valid"},   {&for_servers, nullptr, "purpose"},
      {&issued_by_user, &user, "CA"}};
  const auto trusting = context(root_.pem());
  for (const auto& [own, above, reason] : cases) {
    const auto got = connect(trusting, client_with(own, above));
    EXPECT_TRUE(got.certificates.empty()) << reason;
    EXPECT_NE(got.error.find(reason), std::string::npos) << reason << ": " << got.error;
  }
}

TEST_P(ClientCertificate, OfADeepChainIsRefused) {
  std::vector<Issued> chain;
  chain.push_back(issue("level", &root_, {.authority = true}));
  for (int i = 0; i < 8; ++i) chain.push_back(issue(std::to_string(i).c_str(), &chain.back(), {.authority = true}));
  const Issued alice = issue("alice", &chain.back());
  TestClient client = client_with(&alice);
  for (auto at = chain.rbegin(); at != chain.rend(); ++at) SSL_add1_chain_cert(client.ssl(), at->certificate.get());
  const auto got = connect(context(root_.pem()), std::move(client));
  EXPECT_TRUE(got.certificates.empty());
  EXPECT_NE(got.error.find("too long"), std::string::npos) << got.error;
}

TEST_P(ClientCertificate, IsRefusedOnceItIsRevoked) {
  const Issued alice = issue("alice", &root_, {.serial = 41});
  const Issued bob = issue("bob", &root_, {.serial = 42});
  const auto trusting = context(root_.pem() + revoke(root_, 41));
  const auto revoked = connect(trusting, client_with(&alice));
  EXPECT_TRUE(revoked.certificates.empty());
  EXPECT_NE(revoked.error.find("revoked"), std::string::npos) << revoked.error;
  EXPECT_EQ(connect(trusting, client_with(&bob)).certificates.size(), 2U);
}

TEST_P(ClientCertificate, IsRefusedWhenTheRevocationListIsTooOld) {
  const Issued bob = issue("bob", &root_, {.serial = 42});
  const auto got = connect(context(root_.pem() + revoke(root_, 41, -1)), client_with(&bob));
  EXPECT_TRUE(got.certificates.empty());
  EXPECT_NE(got.error.find("CRL has expired"), std::string::npos) << got.error;
}

// Whoever has seen a certificate has its public key; here with somebody else's private key beside it.
TEST_P(ClientCertificate, EndsTheHandshakeWithoutItsKey) {
  const Issued alice = issue("alice", &root_);
  TestClient client = client_with(nullptr);
  ASSERT_EQ(SSL_use_certificate(client.ssl(), alice.certificate.get()), 1);
  ASSERT_EQ(SSL_use_PrivateKey(client.ssl(), mixed_key(alice, issue("other", nullptr)).get()), 1);
  ServerSession server(context(root_.pem()));
  std::string plain;
  const auto result = exchange(client, server, plain);
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("bad signature"), std::string::npos) << result.error().message;
  EXPECT_TRUE(server.peer_certificates().empty());
}

// A session with a certificate is not resumed (its ticket has no verdict), one without is.
TEST_P(ClientCertificate, IsShownAgainInsteadOfResumed) {
  const Issued alice = issue("alice", &root_);
  const auto trusting = context(root_.pem());
  for (const Issued* own : {&alice, static_cast<const Issued*>(nullptr)}) {
    TestClient first = client_with(own, nullptr, true);
    ServerSession server(trusting);
    std::string plain;
    ASSERT_TRUE(exchange(first, server, plain));
    SSL_SESSION* ticket = SSL_get1_session(first.ssl());
    TestClient second = client_with(own);
    SSL_set_session(second.ssl(), ticket);
    ServerSession again(trusting);
    ASSERT_TRUE(exchange(second, again, plain));
    EXPECT_TRUE(again.handshake_done());
    EXPECT_EQ(SSL_session_reused(second.ssl()) == 1, own == nullptr);
    EXPECT_EQ(again.peer_certificates().size(), own == nullptr ? 0U : 2U);
    SSL_SESSION_free(ticket);
  }
}

INSTANTIATE_TEST_SUITE_P(Tls, ClientCertificate, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& of) { return of.param == TLS1_2_VERSION ? "v12" : "v13"; });

TEST(ClientCa, WithoutACertificateOrWithGarbageIsRefused) {
  const auto own = make_self_signed({"localhost"}, 1).value();
  const Issued root = issue("root", nullptr, {.authority = true});
  for (const std::string& bad : {std::string("garbage"), own.key_pem, revoke(root, 1),
                                 std::string("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
                                 root.pem() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    const auto made = ServerContext::create(own.certificate_pem, own.key_pem, {.client_ca_pem = bad});
    ASSERT_FALSE(made) << bad;
    EXPECT_NE(made.error().message.find("client_ca"), std::string::npos) << made.error().message;
  }
  EXPECT_TRUE(ServerContext::create(own.certificate_pem, own.key_pem, {.client_ca_pem = root.pem() + root.pem()}));
}

}  // namespace
}  // namespace winrmd::tls
