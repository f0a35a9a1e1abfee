// The quotas of a plug-in as clients meet them.
#include "net/testing/service_world.hpp"

namespace winrmd::net::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const std::string one = "22222222-2222-2222-2222-222222222222";
const std::string two = "33333333-3333-3333-3333-333333333333";

constexpr std::uint32_t users_exceeded = 2150859237;
constexpr std::uint32_t shells_of_user_exceeded = 2150859236;
constexpr std::uint32_t shells_exceeded = 2150859238;
constexpr std::uint32_t operations_exceeded = 2150859239;
constexpr std::uint32_t operations_of_user_exceeded = 2150859240;
constexpr std::uint32_t commands_exceeded = 2150859241;
constexpr std::uint32_t idle_timeout_exceeded = 2150859250;

ipc::NetSetup setup_with(const ipc::PluginQuotaSetup& quotas) {
  auto setup = service_setup();
  setup.applications.front().plugins.front().quotas = quotas;
  return setup;
}

bool is_fault(const std::string& reply, std::uint32_t code) {
  return reply.starts_with("HTTP/1.1 500") && reply.find("Code=\"" + std::to_string(code) + '"') != std::string::npos &&
         reply.find("s:Receiver") != std::string::npos && reply.find("w:InternalError") != std::string::npos;
}

// What a first request of that user for a shell is answered, when it needs no host.
std::string refusal_for(ServiceWorld& world, const std::string& user) {
  auto client = world.client();
  client.post(user, create_message());
  world.accept_login();
  return client.reply();
}

TEST(PluginQuotas, ShellsOfAUser) {
  ServiceWorld world(setup_with({.max_shells_per_user = 1}));
  OpenShell shell(world);
  shell.client.post("alice", create_message());
  EXPECT_TRUE(is_fault(shell.client.reply(), shells_of_user_exceeded));
  EXPECT_NE(world.audited().find(R"("message":"quota","user":"alice")"), std::string::npos);
  shell.host.send(ipc::ShellEnded{OpenShell::id, shell.creation});
  world.loop.settle();
  shell.client.post("alice", create_message());
  world.start_host();
}

TEST(PluginQuotas, ShellsOfAll) {
  ServiceWorld world(setup_with({.max_shells = 1}));
  const OpenShell shell(world);
  EXPECT_TRUE(is_fault(refusal_for(world, "bob"), shells_exceeded));
}

TEST(PluginQuotas, UsersWithSomethingOpen) {
  ServiceWorld world(setup_with({.max_concurrent_users = 1}));
  OpenShell shell(world);
  EXPECT_TRUE(is_fault(refusal_for(world, "bob"), users_exceeded));
  shell.client.post("alice", create_message());  // is there already
  world.start_host();
}

TEST(PluginQuotas, OperationsOfAUserAndOfAll) {
  for (const bool of_all : {false, true}) {
    ServiceWorld world(setup_with(of_all ? ipc::PluginQuotaSetup{.max_operations = 1}
                                         : ipc::PluginQuotaSetup{.max_operations_per_user = 1}));
    OpenShell shell(world);
    const auto created = shell.start(one);
    shell.client.post("alice", command_message(OpenShell::id, two));
    EXPECT_TRUE(is_fault(shell.client.reply(), of_all ? operations_exceeded : operations_of_user_exceeded));
    shell.host.send(ipc::CommandEnded{OpenShell::id, one, created});
    world.loop.settle();
    shell.start(two);
  }
}

TEST(PluginQuotas, CommandsOfAShell) {
  ServiceWorld world(setup_with({.max_commands_per_shell = 1}));
  OpenShell shell(world);
  shell.start(one);
  shell.client.post("alice", command_message(OpenShell::id, two));
  EXPECT_TRUE(is_fault(shell.client.reply(), commands_exceeded));
}

// Neither makes room for what the other refuses.
TEST(PluginQuotas, AndThoseOfTheServiceAreLookedAtEachByItself) {
  auto setup = setup_with({.max_shells_per_user = 5});
  setup.limits.max_shells_per_user = 1;
  ServiceWorld world(setup);
  OpenShell shell(world);
  shell.client.post("alice", create_message());
  EXPECT_NE(shell.client.reply().find("2150859173"), std::string::npos);
}

TEST(PluginQuotas, AShellThatDoesNotComeUpGivesItsPlaceBack) {
  ServiceWorld world(setup_with({.max_concurrent_users = 1, .max_operations = 1, .max_shells = 1}));
  auto client = world.client();
  client.post("alice", create_message());
  world.accept_login();
  world.supervisor.send(ipc::Failed{1450, "no", false}, world.supervisor.take<ipc::StartHost>().id);
  EXPECT_TRUE(client.reply().starts_with("HTTP/1.1 500"));
  client.post("bob", create_message());
  world.accept_login();
  world.start_host();
}

TEST(PluginQuotas, GoOnCountingAcrossAReload) {
  auto setup = setup_with({.max_shells = 1});
  ServiceWorld world(setup);
  const OpenShell shell(world);
  setup.applications.front().plugins.front().revision = 2;
  world.server->service().reload(setup.applications, setup.limits);
  auto bob = world.client();
  bob.post("bob", create_message());
  world.accept_login();
  EXPECT_TRUE(is_fault(bob.reply(), shells_exceeded));
  setup.applications.front().plugins.front().quotas.max_shells = 2;
  world.server->service().reload(setup.applications, setup.limits);
  bob.post("bob", create_message());
  world.start_host();
}

TEST(PluginQuotas, TheIdleTimeoutIsThePlugins) {
  ServiceWorld world(setup_with({.idle_timeout_ms = 120'000, .max_idle_timeout_ms = 180'000}));
  OpenShell shell(world);
  auto message = create_message();
  message.body = "<rsp:Shell><rsp:IdleTimeOut>PT181S</rsp:IdleTimeOut></rsp:Shell>";
  shell.client.post("alice", message);
  EXPECT_TRUE(is_fault(shell.client.reply(), idle_timeout_exceeded));
  world.pass(seconds(100));
  EXPECT_TRUE(shell.host.silent());
  world.pass(seconds(130));
  shell.host.take<ipc::ShellDelete>();
}

TEST(PluginQuotas, OutputOfAPluginIsDroppedWhereTheClientDoesNotSay) {
  auto setup = service_setup();
  setup.applications.front().plugins.front().drop_output = true;
  ServiceWorld world(setup);
  OpenShell shell(world);
  shell.client.post("alice", Message{std::string(shell_actions) + "Disconnect", "<rsp:Disconnect/>", OpenShell::id});
  EXPECT_TRUE(shell.host.take<ipc::ShellState>().message.drop);
  // What a client says goes before it.
  auto message = create_message(one);
  message.body = "<rsp:Shell ShellId=\"" + one + "\"><rsp:BufferMode>Block</rsp:BufferMode></rsp:Shell>";
  auto client = world.client();
  client.post("alice", message);
  world.accept_login();
  auto host = world.start_host();
  host.send(ipc::ShellCreated{.supports_connect = true}, host.take<ipc::ShellCreate>().id);
  EXPECT_NE(client.reply().find("<rsp:BufferMode>Block"), std::string::npos);
}

}  // namespace
}  // namespace winrmd::net::testing
