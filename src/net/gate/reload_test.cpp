// Applications that change while users are admitted.
#include "net/testing/gate_world.hpp"
#include "wsman_codes.h"
#include "wsman_operations.h"

namespace winrmd::net::testing {
namespace {

using std::chrono::seconds;

Application changed() {
  auto application = application_with_plugin();
  application.plugins.emplace_back().name = "another";
  return application;
}

Application with_another_authorizer() {
  auto application = application_with_plugin();
  application.authorization_revision = 7;
  return application;
}

struct ReloadWorld : GateWorld {
  using GateWorld::GateWorld;
  void reload(std::vector<Application> applications, const Quota& default_quota = quota) {
    catalogue.replace(std::move(applications));
    gate.reload(catalogue, default_quota);
  }
  Task<Outcome<Permit>> authorize(Request& request, const UserRef& user) {
    return {loop, gate.authorize(request.exchange, user, WSManOperationShell)};
  }
  // The far end of the host that is in use, while another one may come.
  Peer take_host() {
    Peer taken = std::move(*host);
    host.reset();
    return taken;
  }
};

TEST(GateReload, AnApplicationThatIsAsItWasKeepsItsUsers) {
  ReloadWorld world;
  const auto user = world.admitted(world.alice, 1);
  world.reload({application_with_plugin()});
  const auto next = world.request(world.alice);
  EXPECT_EQ(world.admit(*next).get().value(), user);
  EXPECT_TRUE(world.host->silent());
}

TEST(GateReload, UsersOfAChangedApplicationAreAuthorizedAnewByTheSameProcess) {
  ReloadWorld world;
  auto user = world.admitted(world.alice, 1);
  const Activity running(user);
  world.reload({changed()});
  EXPECT_TRUE(world.host->silent());
  const auto next = world.request(world.alice);
  auto admission = world.admit(*next);
  world.host->send(GateWorld::success(2, world.alice), world.host->take<ipc::AuthzUser>().id);
  const auto fresh = admission.get().value();
  EXPECT_NE(fresh, user);
  EXPECT_EQ(fresh->application, world.application());
  EXPECT_EQ(fresh->usage, user->usage);
  // Released when whatever runs under it lets it go, which is after the new one is in place.
  EXPECT_TRUE(world.host->silent());
  user.reset();
}

TEST(GateReload, WhomNobodyWaitsForIsForgottenAtOnce) {
  ReloadWorld world;
  world.admitted(world.alice, 1);
  world.reload({changed()});
  world.expect_released(1);
  EXPECT_TRUE(world.supervisor.silent());
}

TEST(GateReload, ARefusalUnderTheNewSettingsRevokesTheRecord) {
  ReloadWorld world;
  const auto user = world.admitted(world.alice, 1);
  const Activity running(user);
  world.reload({changed()});
  const auto next = world.request(world.alice);
  auto admission = world.admit(*next);
  ipc::AuthzCompleted refusal;
  refusal.error_code = ERROR_ACCESS_DENIED;
  world.host->send(refusal, world.host->take<ipc::AuthzUser>().id);
  EXPECT_EQ(code_of(admission.get()), ERROR_ACCESS_DENIED);
  world.reload({application_with_plugin()});
  const auto later = world.request(world.alice);
  auto again = world.admit(*later);
  world.host->send(refusal, world.host->take<ipc::AuthzUser>().id);
  EXPECT_EQ(code_of(again.get()), ERROR_ACCESS_DENIED);
}

TEST(GateReload, AnExchangedPluginEndsWithItsLastContext) {
  ReloadWorld world;
  auto user = world.admitted(world.alice, 1);
  const auto request = world.request(world.alice);
  auto call = world.authorize(*request, user);
  ipc::AuthzCompleted operation;
  operation.context = 9;
  world.host->send(operation, world.host->take<ipc::AuthzOperation>().id);
  auto permit = std::move(call.get());
  ASSERT_TRUE(permit);

  world.reload({with_another_authorizer()});
  auto former = world.take_host();
  // A request that was admitted before is decided by whom it was admitted by.
  auto second = world.authorize(*request, user);
  former.send(ipc::AuthzCompleted{}, former.take<ipc::AuthzOperation>().id);
  EXPECT_TRUE(second.get());
  second.get() = {};

  const auto next = world.request(world.alice);
  auto admission = world.admit(*next);
  world.start_host();
  world.host->send(GateWorld::success(1, world.alice), world.host->take<ipc::AuthzUser>().id);
  EXPECT_TRUE(admission.get());
  EXPECT_TRUE(former.silent());
  user.reset();  // context 1 is the user's record's until the permit lets that go
  *permit = {};
  std::vector<std::uint64_t> released;
  for (int i = 0; i < 2; ++i) released.push_back(former.take<ipc::AuthzReleaseContext>().message.context);
  EXPECT_EQ(released, (std::vector<std::uint64_t>{9, 1}));
  former.take<ipc::Stop>();
  EXPECT_TRUE(world.host->silent());
}

TEST(GateReload, AnExchangedPluginThatDoesNotEndIsKilled) {
  ReloadWorld world;
  world.admitted(world.alice, 1);
  world.reload({with_another_authorizer()});
  world.expect_released(1);
  world.host->take<ipc::Stop>();
  world.control.endings()->expire(Link::Clock::now());
  world.control.endings()->expire(Link::Clock::now() + seconds(19));
  EXPECT_TRUE(world.supervisor.silent());
  world.control.endings()->expire(Link::Clock::now() + seconds(21));
  world.supervisor.take<ipc::EndHost>();
  EXPECT_TRUE(world.host->abandoned());
}

TEST(GateReload, TheDeathOfAFormerPluginConcernsNobodyElse) {
  ReloadWorld world;
  const auto user = world.admitted(world.alice, 1);
  const auto request = world.request(world.alice);
  world.reload({with_another_authorizer()});
  auto former = world.take_host();
  const auto next = world.request(world.alice);
  auto admission = world.admit(*next);
  world.start_host();
  world.host->send(GateWorld::success(5, world.alice), world.host->take<ipc::AuthzUser>().id);
  const auto fresh = admission.get().value();
  former.die();
  world.loop.settle();
  const auto later = world.request(world.alice);
  EXPECT_EQ(world.admit(*later).get().value(), fresh);
  // It is not started again for what is left of it.
  EXPECT_EQ(world.authorize(*request, user).get().error().code, ERROR_OPERATION_ABORTED);
  EXPECT_TRUE(world.supervisor.silent());
}

TEST(GateReload, WhoWaitsForAnAnswerFromBeforeIsAskedAboutAgain) {
  ReloadWorld world;
  const auto first = world.request(world.alice);
  const auto second = world.request(world.alice);
  auto asking = world.admit(*first);
  auto waiting = world.admit(*second);
  world.start_host();
  const auto question = world.host->take<ipc::AuthzUser>().id;
  world.reload({changed()});
  const auto third = world.request(world.alice);
  auto fresh = world.admit(*third);
  const auto under_new = world.host->take<ipc::AuthzUser>().id;
  world.host->send(GateWorld::success(1, world.alice), question);
  ASSERT_TRUE(asking.get());  // it came before
  EXPECT_NE(asking.get().value()->application, world.application());
  EXPECT_FALSE(waiting.done());
  world.host->send(GateWorld::success(2, world.alice), under_new);
  EXPECT_EQ(waiting.get().value()->application, world.application());
  EXPECT_EQ(waiting.get().value(), fresh.get().value());
  // What was decided under the former settings is not remembered.
  const auto later = world.request(world.alice);
  EXPECT_EQ(world.admit(*later).get().value(), fresh.get().value());
}

TEST(GateReload, WhoWaitsWhileTheApplicationGoesIsTurnedAway) {
  ReloadWorld world;
  const auto first = world.request(world.alice);
  const auto second = world.request(world.alice);
  auto asking = world.admit(*first);
  auto waiting = world.admit(*second);
  world.start_host();
  const auto question = world.host->take<ipc::AuthzUser>().id;
  world.reload({});
  world.host->send(GateWorld::success(1, world.alice), question);
  EXPECT_TRUE(asking.get());
  EXPECT_EQ(code_of(waiting.get()), ERROR_OPERATION_ABORTED);
}

TEST(GateReload, AnotherDefaultQuotaHoldsForWhomIsAdmittedAlready) {
  auto application = application_with_plugin();
  application.authorization_name.clear();
  ReloadWorld world(application);
  const auto request = world.request(world.alice);
  const auto user = world.admit(*request).get().value();
  auto smaller = GateWorld::quota;
  smaller.max_shells = 1;
  world.reload({application}, smaller);
  EXPECT_EQ(world.gate.quota_of(*user).max_shells, 1U);
}

TEST(GateReload, TheWindowGoesOnUnlessItIsAnotherOne) {
  auto application = application_with_plugin();
  application.authorization_name.clear();
  application.system_window_ms = 3'600'000;
  application.system_window_operations = 1;
  ReloadWorld world(application);
  const auto ask = [&] {
    const auto request = world.request(world.alice);
    return code_of(world.admit(*request).get());
  };
  EXPECT_EQ(ask(), 0U);
  application.max_envelope_size = 1;
  world.reload({application});
  EXPECT_EQ(ask(), ERROR_WSMAN_QUOTA_SYSTEM);
  application.system_window_operations = 2;
  world.reload({application});
  EXPECT_EQ(ask(), 0U);
}

}  // namespace
}  // namespace winrmd::net::testing
