#include <gtest/gtest.h>
#include <openssl/err.h>

#include <random>

#include "lib/tls/test_client.hpp"

namespace winrmd::tls {
namespace {

class Session : public testing::Test {
 protected:
  std::shared_ptr<ServerContext> context_ = make_server_context();
  ServerSession server_{context_};
  std::string plain_;
};

TEST_F(Session, CarriesTextBothWaysInTls13And12) {
  for (const int version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
    TestClient client([&](SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, version); });
    ServerSession server(context_);
    std::string plain;
    EXPECT_FALSE(server.handshake_done());
    ASSERT_TRUE(exchange(client, server, plain));
    ASSERT_TRUE(server.handshake_done());
    EXPECT_EQ(SSL_version(client.ssl()), version);
    EXPECT_EQ(SSL_get_current_compression(client.ssl()), nullptr);
    EXPECT_EQ(SSL_get_max_early_data(client.ssl()), 0U);

    client.write("POST /wsman");
    ASSERT_TRUE(server.write("HTTP/1.1 200"));
    ASSERT_TRUE(exchange(client, server, plain));
    EXPECT_EQ(plain, "POST /wsman");
    EXPECT_EQ(client.plain, "HTTP/1.1 200");
  }
}

TEST_F(Session, WorksByteByByte) {
  TestClient client;
  client.received({});
  ASSERT_TRUE(exchange(client, server_, plain_, 1));
  ASSERT_TRUE(server_.handshake_done());
  client.write("hello");
  client.write("world");
  ASSERT_TRUE(exchange(client, server_, plain_, 1));
  EXPECT_EQ(plain_, "helloworld");
}

TEST_F(Session, AppendsToWhatIsThere) {
  TestClient client;
  plain_ = "before ";
  client.received({});
  ASSERT_TRUE(exchange(client, server_, plain_));
  client.write("after");
  ASSERT_TRUE(exchange(client, server_, plain_));
  EXPECT_EQ(plain_, "before after");
  std::string out = "x";
  server_.pending(out);
  EXPECT_EQ(out, "x");
}

TEST_F(Session, CarriesAMebibyteBothWays) {
  TestClient client;
  ASSERT_TRUE(exchange(client, server_, plain_));
  std::mt19937 random(4);
  std::string text(1U << 20, '\0');
  for (char& c : text) c = static_cast<char>(random());
  client.write(text);
  ASSERT_TRUE(server_.write(text));
  ASSERT_TRUE(exchange(client, server_, plain_, 1000));
  EXPECT_EQ(plain_, text);
  EXPECT_EQ(client.plain, text);
}

TEST_F(Session, RefusesTls11And10) {
  for (const int version : {TLS1_1_VERSION, TLS1_VERSION}) {
    TestClient client([&](SSL_CTX* context) {
      SSL_CTX_set_min_proto_version(context, version);
      SSL_CTX_set_max_proto_version(context, version);
    });
    ServerSession server(context_);
    const auto result = exchange(client, server, plain_);
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().message.find("unsupported protocol"), std::string::npos) << result.error().message;
    EXPECT_TRUE(client.failed());  // by the alert it got
    EXPECT_FALSE(server.handshake_done());
  }
}

TEST_F(Session, ChoosesHttp11AmongTheOfferedProtocolsAndLivesWithoutIt) {
  const std::pair<std::string_view, std::string_view> offers[] = {
      {"\x02h2\x08http/1.1", "http/1.1"}, {"\x08http/1.1", "http/1.1"}, {"\x02h2", ""}, {"", ""}};
  for (const auto& [offered, chosen] : offers) {
    TestClient client([&](SSL_CTX* context) {
      SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(offered.data()),
                              static_cast<unsigned>(offered.size()));
    });
    ServerSession server(context_);
    ASSERT_TRUE(exchange(client, server, plain_));
    ASSERT_TRUE(server.handshake_done());
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.ssl(), &protocol, &size);
    EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(protocol), size), chosen);
  }
}

TEST_F(Session, RefusesRenegotiation) {
  TestClient client([](SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION); });
  ASSERT_TRUE(exchange(client, server_, plain_));
  ASSERT_EQ(SSL_renegotiate(client.ssl()), 1);
  (void)SSL_do_handshake(client.ssl());
  (void)exchange(client, server_, plain_);
  EXPECT_EQ(SSL_is_init_finished(client.ssl()), 0);  // the client asked in vain
}

TEST_F(Session, KeepsGoingThroughKeyUpdates) {
  TestClient client;
  ASSERT_TRUE(exchange(client, server_, plain_));
  ASSERT_EQ(SSL_key_update(client.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
  client.write("new key");
  ASSERT_TRUE(exchange(client, server_, plain_, 1));
  ASSERT_TRUE(server_.write("new key too"));
  ASSERT_TRUE(exchange(client, server_, plain_));
  EXPECT_EQ(plain_, "new key");
  EXPECT_EQ(client.plain, "new key too");
}

TEST_F(Session, ResumesWithATicketAndAnotherContextDoesNot) {
  SSL_SESSION* ticket = nullptr;
  TestClient first([](SSL_CTX* context) { SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT); });
  ASSERT_TRUE(exchange(first, server_, plain_));
  ticket = SSL_get1_session(first.ssl());
  ASSERT_NE(ticket, nullptr);
  for (const bool same : {true, false}) {
    TestClient second;
    SSL_set_session(second.ssl(), ticket);
    ServerSession server(same ? context_ : make_server_context());
    ASSERT_TRUE(exchange(second, server, plain_));
    EXPECT_TRUE(server.handshake_done());
    EXPECT_EQ(SSL_session_reused(second.ssl()) == 1, same);
  }
  SSL_SESSION_free(ticket);
}

TEST_F(Session, RefusesGarbageWithAReason) {
  const std::pair<std::string, std::string_view> inputs[] = {
      {"POST /wsman HTTP/1.1\r\nHost: h\r\n\r\n", "http request"},
      {std::string(100, '\0'), "wrong version number"},
      {"\x16\x03\x01\xFF\xFF" + std::string(100, 'x'), ""},
      {std::string("\x16\x03\x01\x00\x04\x01\xFF\xFF\xFF", 9) + std::string(300, 'x'), ""},
      {std::string("\x15\x03\x01\x00\x02\x02\x28", 7), ""},
  };
  for (const auto& [bytes, reason] : inputs) {
    ServerSession server(context_);
    const auto result = server.received(bytes, plain_);
    ASSERT_FALSE(result) << bytes;
    EXPECT_NE(result.error().message.find(reason), std::string::npos) << result.error().message;
    EXPECT_FALSE(server.received("x", plain_));
    EXPECT_FALSE(server.write("x"));
    server.close();
    EXPECT_EQ(ERR_peek_error(), 0U);
  }
  EXPECT_EQ(plain_, "");
}

TEST_F(Session, SurvivesEveryBitFlippedInAFirstFlight) {
  TestClient client;
  client.received({});
  const std::string hello = client.pending();
  for (std::size_t i = 0; i < hello.size(); ++i) {
    for (const int bit : {0x01, 0x80}) {
      std::string broken = hello;
      broken[i] = static_cast<char>(broken[i] ^ bit);
      ServerSession server(context_);
      (void)server.received(broken, plain_);
      EXPECT_FALSE(server.handshake_done());
    }
  }
  EXPECT_EQ(plain_, "");
}

TEST_F(Session, RefusesARecordThatWasChangedOnTheWay) {
  TestClient client;
  ASSERT_TRUE(exchange(client, server_, plain_));
  client.write("hello");
  std::string record = client.pending();
  record.back() = static_cast<char>(record.back() ^ 1);
  const auto result = server_.received(record, plain_);
  ASSERT_FALSE(result);
  EXPECT_EQ(plain_, "");
  std::string alert;
  server_.pending(alert);
  client.received(alert);
  EXPECT_TRUE(client.failed());
}

TEST_F(Session, NoticesThatThePeerHasClosedAndIgnoresWhatFollows) {
  TestClient client;
  ASSERT_TRUE(exchange(client, server_, plain_));
  client.write("bye");
  SSL_shutdown(client.ssl());
  EXPECT_FALSE(server_.peer_closed());
  ASSERT_TRUE(server_.received(client.pending() + "garbage", plain_));
  EXPECT_TRUE(server_.peer_closed());
  EXPECT_EQ(plain_, "bye");
  EXPECT_TRUE(server_.received("more garbage", plain_));
  EXPECT_TRUE(server_.write("half-closed: still allowed"));
}

TEST_F(Session, SaysGoodbyeBehindWhatItHasWritten) {
  TestClient client;
  ASSERT_TRUE(exchange(client, server_, plain_));
  ASSERT_TRUE(server_.write("last words"));
  server_.close();
  ASSERT_TRUE(exchange(client, server_, plain_));
  EXPECT_EQ(client.plain, "last words");
  EXPECT_TRUE(client.server_closed());
}

TEST_F(Session, WritesNothingBeforeTheHandshake) {
  EXPECT_FALSE(server_.write("secret"));
  server_.close();
  std::string out;
  server_.pending(out);
  EXPECT_EQ(out, "");
}

TEST_F(Session, OutlivesTheOwnerOfItsContext) {
  context_.reset();
  TestClient client;
  ASSERT_TRUE(exchange(client, server_, plain_));
  EXPECT_TRUE(server_.handshake_done());
}

}  // namespace
}  // namespace winrmd::tls
