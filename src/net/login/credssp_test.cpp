// Log-ins by CredSSP over HTTP: the TLS session in the headers and in the bodies afterwards, with OpenSSL as the
// client.
#include "lib/credssp/ts_request.hpp"
#include "lib/tls/test_client.hpp"
#include "net/login/credssp_protection.hpp"
#include "net/testing/dialogue_world.hpp"

namespace winrmd::net::testing {
namespace {

const ipc::ListenerSetup listener{.negotiate = true, .credssp = true};
const std::string scheme = "CredSSP";

std::string authorization(std::string_view bytes) { return scheme + " " + text::base64_encode(bytes); }

struct CredsspWorld {
  DialogueWorld world{listener};
  tls::TestClient tls;

  CredsspWorld() {
    // What winrmd-auth would say to four legs.
    world.auth_says = [this](ipc::Login& login) {
      if (login.token == "credentials") return world.accepted("alice");
      return DialogueWorld::result(ipc::LoginStatus::more, "reply to " + login.token);
    };
  }

  // One leg: what TLS has to say goes out, what comes back goes in.
  http::Response leg() {
    auto response = world.say({.authorization = authorization(tls.pending())});
    const auto* challenge = header(response, "WWW-Authenticate");
    if (challenge != nullptr && challenge->starts_with(scheme + " ")) {
      tls.received(text::base64_decode(challenge->substr(scheme.size() + 1)).value());
    }
    return response;
  }
  void shake_hands() {
    tls.received({});
    for (int i = 0; i < 4 && SSL_is_init_finished(tls.ssl()) != 1; ++i) EXPECT_EQ(leg().status, 401);
    ASSERT_EQ(SSL_is_init_finished(tls.ssl()), 1);
  }
  http::Response ask(std::string_view request) {
    tls.write(request);
    return leg();
  }
  void log_in() {
    shake_hands();
    EXPECT_EQ(ask("credentials").status, 200);
  }
  // A sealed request: one record a part, as clients write them.
  Says sealed(std::string_view plain, std::size_t chunk = 16384) {
    std::vector<seal::Piece> pieces;
    do {
      seal::Piece piece;
      piece.length = std::min(chunk, plain.size());
      tls.write(plain.substr(0, piece.length));
      piece.data = tls.pending();
      piece.split = 5;  // of no meaning
      plain.remove_prefix(piece.length);
      pieces.push_back(std::move(piece));
    } while (!plain.empty());
    auto composed = seal::compose({.protocol = seal::Protocol::credssp}, "application/soap+xml;charset=UTF-8", pieces);
    return {.authorization = {}, .body = std::move(composed.body), .type = std::move(composed.content_type)};
  }
  std::string opened(const http::Response& response) {
    const auto type = seal::parse_media_type(*header(response, "Content-Type"));
    if (!type) return "not sealed";
    EXPECT_EQ(type->protocol, seal::Protocol::credssp);
    const auto message = seal::parse(*type, response.body);
    if (!message) return message.error().message;
    tls.plain.clear();
    for (const auto& part : message->parts) {
      const auto before = tls.plain.size();
      tls.received(part.bytes);
      EXPECT_EQ(tls.plain.size() - before, part.length);
      EXPECT_EQ(part.split, 16U) << "what AES-GCM adds";
    }
    return tls.plain;
  }
};

TEST(Credssp, CarriesTsRequestsToWinrmdAuthWithTheKeyOfItsCertificate) {
  CredsspWorld it;
  it.shake_hands();
  EXPECT_EQ(SSL_version(it.tls.ssl()), TLS1_2_VERSION);
  EXPECT_EQ(EVP_PKEY_get_base_id(X509_get0_pubkey(SSL_get0_peer_certificate(it.tls.ssl()))), EVP_PKEY_RSA);
  EXPECT_TRUE(it.world.asked.empty());
  EXPECT_EQ(it.ask("first").status, 401);
  EXPECT_EQ(it.tls.plain, "reply to first");
  EXPECT_EQ(it.ask("credentials").status, 200);
  ASSERT_EQ(it.world.asked.size(), 2U);
  EXPECT_EQ(it.world.asked[0].token, "first");
  EXPECT_EQ(it.world.asked[0].scheme, ipc::Scheme::credssp);
  EXPECT_EQ(it.world.asked[0].public_key, credssp_tls()->subject_public_key());
  EXPECT_EQ(it.world.asked[0].connection, it.world.asked[1].connection);
}

TEST(Credssp, SealsMessagesInPartsOf16KiB) {
  CredsspWorld it;
  it.log_in();
  for (const std::size_t size : {1UL, 100UL, 9'000UL}) {
    const std::string plain(size, 'x');
    const auto response = it.world.say(it.sealed(plain));
    EXPECT_EQ(response.status, 200);
    EXPECT_FALSE(header(response, "Content-Type")->contains("x-multi"));
    EXPECT_EQ(it.opened(response), "alice got " + plain);
  }
  EXPECT_EQ(it.opened(it.world.say(it.sealed("in several parts", 5))), "alice got in several parts");
}

TEST(CredsspProtection, SplitsAtTheLimitAndNotBefore) {
  const auto made = tls::make_self_signed({"h"}, 1, tls::KeyKind::rsa_2048).value();
  const auto context = tls::ServerContext::create(made.certificate_pem, made.key_pem, {.tls_1_3 = false}).value();
  tls::TestClient client;
  tls::ServerSession session(context);
  std::string plain;
  ASSERT_TRUE(tls::exchange(client, session, plain));
  const auto protection = make_credssp_protection(std::move(session));
  for (const auto& [size, parts] : std::initializer_list<std::pair<std::size_t, std::size_t>>{
           {0, 1}, {1, 1}, {16383, 1}, {16384, 1}, {16385, 2}, {32768, 2}, {32769, 3}, {1'000'000, 62}}) {
    const std::string text(size, 't');
    const auto pieces = protection->seal(text).value();
    EXPECT_EQ(pieces.size(), parts) << size;
    client.plain.clear();
    for (const auto& piece : pieces) client.received(piece.header + piece.data);
    EXPECT_EQ(client.plain, text) << size;
  }
}

TEST(Credssp, RefusesSealedMessagesThatWereTouched) {
  using Change = void (*)(Says&);
  const Change changes[] = {[](Says& says) { says.body[says.body.size() - 30] ^= 1; },
                            [](Says& says) { says.body.erase(says.body.size() - 30, 1); },
                            [](Says& says) { says.body.replace(says.body.find("Length=4"), 8, "Length=5"); },
                            [](Says& says) { says.body.replace(says.body.find("Length=4"), 8, "Length=3"); },
                            [](Says& says) {
                              for (auto* text : {&says.body, &says.type}) {
                                for (auto at = text->find("CredSSP"); at != std::string::npos;
                                     at = text->find("CredSSP"))
                                  text->replace(at, 7, "SPNEGO");
                              }
                            }};
  for (const auto change : changes) {
    CredsspWorld it;
    it.log_in();
    auto says = it.sealed("<a/>");
    change(says);
    const auto response = it.world.say(says);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.body, "");
    EXPECT_TRUE(response.close);
  }
}

TEST(Credssp, RefusesMessagesRepeatedOrReordered) {
  CredsspWorld it;
  it.log_in();
  const auto first = it.sealed("<a/>");
  EXPECT_EQ(it.world.say(first).status, 200);
  EXPECT_EQ(it.world.say(first).status, 400);
  CredsspWorld other;
  other.log_in();
  (void)other.sealed("<a/>");
  EXPECT_EQ(other.world.say(other.sealed("<b/>")).status, 400);
}

TEST(Credssp, RefusesWhatIsNoTls) {
  for (const std::string& bytes : {std::string("POST / HTTP/1.1\r\n\r\n"), std::string(40, '\0'),
                                   std::string("\x16\x03\x01\xFF\xFF") + std::string(300, 'x')}) {
    DialogueWorld world{listener};
    const auto response = world.say({.authorization = authorization(bytes)});
    EXPECT_EQ(response.status, 401);
    EXPECT_TRUE(response.close);
    EXPECT_TRUE(world.asked.empty());
  }
}

TEST(Credssp, RefusesARequestThatIsTooLarge) {
  CredsspWorld it;
  it.shake_hands();
  EXPECT_EQ(it.ask(std::string(credssp::largest_request, 'r')).status, 401);
  EXPECT_EQ(it.world.asked.size(), 1U);
  const auto response = it.ask(std::string(credssp::largest_request + 1, 'r'));
  EXPECT_EQ(response.status, 401);
  EXPECT_TRUE(response.close);
  EXPECT_EQ(it.world.asked.size(), 1U);
}

TEST(Credssp, PassesTheReasonOfARefusalOnWithinTheSession) {
  CredsspWorld it;
  it.world.auth_says = [](ipc::Login&) { return DialogueWorld::result(ipc::LoginStatus::refused, "error code"); };
  it.shake_hands();
  const auto response = it.ask("first");
  EXPECT_EQ(response.status, 401);
  EXPECT_TRUE(response.close);
  EXPECT_EQ(it.tls.plain, "error code");
}

TEST(Credssp, EndsWhenTheClientClosesTheSession) {
  CredsspWorld it;
  it.shake_hands();
  EXPECT_EQ(it.ask("first").status, 401);
  SSL_shutdown(it.tls.ssl());
  const auto response = it.leg();
  EXPECT_EQ(response.status, 401);
  EXPECT_TRUE(response.close);
  EXPECT_EQ(it.world.asked.size(), 1U);
}

TEST(Credssp, NeedsAClientThatSpeaksTls12) {
  CredsspWorld it;
  SSL_set_min_proto_version(it.tls.ssl(), TLS1_3_VERSION);
  it.tls.received({});
  const auto response = it.leg();
  EXPECT_EQ(response.status, 401);
  EXPECT_TRUE(it.tls.failed());
}

}  // namespace
}  // namespace winrmd::net::testing
