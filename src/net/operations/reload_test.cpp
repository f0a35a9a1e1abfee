// Applications, plug-ins and limits that change while shells are open.
#include "net/testing/service_world.hpp"

namespace winrmd::net::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const std::string command = "22222222-2222-2222-2222-222222222222";
const std::string other = "33333333-3333-3333-3333-333333333333";
constexpr std::uint32_t no_such_resource = 2150858811;

struct ReloadWorld : ServiceWorld {
  ipc::NetSetup setup;
  explicit ReloadWorld(ipc::NetSetup initial = service_setup()) : ServiceWorld(initial), setup(std::move(initial)) {}
  Plugin& plugin() { return setup.applications.front().plugins.front(); }
  void reload() {
    server->service().reload(setup.applications, setup.limits);
    loop.settle();
  }
};

bool is_fault(const std::string& reply, std::uint32_t code) {
  return reply.starts_with("HTTP/1.1 500") && reply.find("Code=\"" + std::to_string(code) + '"') != std::string::npos;
}

// The client's shell takes another command and gives its output.
void expect_works(OpenShell& shell) {
  const auto created = shell.start(command);
  shell.client.post("alice", receive_message(OpenShell::id, command));
  const auto question = shell.host.take<ipc::StreamReceive>();
  shell.host.send(ipc::Received{.sequence = 1, .chunks = {{"stdout", "text"}}, .state = "x", .exit_code = {}},
                  question.id);
  EXPECT_NE(shell.client.reply().find("dGV4dA=="), std::string::npos);
  shell.host.send(ipc::CommandEnded{OpenShell::id, command, created});
}

TEST(Reload, ShellsGoOnUnderAChangedPlugin) {
  ReloadWorld world;
  OpenShell shell(world);
  world.plugin().revision = 2;
  world.plugin().file = "another.so";
  world.plugin().resources.push_back({.uri = "http://x.test/another"});
  world.reload();
  expect_works(shell);
}

TEST(Reload, AReceiveThatWaitsIsAnswered) {
  ReloadWorld world;
  OpenShell shell(world);
  shell.start(command);
  shell.client.post("alice", receive_message(OpenShell::id, command));
  const auto question = shell.host.take<ipc::StreamReceive>();
  world.setup.applications.clear();
  world.reload();
  shell.host.send(ipc::Received{.sequence = 1, .chunks = {{"stdout", "text"}}, .state = "x", .exit_code = {}},
                  question.id);
  EXPECT_NE(shell.client.reply().find("dGV4dA=="), std::string::npos);
}

TEST(Reload, APluginThatIsGoneGetsNoNewShellsAndKeepsThoseItHas) {
  ReloadWorld world;
  OpenShell shell(world);
  world.setup.applications.front().plugins.clear();
  world.reload();
  expect_works(shell);
  shell.client.post("alice", create_message());
  EXPECT_TRUE(is_fault(shell.client.reply(), no_such_resource));
  EXPECT_TRUE(world.supervisor.silent());
  // Somebody else learns no more about it than about any other shell.
  auto bob = world.client();
  bob.post("bob", receive_message(OpenShell::id, command));
  world.accept_login();
  EXPECT_TRUE(is_fault(bob.reply(), 5));
  shell.client.post("alice", Message{"http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete", "", OpenShell::id});
  shell.host.send(ipc::Done{}, shell.host.take<ipc::ShellDelete>().id);
  EXPECT_TRUE(shell.client.reply().starts_with("HTTP/1.1 200"));
  shell.client.post("alice", receive_message(OpenShell::id, command));
  EXPECT_TRUE(is_fault(shell.client.reply(), no_such_resource));
}

TEST(Reload, AShellIsReachedByTheUriItWasMadeWith) {
  ReloadWorld world;
  OpenShell shell(world);
  world.plugin().resources.front().uri = "http://x.test/another";
  world.reload();
  expect_works(shell);
}

TEST(Reload, AnApplicationThatIsGoneIs404AndItsShellsAreEndedInOrder) {
  ReloadWorld world;
  OpenShell shell(world);
  auto elsewhere = world.setup.applications.front();
  elsewhere.path = "elsewhere";
  world.setup.applications = {elsewhere};
  world.reload();
  shell.client.post("alice", receive_message(OpenShell::id, command));
  EXPECT_TRUE(shell.client.reply().starts_with("HTTP/1.1 404"));
  world.pass(milliseconds(0));
  const auto question = shell.host.take<ipc::ShellDelete>();
  world.pass(milliseconds(0));
  EXPECT_TRUE(shell.host.silent());  // once
  shell.host.send(ipc::Done{}, question.id);
  shell.host.take<ipc::Stop>();
}

TEST(Reload, AShellThatComesUpInAnApplicationThatIsGoneIsEnded) {
  ReloadWorld world;
  auto client = world.client();
  client.post("alice", create_message(OpenShell::id));
  world.accept_login();
  auto host = world.start_host();
  const auto creation = host.take<ipc::ShellCreate>().id;
  world.setup.applications.clear();
  world.reload();
  host.send(ipc::ShellCreated{}, creation);
  EXPECT_NE(client.reply().find("ResourceCreated"), std::string::npos);
  world.pass(milliseconds(0));
  host.take<ipc::ShellDelete>();
}

TEST(Reload, SharedHostsOfAChangedPluginDrain) {
  auto setup = service_setup();
  setup.applications.front().plugins.front().shared_process = true;
  ReloadWorld world(setup);
  OpenShell shell(world);
  world.plugin().revision = 2;
  world.reload();
  auto client = world.client();
  client.post("alice", create_message());
  world.accept_login();
  auto fresh = world.start_host();
  fresh.take<ipc::ShellCreate>();
  expect_works(shell);
  world.pass(milliseconds(0));
  EXPECT_TRUE(shell.host.silent());
  shell.host.send(ipc::ShellEnded{OpenShell::id, shell.creation});
  world.loop.settle();
  world.pass(milliseconds(0));
  shell.host.take<ipc::Stop>();
  EXPECT_TRUE(fresh.silent());
}

TEST(Reload, SharedHostsOfAPluginThatIsTheSameGoOn) {
  auto setup = service_setup();
  setup.applications.front().plugins.front().shared_process = true;
  ReloadWorld world(setup);
  OpenShell shell(world);
  world.plugin().quotas.max_shells = 10;
  world.plugin().process_idle_timeout_ms = 1'000;
  world.reload();
  shell.client.post("alice", create_message());
  const auto creation = shell.host.take<ipc::ShellCreate>().id;
  shell.host.send(ipc::ShellCreated{}, creation);
  EXPECT_NE(shell.client.reply().find("ResourceCreated"), std::string::npos);
  shell.host.send(ipc::ShellEnded{"", creation});
  shell.host.send(ipc::ShellEnded{"", shell.creation});
  world.loop.settle();
  world.pass(milliseconds(0));
  world.pass(seconds(2));
  shell.host.take<ipc::Stop>();  // after the idle time of now
}

TEST(Reload, LimitsHoldForWhatIsAskedFromThenOn) {
  ReloadWorld world;
  OpenShell shell(world);
  shell.start(command);
  world.setup.limits.max_shells_per_user = 1;
  world.setup.limits.max_commands_per_shell = 1;
  world.setup.limits.max_operation_timeout_ms = 1'000;
  world.reload();
  shell.client.post("alice", create_message());
  EXPECT_NE(shell.client.reply().find("2150859173"), std::string::npos);
  shell.client.post("alice", command_message(OpenShell::id, other));
  EXPECT_TRUE(is_fault(shell.client.reply(), 2150859241));
  shell.client.post("alice", receive_message(OpenShell::id, command));
  EXPECT_LE(shell.host.take<ipc::StreamReceive>().message.details.operation_timeout_ms, 1'000U);
}

TEST(Reload, ConnectionsGoOnWithinTheLimitsOfNow) {
  ReloadWorld world;
  OpenShell shell(world);
  auto idle = world.client();
  world.setup.limits.connection_idle_timeout_ms = 1'000;
  world.setup.limits.max_connections = 2;
  world.reload();
  expect_works(shell);
  world.pass(seconds(2));
  EXPECT_TRUE(idle.ended());
  EXPECT_TRUE(shell.client.ended());
}

TEST(Reload, IdentifyTellsOfTheListenersOfNow) {
  ReloadWorld world;
  const auto identify = [&] {
    auto client = world.client();
    client.post("alice",
                R"(<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope")"
                R"( xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Body><i:Identify/>)"
                "</s:Body></s:Envelope>");
    world.accept_login();
    return client.reply();
  };
  EXPECT_EQ(identify().find("spnego"), std::string::npos);
  EXPECT_TRUE(world.server->reload({{.basic = true, .negotiate = true, .allow_unencrypted = true}}));
  EXPECT_NE(identify().find("http/spnego-kerberos"), std::string::npos);
}

TEST(Reload, MoreMayBeSentWhereMoreIsAllowedNow) {
  ReloadWorld world;
  OpenShell shell(world);
  world.setup.limits.max_envelope_size = 4'000'000;
  world.reload();
  const std::string large(3'000'000, 'x');
  shell.client.post("alice", Message{"x", large, {}}.envelope());
  EXPECT_TRUE(shell.client.reply().starts_with("HTTP/1.1 500"));  // read, at least
}

TEST(LimitsOfApplications, ComeBeforeThoseOfTheService) {
  auto setup = service_setup();
  auto small = setup.applications.front();
  small.path = "small";
  small.max_envelope_size = 2'000;
  small.max_operation_timeout_ms = 5'000;
  small.max_shell_idle_timeout_ms = 90'000;
  setup.applications.push_back(small);
  ServiceWorld world(setup);
  std::vector<Client> clients;
  const auto post = [&](std::string_view path, const std::string& body) -> Client& {
    auto& client = clients.emplace_back(world.client());
    client.send("POST /" + std::string(path) + " HTTP/1.1\r\nHost: h\r\nContent-Type: application/soap+xml\r\n" +
                authorization("alice") + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    world.accept_login();
    return client;
  };
  const std::string padding(2'000, ' ');
  EXPECT_TRUE(post("small", Message{"x", padding, {}}.envelope()).reply().starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(post("wsman", Message{"x", padding, {}}.envelope()).reply().starts_with("HTTP/1.1 500"));

  post("small", create_message().envelope());
  auto host = world.start_host();
  const auto question = host.take<ipc::ShellCreate>();
  EXPECT_LE(question.message.details.operation_timeout_ms, 5'000U);
  EXPECT_EQ(question.message.details.max_envelope_size, 2'000U);
  EXPECT_EQ(question.message.idle_timeout_ms, 90'000U);
}

TEST(LimitsOfApplications, MayBeWiderThanThoseOfTheService) {
  auto setup = service_setup();
  setup.limits.max_envelope_size = 2'000;
  setup.applications.front().max_envelope_size = 3'000'000;
  ServiceWorld world(setup);
  auto client = world.client();
  client.post("alice", Message{"x", std::string(2'500'000, ' '), {}}.envelope());
  world.accept_login();
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 500"));
}

}  // namespace
}  // namespace winrmd::net::testing
