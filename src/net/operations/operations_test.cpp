#include "net/testing/service_world.hpp"

namespace winrmd::net::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string one = "22222222-2222-2222-2222-222222222222";
const std::string two = "33333333-3333-3333-3333-333333333333";
const std::string three = "44444444-4444-4444-4444-444444444444";

bool is_fault(const std::string& reply, std::uint32_t code) {
  return reply.starts_with("HTTP/1.1 500") && reply.find("Code=\"" + std::to_string(code) + '"') != std::string::npos;
}
constexpr std::uint32_t timed_out = 2150858793;
constexpr std::uint32_t unknown = 2150858843;

TEST(Operations, ACommandThatIsOverMakesRoomForAnother) {
  ServiceWorld world;
  OpenShell shell(world);
  const auto first = shell.start(one);
  shell.start(two);
  shell.client.post("alice", command_message(OpenShell::id, three));
  EXPECT_TRUE(is_fault(shell.client.reply(), 2150859241));  // two at a time
  shell.host.send(ipc::CommandEnded{OpenShell::id, one, first});
  world.loop.settle();
  shell.start(three);
}

// A client may use an id again; what is said about the command before must not hit the new one.
TEST(Operations, TheEndOfACommandIsNotThatOfItsNamesake) {
  ServiceWorld world;
  OpenShell shell(world);
  const auto first = shell.start(one);
  shell.host.send(ipc::CommandEnded{OpenShell::id, one, first});
  world.loop.settle();
  shell.start(one);
  shell.host.send(ipc::CommandEnded{OpenShell::id, one, first});
  world.loop.settle();
  shell.client.post("alice", command_message(OpenShell::id, one));
  EXPECT_TRUE(is_fault(shell.client.reply(), 2150859222));  // it is there
}

TEST(Operations, ACommandThatTimedOutCountsUntilTheHostSaysWhatBecameOfIt) {
  for (const bool comes_up : {false, true}) {
    ServiceWorld world;
    OpenShell shell(world);
    shell.start(one);
    shell.client.post("alice", command_message(OpenShell::id, two, "PT0.5S"));
    const auto creation = shell.host.take<ipc::CommandCreate>().id;
    world.pass(seconds(1));
    EXPECT_TRUE(is_fault(shell.client.reply(), timed_out));
    EXPECT_EQ(shell.host.take<ipc::Cancel>().id, creation);
    shell.client.post("alice", command_message(OpenShell::id, three));
    EXPECT_TRUE(is_fault(shell.client.reply(), 2150859241));
    if (comes_up) {
      shell.host.send(ipc::Done{}, creation);
      shell.host.send(ipc::CommandEnded{OpenShell::id, two, creation});
    } else {
      shell.host.send(ipc::Failed{995, {}, false}, creation);
    }
    world.loop.settle();
    shell.start(three);
  }
}

TEST(Operations, AShellThatTimedOutIsCancelledAndItsHostEnds) {
  ServiceWorld world;
  auto client = world.client();
  auto message = create_message(OpenShell::id);
  message.timeout = "PT0.5S";
  client.post("alice", message);
  world.accept_login();
  auto host = world.start_host();
  const auto creation = host.take<ipc::ShellCreate>().id;
  world.pass(seconds(1));
  EXPECT_TRUE(is_fault(client.reply(), timed_out));
  EXPECT_EQ(host.take<ipc::Cancel>().id, creation);
  host.take<ipc::Stop>();
  host.send(ipc::ShellCreated{}, creation);
  EXPECT_TRUE(host.silent());
}

TEST(Operations, TheQuotaOfShellsCountsThoseThatAreBeingCreated) {
  ServiceWorld world;
  std::vector<Client> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(world.client());
    clients.back().post("alice", create_message());
    world.accept_login();
  }
  auto client = world.client();
  client.post("alice", create_message());
  world.accept_login();
  EXPECT_NE(client.reply().find("2150859173"), std::string::npos);
  // A start that fails gives the place back.
  world.supervisor.send(ipc::Failed{1450, "no", false}, world.supervisor.take<ipc::StartHost>().id);
  EXPECT_TRUE(is_fault(clients[0].reply(), 1450));
  client.post("alice", create_message());
  world.supervisor.take<ipc::StartHost>();
  world.supervisor.take<ipc::StartHost>();
  world.supervisor.take<ipc::StartHost>();
}

TEST(Operations, ADeadHostFailsItsCallersAndNobodyElse) {
  ServiceWorld world;
  OpenShell shell(world);
  auto waiting = world.client();
  shell.start(one);
  waiting.post("alice", receive_message(OpenShell::id, one));
  world.accept_login();
  shell.host.take<ipc::StreamReceive>();
  shell.host.die();
  EXPECT_TRUE(is_fault(waiting.reply(), 995));
  shell.client.post("alice", receive_message(OpenShell::id, one));
  EXPECT_TRUE(is_fault(shell.client.reply(), unknown));
  // Its id is free again.
  shell.client.post("alice", create_message(OpenShell::id));
  world.start_host();
}

TEST(Operations, AShellThatEndsByItselfIsGoneAndItsHostEnds) {
  ServiceWorld world;
  OpenShell shell(world);
  shell.host.send(ipc::ShellEnded{OpenShell::id, shell.creation + 100});  // somebody else's
  world.loop.settle();
  shell.start(one);
  shell.host.send(ipc::ShellEnded{OpenShell::id, shell.creation});
  shell.host.take<ipc::Stop>();
  shell.client.post("alice", receive_message(OpenShell::id, one));
  EXPECT_TRUE(is_fault(shell.client.reply(), unknown));
}

// Whoever stops its own host with a signal must not be able to fill the machine with them.
TEST(Operations, AHostThatDoesNotEndWhenItIsToldToIsKilled) {
  ServiceWorld world;
  OpenShell shell(world);
  shell.host.send(ipc::ShellEnded{OpenShell::id, shell.creation});
  shell.host.take<ipc::Stop>();
  world.pass(milliseconds(0));
  world.pass(seconds(19));
  EXPECT_TRUE(world.supervisor.silent());
  world.pass(seconds(21));
  EXPECT_EQ(world.supervisor.take<ipc::EndHost>().message.host, 1U);
  EXPECT_TRUE(shell.host.abandoned());
  world.pass(seconds(60));
  EXPECT_TRUE(world.supervisor.silent());
}

TEST(Operations, S14_ATokenIsReleasedOnlyWhenTheProcessUnderItHasEnded) {
  ServiceWorld world;
  OpenShell shell(world);
  shell.client.close();
  shell.host.send(ipc::ShellEnded{OpenShell::id, shell.creation});
  shell.host.take<ipc::Stop>();
  world.pass(std::chrono::minutes(10));  // the user's record is over, too
  EXPECT_TRUE(shell.host.silent());
  EXPECT_TRUE(world.supervisor.silent());
  shell.host.die();
  world.pass(milliseconds(0));
  EXPECT_EQ(world.supervisor.take<ipc::ReleaseToken>().message.token, "token 1");
}

TEST(Operations, TheShellOfSomebodyElseIsRefusedAndThatIsWrittenDown) {
  ServiceWorld world;
  OpenShell shell(world);
  auto bob = world.client();
  bob.post("bob", receive_message(OpenShell::id, one));
  world.accept_login();
  EXPECT_TRUE(is_fault(bob.reply(), 5));
  EXPECT_TRUE(shell.host.silent());
  const auto text = world.audited();
  const auto line = text.find("\"message\":\"authz_shell\",\"user\":\"bob\"");
  ASSERT_NE(line, std::string::npos) << text;
  EXPECT_NE(text.find("\"verdict\":\"denied\",\"code\":5", line), std::string::npos);
}

TEST(Operations, AReceiveThatItsHostDoesNotAnswerIsCancelled) {
  ServiceWorld world;
  OpenShell shell(world);
  shell.start(one);
  shell.client.post("alice", receive_message(OpenShell::id, one));
  const auto question = shell.host.take<ipc::StreamReceive>().id;
  world.pass(seconds(60));  // the host's own time
  EXPECT_TRUE(shell.client.silent());
  world.pass(seconds(66));
  EXPECT_TRUE(is_fault(shell.client.reply(), timed_out));
  EXPECT_EQ(shell.host.take<ipc::Cancel>().id, question);
}

TEST(Operations, IdleShellsAreDeletedAndBusyOnesAreNot) {
  ServiceWorld world;
  OpenShell shell(world);
  shell.start(one);
  auto waiting = world.client();
  waiting.post("alice", receive_message(OpenShell::id, one));
  world.accept_login();
  shell.host.take<ipc::StreamReceive>();
  world.pass(milliseconds(0));
  EXPECT_TRUE(shell.host.silent());
  waiting.close();
  world.pass(milliseconds(0));
  shell.host.take<ipc::Cancel>();
  world.pass(std::chrono::hours(3));
  const auto question = shell.host.take<ipc::ShellDelete>();
  shell.host.send(ipc::Done{}, question.id);
  shell.host.take<ipc::Stop>();
}

}  // namespace
}  // namespace winrmd::net::testing
