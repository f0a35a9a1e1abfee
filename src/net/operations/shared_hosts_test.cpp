// Hosts that users share, and hosts that start by themselves.
#include "lib/ipc/messages_resource.hpp"
#include "net/testing/service_world.hpp"

namespace winrmd::net::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint32_t reboot = 1;
constexpr std::uint32_t crash = 2;

ipc::NetSetup shared_setup(bool auto_restart, std::string run_as = {}) {
  auto setup = service_setup();
  auto& plugin = setup.applications.front().plugins.front();
  plugin.shared_process = true;
  plugin.auto_restart = auto_restart;
  plugin.run_as_account = std::move(run_as);
  return setup;
}

struct SharedWorld : ServiceWorld {
  using ServiceWorld::ServiceWorld;

  // The question for a host, and its answer.
  std::pair<ipc::StartHost, Peer> host_asked_for() {
    const auto question = supervisor.take<ipc::StartHost>();
    auto [far, fd] = Peer::make(loop);
    const std::array fds{fd.get()};
    supervisor.send(ipc::HostStarted{++hosts, "account"}, question.id, fds);
    return {question.message, std::move(far)};
  }
  // A client of that user who wants a shell.
  Client wants_shell(const std::string& user) {
    auto one = client();
    one.post(user, create_message());
    accept_login();
    return one;
  }
  // Lets the shell come up that the host is asked for.
  static ipc::ShellCreate create(Peer& host, Client& client, std::uint64_t* creation = nullptr) {
    auto question = host.take<ipc::ShellCreate>();
    host.send(ipc::ShellCreated{}, question.id);
    EXPECT_NE(client.reply().find("ResourceCreated"), std::string::npos);
    if (creation != nullptr) *creation = question.id;
    return question.message;
  }
  std::uint64_t hosts = 0;
};

TEST(RunAs, AllUsersOfASharedProcessShareItAndEachBringsTheirToken) {
  SharedWorld world(shared_setup(false, "worker"));
  auto alice = world.wants_shell("alice");
  auto [question, host] = world.host_asked_for();
  EXPECT_EQ(question.token, "");  // the configuration says who it runs as
  EXPECT_EQ(SharedWorld::create(host, alice).client_token, "token 1");
  auto bob = world.wants_shell("bob");
  EXPECT_EQ(SharedWorld::create(host, bob).client_token, "token 2");
  EXPECT_TRUE(world.supervisor.silent());
}

TEST(RunAs, WithoutASharedProcessEachShellHasItsOwn) {
  auto setup = shared_setup(false, "worker");
  setup.applications.front().plugins.front().shared_process = false;
  SharedWorld world(setup);
  auto first = world.wants_shell("alice");
  auto [question, host] = world.host_asked_for();
  EXPECT_EQ(SharedWorld::create(host, first).client_token, "token 1");
  auto second = world.wants_shell("alice");
  world.host_asked_for();
}

TEST(RunAs, TheClientsTokenLivesAsLongAsTheShell) {
  SharedWorld world(shared_setup(false, "worker"));
  auto alice = world.wants_shell("alice");
  auto [question, host] = world.host_asked_for();
  std::uint64_t creation = 0;
  SharedWorld::create(host, alice, &creation);
  alice.close();
  world.pass(minutes(2));
  EXPECT_TRUE(world.supervisor.silent());
  host.send(ipc::ShellEnded{"", creation});
  world.pass(minutes(3));
  EXPECT_EQ(world.supervisor.take<ipc::ReleaseToken>().message.token, "token 1");
}

TEST(SharedHosts, OfOtherUsersAreOtherProcesses) {
  SharedWorld world(shared_setup(false));
  auto alice = world.wants_shell("alice");
  auto [first, host] = world.host_asked_for();
  EXPECT_EQ(SharedWorld::create(host, alice).client_token, "");
  auto again = world.wants_shell("alice");
  SharedWorld::create(host, again);
  auto bob = world.wants_shell("bob");
  auto [second, other] = world.host_asked_for();
  EXPECT_NE(first.token, second.token);
}

TEST(AutoRestart, ACrashedHostIsStartedAgainAtOnceAndSaysWhy) {
  SharedWorld world(shared_setup(true));
  auto alice = world.wants_shell("alice");
  auto [first, host] = world.host_asked_for();
  EXPECT_EQ(first.startup_flags, 0U);
  SharedWorld::create(host, alice);
  host.die();
  world.pass(milliseconds(0));
  auto [second, again] = world.host_asked_for();
  EXPECT_EQ(second.startup_flags, crash);
  EXPECT_EQ(second.token, first.token);
  // It is the one that new shells get.
  auto more = world.wants_shell("alice");
  SharedWorld::create(again, more);
  EXPECT_TRUE(world.supervisor.silent());
}

TEST(AutoRestart, IsNotForOthers) {
  SharedWorld world(shared_setup(false));
  auto alice = world.wants_shell("alice");
  auto [first, host] = world.host_asked_for();
  SharedWorld::create(host, alice);
  host.die();
  world.pass(milliseconds(0));
  EXPECT_TRUE(world.supervisor.silent());
}

TEST(AutoRestart, PausesGrowWhileTheProcessDoesNotLast) {
  SharedWorld world(shared_setup(true));
  auto alice = world.wants_shell("alice");
  auto [first, host] = world.host_asked_for();
  SharedWorld::create(host, alice);
  host.die();
  world.pass(milliseconds(0));
  for (const auto pause : {seconds(1), seconds(2), seconds(4), seconds(8)}) {
    auto [question, next] = world.host_asked_for();
    world.loop.settle();
    next.die();
    world.pass(milliseconds(0));
    world.pass(pause - milliseconds(500));
    EXPECT_TRUE(world.supervisor.silent()) << pause.count();
    world.pass(pause + milliseconds(500));
  }
  world.host_asked_for();
}

TEST(AutoRestart, WhoNeedsTheHostDoesNotWaitForThePause) {
  SharedWorld world(shared_setup(true));
  auto alice = world.wants_shell("alice");
  auto [first, host] = world.host_asked_for();
  SharedWorld::create(host, alice);
  host.die();
  world.pass(milliseconds(0));
  auto [second, again] = world.host_asked_for();
  world.loop.settle();
  again.die();
  world.pass(milliseconds(0));
  EXPECT_TRUE(world.supervisor.silent());
  auto more = world.wants_shell("alice");
  auto [third, asked] = world.host_asked_for();
  EXPECT_EQ(third.startup_flags, 0U);
  SharedWorld::create(asked, more);
  world.pass(minutes(1));
  EXPECT_TRUE(world.supervisor.silent());
}

TEST(AutoRestart, EndsWithTheToken) {
  SharedWorld world(shared_setup(true));
  auto alice = world.wants_shell("alice");
  auto [first, host] = world.host_asked_for();
  SharedWorld::create(host, alice);
  host.die();
  world.pass(milliseconds(0));
  world.supervisor.send(ipc::Failed{6, "the token is not live", false}, world.supervisor.take<ipc::StartHost>().id);
  world.loop.settle();
  world.pass(minutes(9));
  world.supervisor.take<ipc::ReleaseToken>();
  EXPECT_TRUE(world.supervisor.silent());
}

TEST(AutoRestart, AHostThatIsLetGoStaysAway) {
  auto setup = shared_setup(true);
  setup.applications.front().plugins.front().process_idle_timeout_ms = 1'000;
  SharedWorld world(setup);
  auto alice = world.wants_shell("alice");
  auto [first, host] = world.host_asked_for();
  std::uint64_t creation = 0;
  SharedWorld::create(host, alice, &creation);
  host.send(ipc::ShellEnded{"", creation});
  world.loop.settle();
  world.pass(milliseconds(0));
  world.pass(seconds(2));
  host.take<ipc::Stop>();
  host.die();
  world.pass(seconds(3));
  EXPECT_TRUE(world.supervisor.silent());
}

TEST(AutoRestart, APluginThatRunsAsSomebodyStartsWithTheService) {
  SharedWorld world(shared_setup(true, "worker"));
  world.pass(milliseconds(0));
  auto [question, host] = world.host_asked_for();
  EXPECT_EQ(question.startup_flags, reboot);
  EXPECT_EQ(question.token, "");
  auto alice = world.wants_shell("alice");
  SharedWorld::create(host, alice);
  EXPECT_TRUE(world.supervisor.silent());
}

TEST(AutoRestart, APluginThatIsNewAfterAReloadStartsToo) {
  auto setup = shared_setup(true, "worker");
  SharedWorld world(setup);
  world.pass(milliseconds(0));
  auto [first, host] = world.host_asked_for();
  world.loop.settle();
  world.server->service().reload(setup.applications, setup.limits);
  world.pass(milliseconds(0));
  EXPECT_TRUE(world.supervisor.silent());
  setup.applications.front().plugins.front().revision = 2;
  world.server->service().reload(setup.applications, setup.limits);
  world.pass(milliseconds(0));
  auto [second, fresh] = world.host_asked_for();
  EXPECT_EQ(second.startup_flags, reboot);
  host.take<ipc::Stop>();
}

TEST(AutoRestart, WhatCannotStartIsTriedAgainLater) {
  SharedWorld world(shared_setup(true, "worker"));
  world.pass(milliseconds(0));
  world.supervisor.send(ipc::Failed{1450, "no", false}, world.supervisor.take<ipc::StartHost>().id);
  world.loop.settle();
  world.pass(milliseconds(0));
  auto [question, host] = world.host_asked_for();
  EXPECT_EQ(question.startup_flags, reboot);
}

TEST(AutoRestart, APluginWithNothingMoreToDoLetsItsHostGo) {
  SharedWorld world(shared_setup(true, "worker"));
  world.pass(milliseconds(0));
  auto [question, host] = world.host_asked_for();
  auto alice = world.wants_shell("alice");
  std::uint64_t creation = 0;
  SharedWorld::create(host, alice, &creation);
  host.send(ipc::WorkFinished{"cmd"});
  world.loop.settle();
  world.pass(milliseconds(0));
  EXPECT_TRUE(host.silent());  // somebody's shell is in there
  host.send(ipc::ShellEnded{"", creation});
  world.loop.settle();
  world.pass(milliseconds(0));
  host.take<ipc::Stop>();
  host.die();
  const auto again = shared_setup(true, "worker");
  world.server->service().reload(again.applications, again.limits);
  world.pass(minutes(9));
  EXPECT_TRUE(world.supervisor.silent());
}

TEST(AutoRestart, AHostThatWasStartedForARequestStaysWhateverItsPluginReports) {
  SharedWorld world(shared_setup(true));
  auto alice = world.wants_shell("alice");
  auto [question, host] = world.host_asked_for();
  std::uint64_t creation = 0;
  SharedWorld::create(host, alice, &creation);
  host.send(ipc::WorkFinished{"cmd"});
  host.send(ipc::ShellEnded{"", creation});
  world.loop.settle();
  world.pass(minutes(9));
  EXPECT_TRUE(host.silent());
}

TEST(AutoRestart, NothingStartsWhileTheServiceStops) {
  SharedWorld world(shared_setup(true));
  auto alice = world.wants_shell("alice");
  auto [question, host] = world.host_asked_for();
  SharedWorld::create(host, alice);
  world.server->service().stop();
  host.take<ipc::Stop>();
  host.die();
  world.pass(milliseconds(0));
  EXPECT_TRUE(world.server->service().stopped());
  for (auto frame = world.supervisor.next(); frame; frame = world.supervisor.next()) {
    EXPECT_FALSE(ipc::decode<ipc::StartHost>(*frame));
  }
}

}  // namespace
}  // namespace winrmd::net::testing
