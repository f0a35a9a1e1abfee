// Log-ins with the client certificate of the TLS connection.
#include "lib/tls/test_client.hpp"
#include "lib/tls/test_pki.hpp"
#include "net/testing/dialogue_world.hpp"

namespace winrmd::net::testing {
namespace {

const std::string mutual(certificate_profile);

// The server's end of a connection of a client with that certificate.
class TlsEnd {
 public:
  explicit TlsEnd(const tls::Issued* own) {
    tls::TestClient client([own](SSL_CTX* context) {
      if (own == nullptr) return;
      SSL_CTX_use_certificate(context, own->certificate.get());
      SSL_CTX_use_PrivateKey(context, own->key.get());
    });
    std::string plain;
    EXPECT_TRUE(tls::exchange(client, session, plain));
    EXPECT_TRUE(session.handshake_done());
  }
  static const tls::Issued& authority() {
    static const tls::Issued made = tls::issue("Authority", nullptr, {.authority = true});
    return made;
  }
  static const tls::Issued& alice() {
    static const tls::Issued made = tls::issue("alice", &authority());
    return made;
  }

 private:
  static std::shared_ptr<tls::ServerContext> context() {
    static const auto made = tls::make_self_signed({"localhost"}, 1).value();
    return tls::ServerContext::create(made.certificate_pem, made.key_pem, {.client_ca_pem = authority().pem()}).value();
  }

 public:
  tls::ServerSession session{context()};
};

ipc::ListenerSetup listener(bool certificates = true) {
  return {.tls = true, .basic = true, .certificates = certificates};
}

TEST(CertificateLogIn, WithTheProfileInTheHeader) {
  const TlsEnd tls(&TlsEnd::alice());
  DialogueWorld world(listener(), &tls.session);
  world.auth_says = [&](ipc::Login&) { return world.accepted("alice"); };
  EXPECT_EQ(world.say({.authorization = mutual, .body = "<a/>"}).body, "alice got <a/>");
  EXPECT_EQ(world.say({.authorization = mutual, .body = "<b/>"}).body, "alice got <b/>");
  EXPECT_EQ(world.say({.authorization = mutual}).status, 200);
  ASSERT_EQ(world.asked.size(), 1U);
  EXPECT_EQ(world.asked[0].scheme, ipc::Scheme::certificate);
  EXPECT_EQ(world.asked[0].token, "");
  ASSERT_EQ(world.asked[0].certificates.size(), 2U);
  EXPECT_EQ(world.asked[0].certificates[0], TlsEnd::alice().der());
}

TEST(CertificateLogIn, WithoutAnyHeader) {
  const TlsEnd tls(&TlsEnd::alice());
  DialogueWorld world(listener(), &tls.session);
  world.auth_says = [&](ipc::Login&) { return world.accepted("alice"); };
  EXPECT_EQ(world.say({.body = "<a/>"}).body, "alice got <a/>");
  EXPECT_EQ(world.say({}).status, 401);
  EXPECT_EQ(world.say({.body = "<b/>"}).body, "alice got <b/>");
}

TEST(CertificateLogIn, OtherCredentialsCount) {
  const TlsEnd tls(&TlsEnd::alice());
  DialogueWorld world(listener(), &tls.session);
  world.auth_says = [&](ipc::Login& login) {
    return world.accepted(login.scheme == ipc::Scheme::basic ? "bob" : "alice");
  };
  const auto bob = "Basic " + text::base64_encode("bob:secret");
  EXPECT_EQ(world.say({.authorization = bob, .body = "<a/>"}).body, "bob got <a/>");
  EXPECT_EQ(world.say({.body = "<a/>"}).body, "alice got <a/>");
}

TEST(CertificateLogIn, NotWithoutACertificate) {
  const TlsEnd tls(nullptr);
  DialogueWorld world(listener(), &tls.session);
  const auto response = world.say({.authorization = mutual, .body = "<a/>"});
  EXPECT_EQ(response.status, 401);
  EXPECT_TRUE(response.close);
  EXPECT_EQ(world.say({.body = "<a/>"}).status, 401);
  EXPECT_TRUE(world.asked.empty());
}

TEST(CertificateLogIn, NotFromAnIssuerThatIsNotTrusted) {
  const auto other = tls::issue("Other", nullptr, {.authority = true});
  const auto mallory = tls::issue("alice", &other);
  const TlsEnd tls(&mallory);
  DialogueWorld world(listener(), &tls.session);
  EXPECT_EQ(world.say({.authorization = mutual, .body = "<a/>"}).status, 401);
  EXPECT_EQ(world.say({.body = "<a/>"}).status, 401);
  EXPECT_TRUE(world.asked.empty());
}

TEST(CertificateLogIn, NotWhereTheListenerDoesNotTakeThem) {
  const TlsEnd tls(&TlsEnd::alice());
  DialogueWorld world(listener(false), &tls.session);
  EXPECT_EQ(world.say({.body = "<a/>"}).status, 401);
  EXPECT_EQ(world.say({.authorization = mutual, .body = "<a/>"}).status, 401);
  EXPECT_TRUE(world.asked.empty());
}

TEST(CertificateLogIn, ARefusalIsARefusal) {
  const TlsEnd tls(&TlsEnd::alice());
  DialogueWorld world(listener(), &tls.session);
  world.auth_says = [&](ipc::Login&) { return world.result(ipc::LoginStatus::refused); };
  const auto response = world.say({.body = "<a/>"});
  EXPECT_EQ(response.status, 401);
  EXPECT_TRUE(response.close);
  EXPECT_TRUE(world.audited().contains(R"("mechanism":"Certificate")"));
}

}  // namespace
}  // namespace winrmd::net::testing
