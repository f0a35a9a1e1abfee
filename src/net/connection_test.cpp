#include "net/testing/service_world.hpp"

namespace winrmd::net::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string command = "22222222-2222-2222-2222-222222222222";

ipc::Received output(std::uint64_t sequence, std::string data) {
  ipc::Received result;
  result.sequence = sequence;
  result.chunks.push_back({"stdout", std::move(data), false});
  result.state = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Running";
  return result;
}

// A client that has got output in a reply.
void receive(OpenShell& shell, std::string_view more_headers = {}, std::string data = "x") {
  shell.client.post("alice", receive_message(OpenShell::id, command), more_headers);
  shell.host.send(output(7, std::move(data)), shell.host.take<ipc::StreamReceive>().id);
}

TEST(Connection, OutputOfAReplyThatArrivedIsNotGivenBackWhenTheConnectionIsClosedForIdleness) {
  ServiceWorld world;
  OpenShell shell(world);
  receive(shell);
  EXPECT_TRUE(shell.client.reply().starts_with("HTTP/1.1 200"));
  world.pass(seconds(181));
  EXPECT_TRUE(shell.client.ended());
  shell.client.close();
  EXPECT_TRUE(shell.host.silent());
}

// What the kernel has not sent yet is on its way, not lost.
TEST(Connection, AReplyBeforeACloseIsGivenTimeToArrive) {
  ServiceWorld world;
  OpenShell shell(world);
  shell.client = world.client(4096);
  shell.client.post("alice", receive_message(OpenShell::id, command), "Connection: close\r\n");
  world.accept_login();
  shell.host.send(output(7, std::string(300'000, 'x')), shell.host.take<ipc::StreamReceive>().id);
  EXPECT_TRUE(shell.host.silent());
  const auto reply = shell.client.reply();
  EXPECT_GT(reply.size(), 400'000U);
  EXPECT_TRUE(shell.client.ended());
  shell.client.close();
  EXPECT_TRUE(shell.host.silent());
}

TEST(Connection, AReplyThatTheClientDoesNotTakeIsGivenBack) {
  ServiceWorld world;
  OpenShell shell(world);
  shell.client = world.client(4096);
  shell.client.post("alice", receive_message(OpenShell::id, command), "Connection: close\r\n");
  world.accept_login();
  shell.host.send(output(7, std::string(300'000, 'x')), shell.host.take<ipc::StreamReceive>().id);
  EXPECT_TRUE(shell.host.silent());
  world.pass(seconds(6));
  EXPECT_EQ(shell.host.take<ipc::Undelivered>().message.sequence, 7U);
}

TEST(Connection, AResetGivesTheLastReplyBack) {
  ServiceWorld world;
  OpenShell shell(world);
  receive(shell);
  EXPECT_TRUE(shell.client.reply().starts_with("HTTP/1.1 200"));
  shell.client.abort();
  const auto back = shell.host.take<ipc::Undelivered>();
  EXPECT_EQ(back.message.sequence, 7U);
  EXPECT_EQ(back.message.command, command);
  EXPECT_TRUE(shell.host.silent());
}

// The other connection's request is read first, and yet what was lost must not come after what it gets.
TEST(Connection, OutputLostWithAResetGoesBackBeforeItsCommandIsAskedAgain) {
  ServiceWorld world;
  OpenShell shell(world);
  auto second = world.client();
  second.post("alice", receive_message(OpenShell::id, "33333333-3333-3333-3333-333333333333"));
  world.accept_login();
  shell.host.send(output(1, "other"), shell.host.take<ipc::StreamReceive>().id);
  EXPECT_TRUE(second.reply().starts_with("HTTP/1.1 200"));
  receive(shell);
  EXPECT_TRUE(shell.client.reply().starts_with("HTTP/1.1 200"));
  second.post("alice", receive_message(OpenShell::id, command));
  shell.client.abort();
  EXPECT_EQ(shell.host.take<ipc::Undelivered>().message.sequence, 7U);
  EXPECT_EQ(shell.host.take<ipc::StreamReceive>().message.command, command);
  EXPECT_TRUE(shell.host.silent());
}

TEST(Connection, TheNextRequestTellsThatTheLastReplyArrived) {
  ServiceWorld world;
  OpenShell shell(world);
  receive(shell);
  shell.client.reply();
  shell.client.post("alice", receive_message(OpenShell::id, command));
  shell.host.take<ipc::StreamReceive>();
  shell.client.abort();
  world.pass(milliseconds(0));
  EXPECT_TRUE(shell.host.take<ipc::Cancel>().id != 0);  // and no Undelivered
  EXPECT_TRUE(shell.host.silent());
}

// Also when the answer comes at the same moment: the host knows what to do with a Cancel for it.
TEST(Connection, AClientThatLeavesCancelsItsReceive) {
  for (const bool answered_meanwhile : {false, true}) {
    ServiceWorld world;
    OpenShell shell(world);
    shell.client.post("alice", receive_message(OpenShell::id, command));
    const auto question = shell.host.take<ipc::StreamReceive>();
    shell.client.close();
    world.pass(milliseconds(0));
    if (answered_meanwhile) shell.host.send(output(7, "x"), question.id);
    EXPECT_EQ(shell.host.take<ipc::Cancel>().id, question.id);
    EXPECT_TRUE(shell.host.silent());
  }
}

TEST(Connection, ARequestThatIsTooLargeIsAnsweredAlthoughTheClientGoesOnSending) {
  ServiceWorld world;
  auto client = world.client();
  client.send("POST /wsman HTTP/1.1\r\nHost: h\r\n" + authorization("alice") + "Content-Length: 9000000\r\n\r\n");
  client.send(std::string(3'000'000, 'x'));
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(client.ended());
  EXPECT_FALSE(client.was_reset());
}

TEST(Connection, WhoDoesNotSendARequestInTimeGets408AndWhoSendsNothingNoWord) {
  ServiceWorld world;
  auto slow = world.client();
  auto idle = world.client();
  slow.send("POST /wsman HTTP/1.1\r\nHost:");
  world.pass(seconds(29));
  EXPECT_TRUE(slow.silent() && idle.silent());
  world.pass(seconds(31));  // nobody has logged in: no more than half a minute
  EXPECT_TRUE(slow.reply().starts_with("HTTP/1.1 408"));
  EXPECT_TRUE(slow.ended());
  EXPECT_EQ(idle.reply(), "");
  EXPECT_TRUE(idle.ended());
}

TEST(Connection, WhoDoesNotSayGoodbyeIsClosedAllTheSame) {
  ServiceWorld world;
  auto client = world.client();
  client.send("NONSENSE\r\n\r\n");
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(client.ended());
  world.pass(seconds(4));
  EXPECT_EQ(world.server->connections(), 1U);
  world.pass(seconds(6));
  world.pass(milliseconds(0));
  EXPECT_EQ(world.server->connections(), 0U);
}

TEST(Connection, ABodyIsAskedForOnlyOnceTheLogInIsKnown) {
  ServiceWorld world;
  auto client = world.client();
  const auto head =
      "POST /wsman HTTP/1.1\r\nHost: h\r\nContent-Type: application/soap+xml\r\nExpect: 100-continue\r\n" +
      authorization("alice") + "Content-Length: 3\r\n\r\n";
  client.send(head);
  EXPECT_TRUE(client.silent());
  world.accept_login();
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 100 Continue\r\n\r\n"));
  client.send("<a>");
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 500"));

  auto other = world.client();
  other.send(head);
  world.refuse_login();
  EXPECT_TRUE(other.reply().starts_with("HTTP/1.1 401"));
  EXPECT_TRUE(other.ended());
}

TEST(Connection, ARefusedRequestsBodyIsNotTakenForTheNextRequest) {
  ServiceWorld world;
  auto client = world.client();
  client.post("", std::string("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  const auto reply = client.reply();
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 401"));
  EXPECT_NE(reply.find("WWW-Authenticate: Basic realm=\"WSMAN\""), std::string::npos);
  EXPECT_TRUE(client.silent());
  EXPECT_TRUE(world.auth.silent());
}

TEST(Connection, PipelinedRequestsAreAnsweredInOrder) {
  ServiceWorld world;
  auto client = world.client();
  client.send(
      "GET /wsman HTTP/1.1\r\nHost: h\r\n\r\nGET /other HTTP/1.1\r\nHost: h\r\n\r\nHEAD /wsman HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 405"));
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 404"));
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 405"));
  EXPECT_TRUE(client.ended());  // HTTP/1.0
}

TEST(Connection, TheSameCredentialsAreAskedAboutOnceForAWhile) {
  ServiceWorld world;
  auto client = world.client();
  client.post("alice", std::string("<a/>"));
  world.accept_login();
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 500"));
  client.post("alice", std::string("<a/>"));
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 500"));
  client.post("bob", std::string("<a/>"));
  world.refuse_login();
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 401"));
  // alice's token goes with the state that named it
  EXPECT_EQ(world.supervisor.take<ipc::ReleaseToken>().message.token, "token 1");
}

TEST(Connection, WithoutWinrmdAuthThereAreNoLogInsAndALateAnswerIsLetGo) {
  ServiceWorld world;
  auto client = world.client();
  client.post("alice", std::string("<a/>"));
  const auto question = world.auth.take<ipc::Login>();
  world.pass(seconds(31));
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 503"));
  ipc::LoginResult late;
  late.status = ipc::LoginStatus::accepted;
  late.token = "late";
  world.auth.send(late, question.id);
  EXPECT_EQ(world.supervisor.take<ipc::ReleaseToken>().message.token, "late");

  world.auth.die();
  auto other = world.client();
  world.loop.settle();
  other.post("alice", std::string("<a/>"));
  EXPECT_TRUE(other.reply().starts_with("HTTP/1.1 503"));
}

TEST(Server, ConnectionsThatAreOverTakeNoPlace) {
  auto setup = service_setup();
  setup.limits.max_connections = 2;
  ServiceWorld world(std::move(setup));
  for (int i = 0; i < 10; ++i) {
    auto client = world.client();
    client.send("GET /wsman HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 405")) << i;
    client.close();
    world.loop.settle();
  }
}

TEST(Server, WhoOnlyConnectsDoesNotKeepUsersOut) {
  auto setup = service_setup();
  setup.limits.max_connections = 3;
  ServiceWorld world(std::move(setup));
  OpenShell user(world);
  auto first = world.client();
  world.loop.settle();
  auto second = world.client();
  world.loop.settle();
  auto another = world.client();
  another.send("GET /wsman HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(another.reply().starts_with("HTTP/1.1 405"));
  EXPECT_TRUE(first.ended());  // the one that waited longest
  EXPECT_TRUE(second.silent());
  EXPECT_TRUE(user.client.silent());
}

TEST(Server, WhenEverybodyHasLoggedInTheNextIsTurnedAway) {
  auto setup = service_setup();
  setup.limits.max_connections = 1;
  ServiceWorld world(std::move(setup));
  OpenShell user(world);
  auto another = world.client();
  EXPECT_TRUE(another.reply().starts_with("HTTP/1.1 503"));
  EXPECT_TRUE(another.ended());
  EXPECT_TRUE(user.client.silent());
}

TEST(Server, StoppingClosesIdleConnectionsAtOnceAndOthersAfterTheirReply) {
  ServiceWorld world;
  OpenShell shell(world);
  auto idle = world.client();
  shell.client.post("alice", receive_message(OpenShell::id, command));
  const auto question = shell.host.take<ipc::StreamReceive>();
  world.server->stop();
  EXPECT_TRUE(idle.ended());
  EXPECT_EQ(shell.host.take<ipc::Stop>().message.reason, 2U);
  shell.host.send(ipc::Failed{995, {}, false}, question.id);
  const auto reply = shell.client.reply();
  EXPECT_NE(reply.find("Connection: close"), std::string::npos);
  EXPECT_TRUE(shell.client.ended());
  shell.host.die();
  EXPECT_TRUE(world.loop.until([&] { return world.loop.context.stopped(); }));
}

}  // namespace
}  // namespace winrmd::net::testing
