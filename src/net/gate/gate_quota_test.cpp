// Quotas and re-authorization at the gate.
#include "net/testing/gate_world.hpp"
#include "wsman_codes.h"
#include "wsman_operations.h"

namespace winrmd::net::testing {
namespace {

using std::chrono::seconds;

Application application_with_quota() {
  auto result = application_with_plugin();
  result.authorization_quota = true;
  return result;
}

ipc::AuthzCompleted quota_answer(std::uint32_t shells, std::uint32_t operations, std::uint32_t slot,
                                 std::uint32_t per_slot) {
  ipc::AuthzCompleted result;
  result.quota = Quota{shells, operations, slot, per_slot};
  return result;
}

ipc::AuthzCompleted failure(std::uint32_t code) {
  ipc::AuthzCompleted result;
  result.error_code = code;
  return result;
}

// Admits alice with that quota.
UserRef admitted(GateWorld& world, const ipc::AuthzCompleted& quota) {
  const auto first = world.request(world.alice);
  auto admission = world.admit(*first);
  if (!world.host) world.start_host();
  world.host->send(GateWorld::success(1, world.alice), world.host->take<ipc::AuthzUser>().id);
  EXPECT_FALSE(admission.done());
  world.host->send(quota, world.host->take<ipc::AuthzQueryQuota>().id);
  return admission.get().value_or(nullptr);
}

std::uint32_t one_more(GateWorld& world) {
  const auto request = world.request(world.alice);
  return code_of(world.admit(*request).get());
}

using Authorized = Task<Outcome<Permit>>;
Authorized authorize(GateWorld& world, Request& request, const UserRef& user) {
  return {world.loop, world.gate.authorize(request.exchange, user, WSManOperationCommand)};
}

TEST(GateQuota, IsAskedForOnceAndAppliesToEveryMessage) {
  GateWorld world(application_with_quota());
  ASSERT_TRUE(admitted(world, quota_answer(1, 1, 3600, 3)));
  EXPECT_EQ(one_more(world), 0U);
  EXPECT_EQ(one_more(world), 0U);
  EXPECT_EQ(one_more(world), ERROR_WSMAN_QUOTA_USER);
  EXPECT_TRUE(world.host->silent());
  EXPECT_NE(world.audited().find(R"("message":"authz_quota")"), std::string::npos);
  EXPECT_NE(world.audited().find(R"("message":"quota")"), std::string::npos);
}

TEST(GateQuota, WhoWaitsForTheUserWaitsForTheQuotaToo) {
  GateWorld world(application_with_quota());
  const auto first = world.request(world.alice);
  const auto second = world.request(world.alice);
  auto one = world.admit(*first);
  auto two = world.admit(*second);
  world.start_host();
  world.host->send(GateWorld::success(1, world.alice), world.host->take<ipc::AuthzUser>().id);
  const auto query = world.host->take<ipc::AuthzQueryQuota>();
  EXPECT_FALSE(one.done() || two.done());
  world.host->send(quota_answer(1, 1, 3600, 1), query.id);
  EXPECT_EQ(code_of(one.get()) + code_of(two.get()), ERROR_WSMAN_QUOTA_USER);  // one of the two
}

TEST(GateQuota, ATimeSlotOutlivesTheUsersRecordAndIsOneForAllMechanisms) {
  GateWorld world(application_with_quota());
  ASSERT_TRUE(admitted(world, quota_answer(1, 1, 3600, 2)));
  world.gate.expire(Link::Clock::now() + seconds(70));  // the record goes, the slot stays
  world.expect_released(1);
  ASSERT_TRUE(admitted(world, quota_answer(1, 1, 3600, 2)));
  EXPECT_EQ(one_more(world), ERROR_WSMAN_QUOTA_USER);
}

TEST(GateQuota, AFailedQueryFailsTheRequestAndKeepsNoRecord) {
  GateWorld world(application_with_quota());
  for (const std::uint32_t code : {5U, 0x80070002U}) {
    const auto first = world.request(world.alice);
    auto admission = world.admit(*first);
    if (!world.host) world.start_host();
    world.host->send(GateWorld::success(1, world.alice), world.host->take<ipc::AuthzUser>().id);
    world.host->send(failure(code), world.host->take<ipc::AuthzQueryQuota>().id);
    EXPECT_EQ(code_of(admission.get()), code);
    world.expect_released(1);
  }
}

TEST(GateQuota, AFailedQueryMeansTheDefaultWhereThatIsConfigured) {
  auto application = application_with_quota();
  application.default_quota_on_failure = true;
  GateWorld world(application);
  const auto user = admitted(world, failure(5));
  ASSERT_TRUE(user);
  EXPECT_EQ(world.gate.quota_of(*user).max_shells, GateWorld::quota.max_shells);
}

TEST(GateQuota, AnAnswerWithoutAQuotaMeansTheDefault) {
  GateWorld world(application_with_quota());
  const auto user = admitted(world, failure(0));
  ASSERT_TRUE(user);
  EXPECT_EQ(world.gate.quota_of(*user).max_operations, GateWorld::quota.max_operations);
}

TEST(GateQuota, ARedirectIsNoAnswerToAQuery) {
  GateWorld world(application_with_quota());
  const auto first = world.request(world.alice);
  auto admission = world.admit(*first);
  world.start_host();
  world.host->send(GateWorld::success(1, world.alice), world.host->take<ipc::AuthzUser>().id);
  world.host->send(failure(ERROR_WSMAN_REDIRECT_REQUESTED), world.host->take<ipc::AuthzQueryQuota>().id);
  EXPECT_EQ(code_of(admission.get()), ERROR_WSMAN_INVALID_REDIRECT_ERROR);
}

TEST(GateQuota, ConcurrentOperationsCountFromAuthorizationToTheirEnd) {
  GateWorld world(application_with_quota());
  const auto user = admitted(world, quota_answer(unlimited, 2, 0, unlimited));
  const auto request = world.request(world.alice);
  const auto start = [&] {
    auto call = authorize(world, *request, user);
    ipc::AuthzCompleted answer;
    answer.context = 7;
    world.host->send(answer, world.host->take<ipc::AuthzOperation>().id);
    return std::move(call.get());
  };
  auto one = start();
  const auto two = start();
  ASSERT_TRUE(one && two);
  EXPECT_EQ(start().error().code, ERROR_WSMAN_QUOTA_MAX_OPERATIONS);
  world.expect_released(7);  // the context of the one that was refused
  *one = {};
  world.expect_released(7);
  EXPECT_TRUE(start());
}

TEST(GateQuota, TheLimitsOfTheServiceAreTheDefault) {
  auto application = application_with_plugin();
  application.authorization_name.clear();
  GateWorld world(application);
  const auto request = world.request(world.alice);
  const auto user = world.admit(*request).get().value();
  std::vector<Outcome<Permit>> permits;
  for (std::uint32_t i = 0; i < GateWorld::quota.max_operations; ++i) {
    auto call = authorize(world, *request, user);
    permits.push_back(std::move(call.get()));
    ASSERT_TRUE(permits.back());
  }
  auto call = authorize(world, *request, user);
  EXPECT_EQ(call.get().error().code, ERROR_WSMAN_QUOTA_MAX_OPERATIONS);
}

TEST(GateQuota, TheSystemWindowIsForAllUsersOfAnApplication) {
  auto application = application_with_plugin();
  application.authorization_name.clear();
  application.system_window_ms = 3'600'000;
  application.system_window_operations = 3;
  GateWorld world(application);
  const auto bob = world.log_in("bob");
  for (const auto& who : {world.alice, bob, bob}) {
    const auto request = world.request(who);
    EXPECT_EQ(code_of(world.admit(*request).get()), 0U);
  }
  EXPECT_EQ(one_more(world), ERROR_WSMAN_QUOTA_SYSTEM);
}

// Re-authorization (B21).

struct Refreshed {
  GateWorld world;
  UserRef user;
  std::unique_ptr<Request> request;
  std::optional<Task<std::expected<UserRef, Refusal>>> admission;
  std::uint64_t question = 0;

  static Application impatient(bool quota) {
    auto result = quota ? application_with_quota() : application_with_plugin();
    result.refresh_interval_ms = 1;
    return result;
  }
  explicit Refreshed(bool quota = false) : world(impatient(quota)) {
    user = quota ? net::testing::admitted(world, quota_answer(1, 1, 3600, 5)) : world.admitted(world.alice, 1);
    user->last_authorized = Link::Clock::now() - seconds(30);
    request = world.request(world.alice);
    admission.emplace(world.admit(*request));
    question = world.host->take<ipc::AuthzUser>().id;
  }
};

TEST(Reauthorization, TheSameIdentityUnderAnotherTokenIsTheSameUser) {
  Refreshed it;
  auto answer = GateWorld::success(2, it.world.alice);
  answer.token = "another token for the same account";
  answer.administrator = true;
  it.world.host->send(answer, it.question);
  EXPECT_EQ(it.admission->get().value(), it.user);
  EXPECT_TRUE(it.user->administrator);
  it.world.expect_released(1);
}

TEST(Reauthorization, AnotherIdentityFailsTheRequestAndRevokesTheRecord) {
  Refreshed it;
  auto answer = GateWorld::success(2, it.world.alice);
  answer.token = "of another account";
  answer.account = "backup";
  answer.identity = "34:34";
  it.world.host->send(answer, it.question);
  EXPECT_EQ(code_of(it.admission->get()), ERROR_WSMAN_DIFFERENT_AUTHZ_TOKEN);
  std::set<std::uint64_t> released;
  for (int i = 0; i < 2; ++i) released.insert(it.world.host->take<ipc::AuthzReleaseContext>().message.context);
  EXPECT_EQ(released, (std::set<std::uint64_t>{1, 2}));
  EXPECT_EQ(it.world.supervisor.take<ipc::ReleaseToken>().message.token, "of another account");
  // The next request authorizes from scratch, and may be given what was refused before.
  const auto next = it.world.request(it.world.alice);
  auto admission = it.world.admit(*next);
  it.world.host->send(answer, it.world.host->take<ipc::AuthzUser>().id);
  EXPECT_EQ(admission.get().value()->token->account, "backup");
  EXPECT_NE(it.world.audited().find(R"("verdict":"error","code":2150859177)"), std::string::npos);
}

TEST(Reauthorization, OtherGroupsAreAnotherIdentity) {
  Refreshed it;
  auto answer = GateWorld::success(2, it.world.alice);
  answer.identity += ",27";
  it.world.host->send(answer, it.question);
  EXPECT_EQ(code_of(it.admission->get()), ERROR_WSMAN_DIFFERENT_AUTHZ_TOKEN);
}

TEST(Reauthorization, WhatRunsIsNotDisturbedByARevocation) {
  Refreshed it;
  const auto running = it.world.request(it.world.alice);
  auto call = authorize(it.world, *running, it.user);
  ipc::AuthzCompleted operation;
  operation.context = 9;
  it.world.host->send(operation, it.world.host->take<ipc::AuthzOperation>().id);
  ASSERT_TRUE(call.get());
  auto answer = GateWorld::success(2, it.world.alice);
  answer.identity = "0:0";
  it.world.host->send(answer, it.question);
  EXPECT_EQ(code_of(it.admission->get()), ERROR_WSMAN_DIFFERENT_AUTHZ_TOKEN);
  for (int i = 0; i < 2; ++i) EXPECT_NE(it.world.host->take<ipc::AuthzReleaseContext>().message.context, 9U);
  EXPECT_TRUE(it.user->token);  // what it runs under
  EXPECT_EQ(it.user->usage->operations(), 1U);
  *call.get() = {};
  it.world.expect_released(9);
}

TEST(Reauthorization, FetchesTheQuotaAnewAndGoesOnCounting) {
  Refreshed it(true);
  it.world.host->send(GateWorld::success(2, it.world.alice), it.question);
  it.world.host->send(quota_answer(1, 1, 3600, 2), it.world.host->take<ipc::AuthzQueryQuota>().id);
  EXPECT_EQ(code_of(it.admission->get()), 0U);
  it.user->last_authorized = Link::Clock::now() + seconds(3600);
  EXPECT_EQ(one_more(it.world), ERROR_WSMAN_QUOTA_USER);  // the third in the slot
}

}  // namespace
}  // namespace winrmd::net::testing
