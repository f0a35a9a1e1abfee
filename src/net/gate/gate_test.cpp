#include "net/testing/gate_world.hpp"
#include "wsman_codes.h"
#include "wsman_operations.h"

namespace winrmd::net::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const auto long_after = [] { return Link::Clock::now() + seconds(3600); };

ipc::AuthzCompleted refusal(std::uint32_t code, std::uint64_t context = 0) {
  ipc::AuthzCompleted result;
  result.error_code = code;
  result.context = context;
  return result;
}

TEST(Gate, ARecordIsMadeOnceAndUsedByEveryRequestOfTheUser) {
  GateWorld world;
  const auto first = world.admitted(world.alice, 1);
  ASSERT_TRUE(first);
  const auto later = world.request(world.alice);
  EXPECT_EQ(world.admit(*later).get().value(), first);
  EXPECT_TRUE(world.host->silent());
}

TEST(Gate, RequestsThatArriveMeanwhileWaitForTheSameAnswer) {
  GateWorld world;
  const auto first = world.request(world.alice);
  const auto second = world.request(world.alice);
  auto one = world.admit(*first);
  auto two = world.admit(*second);
  world.start_host();
  const auto question = world.host->take<ipc::AuthzUser>();
  EXPECT_TRUE(world.host->silent());
  EXPECT_FALSE(one.done() || two.done());
  world.host->send(GateWorld::success(1, world.alice), question.id);
  EXPECT_EQ(one.get().value(), two.get().value());
}

TEST(Gate, S4_AnswersReachTheRequestsTheyBelongToInAnyOrder) {
  GateWorld world;
  const auto bob = world.log_in("bob");
  const auto first = world.request(world.alice);
  const auto second = world.request(bob);
  auto of_alice = world.admit(*first);
  auto of_bob = world.admit(*second);
  world.start_host();
  auto about_alice = world.host->take<ipc::AuthzUser>();
  auto about_bob = world.host->take<ipc::AuthzUser>();
  if (about_bob.message.token == world.alice->token->id) std::swap(about_alice, about_bob);
  world.host->send(refusal(ERROR_ACCESS_DENIED), about_bob.id);
  world.host->send(GateWorld::success(1, world.alice), about_alice.id);
  EXPECT_EQ(code_of(of_bob.get()), ERROR_ACCESS_DENIED);
  EXPECT_EQ(code_of(of_alice.get()), 0U);
}

TEST(Gate, S19_ARefusalMakesNoRecordAndItsContextIsReleasedAtOnce) {
  GateWorld world;
  const auto first = world.request(world.alice);
  auto admission = world.admit(*first);
  world.start_host();
  world.host->send(refusal(ERROR_ACCESS_DENIED, 7), world.host->take<ipc::AuthzUser>().id);
  EXPECT_EQ(code_of(admission.get()), ERROR_ACCESS_DENIED);
  world.expect_released(7);
  EXPECT_TRUE(world.admitted(world.alice, 8));  // asks again
}

TEST(Gate, S10_AnIdleRecordIsReleasedOnceAndABusyOneIsNot) {
  GateWorld world;
  auto user = world.admitted(world.alice, 1);
  {
    const Activity running(user);
    world.gate.expire(long_after());
    EXPECT_TRUE(world.host->silent());
  }
  world.gate.expire(Link::Clock::now());
  EXPECT_TRUE(world.host->silent());
  user.reset();
  world.gate.expire(long_after());
  world.expect_released(1);
  EXPECT_TRUE(world.admitted(world.alice, 2));
  world.gate.clear();
  world.expect_released(2);
  EXPECT_TRUE(world.host->silent());
}

// A record that is being refreshed is in use, however long ago its last request was.
TEST(Gate, ARefreshIsActivity) {
  auto application = application_with_plugin();
  application.refresh_interval_ms = 1;
  GateWorld world(application);
  const auto user = world.admitted(world.alice, 1);
  user->last_authorized = Link::Clock::now() - seconds(30);
  const auto refresher = world.request(world.alice);
  auto refreshed = world.admit(*refresher);
  const auto question = world.host->take<ipc::AuthzUser>();
  user->last_activity = Link::Clock::now() - seconds(120);
  world.gate.expire(Link::Clock::now());
  const auto meanwhile = world.request(world.alice);
  EXPECT_EQ(world.admit(*meanwhile).get().value(), user);  // under the previous authorization
  EXPECT_TRUE(world.host->silent());
  world.host->send(GateWorld::success(2, world.alice), question.id);
  EXPECT_EQ(refreshed.get().value(), user);
  world.expect_released(1);
  EXPECT_EQ(user->context->number, 2U);
}

TEST(Gate, AFailedRefreshFailsItsRequestAndReleasesTheRecord) {
  auto application = application_with_plugin();
  application.refresh_interval_ms = 1;
  GateWorld world(application);
  world.admitted(world.alice, 1)->last_authorized = Link::Clock::now() - seconds(30);
  const auto refresher = world.request(world.alice);
  auto refreshed = world.admit(*refresher);
  world.host->send(refusal(ERROR_ACCESS_DENIED), world.host->take<ipc::AuthzUser>().id);
  EXPECT_EQ(code_of(refreshed.get()), ERROR_ACCESS_DENIED);
  world.expect_released(1);
  EXPECT_TRUE(world.admitted(world.alice, 2));
}

TEST(Gate, APluginThatDoesNotAnswerCostsATimeOutAndIsTold) {
  GateWorld world;
  const auto first = world.request(world.alice);
  auto admission = world.admit(*first);
  world.start_host();
  const auto question = world.host->take<ipc::AuthzUser>();
  world.gate.expire_calls(Link::Clock::now());
  EXPECT_FALSE(admission.done());
  world.gate.expire_calls(Link::Clock::now() + seconds(31));  // authorization_timeout
  EXPECT_EQ(code_of(admission.get()), ERROR_WSMAN_OPERATION_TIMEDOUT);
  EXPECT_EQ(world.host->take<ipc::AuthzCancel>().id, question.id);
}

// The completion was on its way when the call was given up: what it hands over must not be lost.
TEST(Gate, S9_WhatALateCompletionReportsIsReleased) {
  GateWorld world;
  const auto first = world.request(world.alice);
  auto admission = world.admit(*first);
  world.start_host();
  const auto question = world.host->take<ipc::AuthzUser>();
  world.gate.expire_calls(Link::Clock::now() + seconds(31));
  EXPECT_EQ(code_of(admission.get()), ERROR_WSMAN_OPERATION_TIMEDOUT);
  world.host->take<ipc::AuthzCancel>();
  auto late = GateWorld::success(9, world.alice);
  late.token = "freshly minted";
  world.host->send(late, question.id);
  world.expect_released(9);
  EXPECT_EQ(world.supervisor.take<ipc::ReleaseToken>().message.token, "freshly minted");
}

// The time-out of one request says nothing about another that has more time.
TEST(Gate, ARequestThatRunsOutOfTimeDoesNotFailThoseThatWaitWithIt) {
  GateWorld world;
  const auto hasty = world.request(world.alice, milliseconds(0));
  const auto patient = world.request(world.alice);
  auto one = world.admit(*hasty);
  auto two = world.admit(*patient);
  world.start_host();
  world.host->take<ipc::AuthzUser>();
  world.gate.expire_calls(Link::Clock::now());
  EXPECT_EQ(code_of(one.get()), ERROR_WSMAN_OPERATION_TIMEDOUT);
  world.host->take<ipc::AuthzCancel>();
  const auto again = world.host->take<ipc::AuthzUser>();
  EXPECT_FALSE(two.done());
  world.host->send(GateWorld::success(1, world.alice), again.id);
  EXPECT_EQ(code_of(two.get()), 0U);
}

TEST(Gate, WhoWaitsForAnothersAnswerWaitsNoLongerThanItsOwnTime) {
  GateWorld world;
  const auto patient = world.request(world.alice);
  const auto hasty = world.request(world.alice, milliseconds(0));
  auto one = world.admit(*patient);
  auto two = world.admit(*hasty);
  world.start_host();
  const auto question = world.host->take<ipc::AuthzUser>();
  world.gate.expire_calls(Link::Clock::now());
  EXPECT_EQ(code_of(two.get()), ERROR_WSMAN_OPERATION_TIMEDOUT);
  EXPECT_FALSE(one.done());
  world.host->send(GateWorld::success(1, world.alice), question.id);
  EXPECT_EQ(code_of(one.get()), 0U);
}

TEST(Gate, TheDeathOfThePluginsProcessFailsWhoWaitsAndForgetsEveryRecord) {
  GateWorld world;
  const auto bob = world.log_in("bob");
  ASSERT_TRUE(world.admitted(bob, 1));
  const auto first = world.request(world.alice);
  const auto second = world.request(world.alice);
  auto one = world.admit(*first);
  auto two = world.admit(*second);
  world.host->take<ipc::AuthzUser>();
  world.host->die();
  EXPECT_EQ(code_of(one.get()), ERROR_OPERATION_ABORTED);
  EXPECT_EQ(code_of(two.get()), ERROR_OPERATION_ABORTED);
  world.host.reset();
  EXPECT_TRUE(world.admitted(bob, 2));  // with another process
}

TEST(Gate, AHostThatCannotBeStartedFailsEverybodyWhoWaits) {
  GateWorld world;
  const auto bob = world.log_in("bob");
  const auto first = world.request(world.alice);
  const auto second = world.request(bob);
  auto one = world.admit(*first);
  auto two = world.admit(*second);
  const auto question = world.supervisor.take<ipc::StartHost>();
  EXPECT_TRUE(world.supervisor.silent());
  world.supervisor.send(ipc::Failed{1450, "no", false}, question.id);
  EXPECT_EQ(code_of(one.get()), 1450U);
  EXPECT_EQ(code_of(two.get()), 1450U);
  EXPECT_TRUE(world.supervisor.silent());
}

TEST(Gate, S13_AnotherTokenIsTakenOverAndReleasedWithTheRecord) {
  GateWorld world;
  const auto first = world.request(world.alice);
  auto admission = world.admit(*first);
  world.start_host();
  auto answer = GateWorld::success(1, world.alice);
  answer.token = "of another account";
  answer.account = "backup";
  world.host->send(answer, world.host->take<ipc::AuthzUser>().id);
  auto user = admission.get().value();
  EXPECT_EQ(user->token->account, "backup");
  user.reset();
  admission.get() = std::unexpected(Refusal(Redirect{}));
  world.gate.clear();
  EXPECT_EQ(world.supervisor.take<ipc::ReleaseToken>().message.token, "of another account");
}

// What a plug-in's process has been told about other users must not be a way to their accounts.
TEST(Gate, ATokenOfSomebodyElsesLogInIsNoAnswer) {
  GateWorld world;
  const auto bob = world.log_in("bob");
  for (const std::string& named : {bob->token->id, std::string()}) {
    const auto first = world.request(world.alice);
    auto admission = world.admit(*first);
    if (!world.host) world.start_host();
    auto answer = GateWorld::success(5, world.alice);
    answer.token = named;
    world.host->send(answer, world.host->take<ipc::AuthzUser>().id);
    EXPECT_EQ(code_of(admission.get()), ERROR_ACCESS_DENIED);
    world.expect_released(5);
  }
  EXPECT_TRUE(world.supervisor.silent());  // bob's token lives on
}

TEST(Gate, AnInvalidTokenIsNoAnswer) {
  GateWorld world;
  const auto first = world.request(world.alice);
  auto admission = world.admit(*first);
  world.start_host();
  auto answer = GateWorld::success(5, world.alice);
  answer.choice = ipc::TokenChoice::invalid;
  world.host->send(answer, world.host->take<ipc::AuthzUser>().id);
  EXPECT_EQ(code_of(admission.get()), ERROR_ACCESS_DENIED);
  world.expect_released(5);
}

TEST(Gate, AnOperationsContextIsReleasedWithItsLastReference) {
  GateWorld world;
  const auto user = world.admitted(world.alice, 1);
  const auto request = world.request(world.alice);
  Task<Outcome<Permit>> call(world.loop, world.gate.authorize(request->exchange, user, WSManOperationShell));
  const auto question = world.host->take<ipc::AuthzOperation>();
  EXPECT_EQ(question.message.operation, static_cast<std::uint32_t>(WSManOperationShell));
  auto answer = refusal(0, 1);  // S8: the same value as the user's is another report
  world.host->send(answer, question.id);
  ASSERT_TRUE(call.get());
  EXPECT_TRUE(world.host->silent());
  *call.get() = {};
  world.expect_released(1);
  EXPECT_TRUE(world.host->silent());
}

TEST(Gate, ARedirectOfAnOperationIsAnInvalidOne) {
  GateWorld world;
  const auto user = world.admitted(world.alice, 1);
  const auto request = world.request(world.alice);
  Task<Outcome<Permit>> call(world.loop, world.gate.authorize(request->exchange, user, WSManOperationShell));
  world.host->send(refusal(ERROR_WSMAN_REDIRECT_REQUESTED), world.host->take<ipc::AuthzOperation>().id);
  EXPECT_EQ(call.get().error().code, ERROR_WSMAN_INVALID_REDIRECT_ERROR);
}

TEST(Gate, WithoutAPluginEveryDecisionIsWrittenDownAllTheSame) {
  auto application = application_with_plugin();
  application.authorization_name.clear();
  application.administrators = {"alice"};
  GateWorld world(application);
  const auto request = world.request(world.alice);
  const auto user = world.admit(*request).get().value();
  EXPECT_TRUE(user->administrator);
  Task<Outcome<Permit>> call(world.loop, world.gate.authorize(request->exchange, user, WSManOperationShell));
  EXPECT_TRUE(call.get());
  world.gate.refuse_shell(request->exchange);
  const auto text = world.audited();
  for (const std::string_view line : {R"("message":"authz_user")", R"("message":"authz_operation")",
                                      R"("message":"authz_shell")", R"("verdict":"denied","code":5)"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << " in " << text;
  }
}

TEST(Tokens, AReferenceIsHandedOverOnceAndGivenBackOnce) {
  GateWorld world;
  auto token = world.tokens.adopt("one", "alice");
  ASSERT_TRUE(token);
  EXPECT_FALSE(world.tokens.adopt("one", "mallory"));
  EXPECT_FALSE(world.tokens.adopt("", "alice"));
  auto copy = token;
  token.reset();
  EXPECT_TRUE(world.supervisor.silent());
  copy.reset();
  EXPECT_EQ(world.supervisor.take<ipc::ReleaseToken>().message.token, "one");
  EXPECT_TRUE(world.tokens.adopt("one", "alice"));
}

TEST(Tokens, WhatIsOverIsForgotten) {
  GateWorld world;
  for (int i = 0; i < 1000; ++i) {
    world.tokens.adopt(std::to_string(i), "alice");
    world.supervisor.take<ipc::ReleaseToken>();
  }
  EXPECT_LT(world.tokens.known(), 200U);
}

}  // namespace
}  // namespace winrmd::net::testing
