// Log-ins as they look on the wire, where their requests have bodies, wait, and end.
#include "net/testing/ntlm_pair.hpp"
#include "net/testing/service_world.hpp"

namespace winrmd::net::testing {
namespace {

using std::chrono::seconds;

ipc::NetSetup with_listener(ipc::ListenerSetup listener) {
  auto setup = service_setup();
  setup.listeners.push_back(std::move(listener));
  return setup;
}

// A service over HTTP where everything must be sealed, as it is by default.
struct NegotiateWorld : ServiceWorld {
  explicit NegotiateWorld(ipc::ListenerSetup listener = {.negotiate = true})
      : ServiceWorld(with_listener(std::move(listener))) {}

  // winrmd-auth answers what it was asked.
  std::uint64_t answer(ipc::LoginStatus status, std::string reply = {}) {
    const auto question = auth.take<ipc::Login>();
    ipc::LoginResult result;
    result.status = status;
    result.reply = std::move(reply);
    result.name = "alice";
    result.mechanism = "Negotiate";
    result.account = "alice";
    if (status == ipc::LoginStatus::accepted) result.token = "token " + std::to_string(++logins);
    auth.send(result, question.id);
    return question.message.connection;
  }
  std::uint64_t cancelled() { return auth.take<ipc::Cancel>().id; }
};

std::string request(std::string_view token, std::string_view body = {}, std::string_view more = {}) {
  return "POST /wsman HTTP/1.1\r\nHost: host\r\nContent-Type: application/soap+xml;charset=UTF-8\r\n" +
         (token.empty() ? std::string() : "Authorization: " + negotiate(token) + "\r\n") + std::string(more) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

TEST(ConnectionLogIn, LegsKeepTheConnectionAndTheirBodiesAreNotRequests) {
  NegotiateWorld world;
  auto client = world.client();
  client.send(request("1", request("", "<a/>")));
  world.answer(ipc::LoginStatus::more, "2");
  const auto reply = client.reply();
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 401"));
  EXPECT_TRUE(reply.contains("WWW-Authenticate: " + negotiate("2") + "\r\n"));
  EXPECT_TRUE(reply.contains("Content-Length: 0\r\n"));
  EXPECT_FALSE(reply.contains("Connection: close"));
  EXPECT_TRUE(client.silent());
  EXPECT_TRUE(world.auth.silent());
}

TEST(ConnectionLogIn, ALegThatWaitsFor100IsToldToGoOnForItsConnectionMustLive) {
  NegotiateWorld world({.negotiate = true, .allow_unencrypted = true});
  auto client = world.client();
  const auto leg = request("1", "<a>", "Expect: 100-continue\r\n");
  client.send(leg.substr(0, leg.size() - 3));
  EXPECT_TRUE(client.silent());
  world.answer(ipc::LoginStatus::more, "2");
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 100 Continue\r\n\r\n"));
  EXPECT_TRUE(client.silent());
  client.send("<a>");
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 401"));
  client.send(leg);
  world.answer(ipc::LoginStatus::accepted, "3");
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 100 Continue\r\n\r\n"));
  const auto reply = client.reply();
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 500")) << "a fault: it is not well-formed";
  EXPECT_TRUE(reply.contains("WWW-Authenticate: " + negotiate("3") + "\r\n"));
}

TEST(ConnectionLogIn, WhoWaitsFor100WithABodyThatIsTooLargeIsNotToldToGoOn) {
  ServiceWorld world;
  auto client = world.client();
  client.send("POST /wsman HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n" + authorization("alice") +
              "Content-Length: 512001\r\n\r\n");
  world.accept_login();
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 413"));
}

TEST(ConnectionLogIn, ARejectionClosesTheConnection) {
  NegotiateWorld world;
  auto client = world.client();
  client.send(request("1"));
  world.answer(ipc::LoginStatus::refused);
  const auto reply = client.reply();
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 401"));
  EXPECT_TRUE(reply.contains("WWW-Authenticate: Negotiate\r\n"));
  EXPECT_TRUE(reply.contains("Connection: close\r\n"));
  EXPECT_TRUE(client.ended());
}

TEST(ConnectionLogIn, AClientThatLeavesBetweenLegsCancelsItsLogIn) {
  NegotiateWorld world;
  auto client = world.client();
  client.send(request("1"));
  const auto connection = world.answer(ipc::LoginStatus::more, "2");
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 401"));
  client.close();
  EXPECT_EQ(world.cancelled(), connection);
}

TEST(ConnectionLogIn, AClientThatResetsCancelsTheQuestionAtOnce) {
  NegotiateWorld world;
  auto client = world.client();
  client.send(request("1"));
  const auto question = world.auth.take<ipc::Login>();
  client.abort();
  world.pass(std::chrono::milliseconds(0));
  EXPECT_EQ(world.cancelled(), question.message.connection);
  // The answer that crosses it is let go.
  ipc::LoginResult late;
  late.status = ipc::LoginStatus::accepted;
  late.token = "late";
  world.auth.send(late, question.id);
  EXPECT_EQ(world.supervisor.take<ipc::ReleaseToken>().message.token, "late");
}

TEST(ConnectionLogIn, WhoStopsInTheMiddleIsClosedSoonAndCancelled) {
  NegotiateWorld world;
  auto client = world.client();
  client.send(request("1"));
  const auto connection = world.answer(ipc::LoginStatus::more, "2");
  client.reply();
  world.pass(seconds(31));
  EXPECT_TRUE(client.ended());
  client.close();
  EXPECT_EQ(world.cancelled(), connection);
}

TEST(ConnectionLogIn, WhenWinrmdAuthGoesTheLogInsUnderWayAreOver) {
  NegotiateWorld world;
  auto client = world.client();
  client.send(request("1"));
  world.answer(ipc::LoginStatus::more, "2");
  client.reply();
  world.auth.die();
  world.loop.settle();
  client.send(request("3"));
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 503"));
  EXPECT_TRUE(client.ended());
}

TEST(ConnectionLogIn, IdentifyForEverybodyIsAnsweredInClear) {
  NegotiateWorld world;
  auto client = world.client();
  client.send(
      request("",
              "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header/><s:Body><i:Identify "
              "xmlns:i=\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\"/></s:Body></s:Envelope>",
              "WSMANIDENTIFY: unauthenticated\r\n"));
  const auto reply = client.reply();
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(reply.contains("IdentifyResponse"));
}

// A client over HTTP with sealed messages, all the way to a shell and back.
class SealedClient {
 public:
  explicit SealedClient(NegotiateWorld& world) : world_(world), client_(world.client()) {
    client_.send(request(*ntlm_.client().step()));
    auto reply = leg();
    const auto token = reply.substr(reply.find("Negotiate ") + 10);
    client_.send(request(*ntlm_.client().step(text::base64_decode(token.substr(0, token.find("\r\n"))).value_or(""))));
    EXPECT_TRUE(leg().starts_with("HTTP/1.1 200"));
  }

  void send(std::string_view envelope, std::string_view type = "application/soap+xml;charset=UTF-8") {
    const auto says = ntlm_.sealed(envelope, {}, type);
    client_.send("POST /wsman HTTP/1.1\r\nHost: host\r\nContent-Type: " + says.type +
                 "\r\nContent-Length: " + std::to_string(says.body.size()) + "\r\n\r\n" + says.body);
  }
  // The status and what was sealed.
  std::pair<std::string, std::string> reply() {
    const auto raw = client_.reply();
    http::Response response;
    const auto head = raw.find("\r\n\r\n");
    const auto type = raw.find("Content-Type: ");
    if (type < head) {
      response.headers.emplace_back("Content-Type", raw.substr(type + 14, raw.find("\r\n", type) - type - 14));
    }
    response.body = raw.substr(std::min(head + 4, raw.size()));
    return {raw.substr(0, 12), ntlm_.opened(response).value_or("not sealed")};
  }

 private:
  std::string leg() {
    const auto question = world_.auth.take<ipc::Login>();
    auto result = ntlm_.answer(results_, question.message);
    if (!result.token.empty()) result.token = "token " + std::to_string(++world_.logins);
    world_.auth.send(result, question.id);
    return client_.reply();
  }

  NtlmPair ntlm_;
  DialogueWorld results_{{}};
  NegotiateWorld& world_;
  Client client_;
};

TEST(ConnectionLogIn, SealedMessagesReachTheServiceAndItsFaultsAreSealed) {
  NegotiateWorld world;
  SealedClient client(world);
  client.send(create_message(OpenShell::id).envelope());
  auto host = world.start_host();
  host.send(ipc::Failed{5, {}, false}, host.take<ipc::ShellCreate>().id);
  const auto [status, envelope] = client.reply();
  EXPECT_EQ(status, "HTTP/1.1 500");
  EXPECT_TRUE(envelope.contains("Fault"));

  client.send("this is not XML");
  const auto [second_status, second] = client.reply();
  EXPECT_EQ(second_status, "HTTP/1.1 500");
  EXPECT_TRUE(second.contains("2150858819")) << second;
}

TEST(ConnectionLogIn, ASealedMessageInUtf16IsAnsweredInUtf16) {
  NegotiateWorld world;
  SealedClient client(world);
  std::string wide = "\xFF\xFE";
  for (const char c : command_message("no shell", OpenShell::id).envelope()) wide.append({c, '\0'});
  client.send(wide, "application/soap+xml;charset=UTF-16");
  const auto [status, envelope] = client.reply();
  EXPECT_EQ(status, "HTTP/1.1 500");
  EXPECT_TRUE(envelope.starts_with("\xFF\xFE"));
  EXPECT_TRUE(envelope.contains(std::string("F\0a\0u\0l\0t\0", 10)));
}

// The limit is on the envelope, not on what sealing adds.
TEST(ConnectionLogIn, ASealedEnvelopeAtTheLimitIsServedAndOneAboveItIs413) {
  NegotiateWorld world;
  for (const std::size_t more : {0U, 1U}) {
    SealedClient client(world);
    auto envelope = command_message("no shell", OpenShell::id).envelope();
    envelope += std::string(512'000 + more - envelope.size(), ' ');
    client.send(envelope);
    EXPECT_EQ(client.reply().first, more == 0 ? "HTTP/1.1 500" : "HTTP/1.1 413");
  }
}

}  // namespace
}  // namespace winrmd::net::testing
