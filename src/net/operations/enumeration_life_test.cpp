// Waits, failures, lost answers and ends of enumerations.
#include "net/testing/enumeration_world.hpp"

namespace winrmd::net::testing {
namespace {

using World = EnumerationWorld;

TEST(Enumerations, APullWaitsForAnItem) {
  World world;
  const auto script = std::make_shared<Script>();
  const auto context = world.open(script);
  auto task = world.start_pull(context, 1U);
  world.loop.settle();
  EXPECT_FALSE(task.done());
  script->waiting->keep(ItemBatch{items(1), false});
  EXPECT_TRUE(task.get()->body.contains("<n:Items><o0/></n:Items>"));
}

TEST(Enumerations, APullEndsAtItsTimeAndLosesNothing) {
  World world;
  const auto script = std::make_shared<Script>();
  const auto context = world.open(script);
  world.pulls.push_back({.context = context, .max_elements = 1, .max_characters = {}, .max_time = milliseconds(1'000)});
  auto& exchange = world.exchange();
  Task<Outcome<EnumerationAnswer>> task(world.loop, world.enumerations.pull(exchange, world.pulls.back(), "o", roomy));
  world.loop.settle();
  EXPECT_LE(script->until, exchange.arrived + seconds(2));
  script->waiting->keep(fault(ERROR_WSMAN_OPERATION_TIMEDOUT));
  EXPECT_EQ(task.get().error().code, ERROR_WSMAN_OPERATION_TIMEDOUT);
  script->answers.push_back(ItemBatch{items(1), true});
  EXPECT_TRUE(world.pull(context)->body.contains("<o0/></n:Items><n:EndOfSequence/>"));
}

TEST(Enumerations, APluginsOwnTimeOutEndsTheEnumeration) {
  World world;
  const auto script = std::make_shared<Script>();
  const auto context = world.open(script);
  auto own = soap::make_fault(ERROR_WSMAN_OPERATION_TIMEDOUT);
  own.provider = "plug-in";
  script->answers.push_back(std::unexpected(own));
  EXPECT_EQ(world.refusal(context), ERROR_WSMAN_OPERATION_TIMEDOUT);
  EXPECT_EQ(world.refusal(context), invalid_context);
}

TEST(Enumerations, AFailureComesAfterTheItemsBeforeIt) {
  World world;
  const auto script = std::make_shared<Script>();
  const auto context = world.open(script);
  script->answers.push_back(ItemBatch{items(1), false});
  script->answers.push_back(fault(ERROR_ACCESS_DENIED));
  const auto answer = world.pull(context);
  EXPECT_TRUE(answer->body.contains("<o0/>"));
  EXPECT_TRUE(answer->body.contains(context));
  EXPECT_EQ(world.refusal(context), ERROR_ACCESS_DENIED);
  EXPECT_EQ(world.refusal(context), invalid_context);
  EXPECT_EQ(world.usage->operations(), 0U);
}

TEST(Enumerations, AFailureBeforeTheFirstItemIsTheAnswer) {
  World world;
  const auto script = std::make_shared<Script>();
  script->answers.push_back(fault(ERROR_ACCESS_DENIED));
  EXPECT_EQ(world.begin(std::make_unique<ScriptedItems>(script), "<w:OptimizeEnumeration/>").error().code,
            ERROR_ACCESS_DENIED);
  EXPECT_EQ(world.enumerations.size(), 0U);
}

TEST(Enumerations, ADeadSourceCountsAsNoOperation) {
  World world;
  const auto script = std::make_shared<Script>();
  const auto context = world.open(script);
  script->alive = false;
  world.enumerations.expire(Link::Clock::now());
  EXPECT_EQ(world.usage->operations(), 0U);
  script->answers.push_back(fault(ERROR_OPERATION_ABORTED));
  EXPECT_EQ(world.refusal(context), ERROR_OPERATION_ABORTED);
  EXPECT_EQ(world.refusal(context), invalid_context);
}

TEST(Enumerations, OnePullAtATime) {
  World world;
  const auto script = std::make_shared<Script>();
  const auto context = world.open(script);
  auto first = world.start_pull(context, 1U);
  world.loop.settle();
  EXPECT_EQ(world.refusal(context), ERROR_WSMAN_PULL_IN_PROGRESS);
  script->waiting->keep(ItemBatch{items(1), false});
  EXPECT_TRUE(first.get());
}

TEST(Enumerations, APullAfterALostOneWaitsForItAndGetsItsItems) {
  World world;
  const auto script = std::make_shared<Script>();
  const auto context = world.open(script);
  auto first = world.start_pull(context, 1U);
  world.loop.settle();
  world.calls.back().exchange.on_lost();
  auto second = world.start_pull(context, 1U);
  world.loop.settle();
  EXPECT_FALSE(second.done());
  script->waiting->keep(ItemBatch{items(1), true});
  EXPECT_FALSE(first.get());
  EXPECT_EQ(second.get()->body, "<n:PullResponse><n:Items><o0/></n:Items><n:EndOfSequence/></n:PullResponse>");
}

TEST(Enumerations, APullAfterALostOneWaitsNoLongerThanItsTime) {
  World world;
  const auto script = std::make_shared<Script>();
  const auto context = world.open(script);
  auto first = world.start_pull(context, 1U);
  world.loop.settle();
  world.calls.back().exchange.on_lost();
  auto second = world.start_pull(context, 1U);
  world.loop.settle();
  world.enumerations.expire(Link::Clock::now() + seconds(61));
  EXPECT_EQ(second.get().error().code, ERROR_WSMAN_OPERATION_TIMEDOUT);
  script->waiting->keep(ItemBatch{items(1), true});
  EXPECT_FALSE(first.get());
}

TEST(Enumerations, ItemsOfALostAnswerComeAgain) {
  World world;
  const auto context = world.open(items(4));
  ASSERT_TRUE(world.pull(context, 2U));
  world.calls.back().exchange.delivery->give_back();
  EXPECT_TRUE(world.pull(context, 3U)->body.contains("<n:Items><o0/><o1/></n:Items>"));
  EXPECT_TRUE(world.pull(context, 3U)->body.contains("<n:Items><o2/><o3/></n:Items>"));
}

TEST(Enumerations, TheLostEndComesAgain) {
  World world;
  const auto context = world.open(items(2));
  ASSERT_TRUE(world.pull(context)->body.contains("EndOfSequence"));
  auto& delivery = world.calls.back().exchange.delivery;
  delivery->lost = [] { return true; };
  EXPECT_TRUE(world.pull(context)->body.contains("<n:Items><o0/><o1/></n:Items><n:EndOfSequence/>"));
}

TEST(Enumerations, AnAnswerThatWasFollowedByAnotherIsNotGivenAgain) {
  World world;
  const auto context = world.open(items(4));
  ASSERT_TRUE(world.pull(context, 1U));
  auto& first = world.calls.back().exchange.delivery;
  ASSERT_TRUE(world.pull(context, 1U));
  first->give_back();
  EXPECT_TRUE(world.pull(context, 1U)->body.contains("<o2/>"));
}

TEST(Enumerations, AContextThatItsClientDoesNotLearnOfIsOver) {
  World world;
  const auto script = std::make_shared<Script>();
  world.open(script);
  world.calls.back().exchange.delivery->give_back();
  EXPECT_TRUE(script->closed);
  EXPECT_EQ(world.enumerations.size(), 0U);
  EXPECT_EQ(world.usage->operations(), 0U);
}

TEST(Enumerations, WhatIsReleasedDuringAPullAbortsIt) {
  World world;
  const auto script = std::make_shared<Script>();
  const auto context = world.open(script);
  auto task = world.start_pull(context);
  world.loop.settle();
  EXPECT_TRUE(world.enumerations.release(world.exchange(), {.context = context, .expires = {}}, "o"));
  EXPECT_EQ(task.get().error().code, ERROR_OPERATION_ABORTED);
  EXPECT_EQ(world.usage->operations(), 0U);
}

TEST(Enumerations, AreOverWhenNobodyPullsForTheirTime) {
  World world;
  const auto script = std::make_shared<Script>();
  const auto context = world.open(script);
  world.enumerations.expire(Link::Clock::now() + idle - seconds(1));
  EXPECT_FALSE(script->closed);
  world.enumerations.expire(Link::Clock::now() + idle);
  EXPECT_TRUE(script->closed);
  EXPECT_EQ(world.refusal(context), invalid_context);
}

TEST(Enumerations, DoNotExpireDuringAPull) {
  World world;
  const auto script = std::make_shared<Script>();
  auto task = world.start_pull(world.open(script), 1U);
  world.loop.settle();
  world.enumerations.expire(Link::Clock::now() + idle + seconds(1));
  script->waiting->keep(ItemBatch{items(1), true});
  EXPECT_TRUE(task.get());
}

TEST(Enumerations, AShorterExpirationIsKept) {
  World world;
  const auto answer = world.begin(items(3), "<n:Expires>PT10S</n:Expires>");
  EXPECT_TRUE(
      answer->body.starts_with("<n:EnumerateResponse><n:Expires>PT10.000S</n:Expires><n:EnumerationContext>uuid:"));
  const auto context = context_of(answer->body);
  ASSERT_TRUE(world.pull(context, 1U));  // which does not make it longer
  world.enumerations.expire(Link::Clock::now() + seconds(9));
  EXPECT_EQ(world.refusal(context, 1U), 0U);
  world.enumerations.expire(Link::Clock::now() + seconds(10));
  EXPECT_EQ(world.refusal(context, 1U), invalid_context);
}

TEST(Enumerations, ALongerExpirationIsCutToTheTimeBetweenTwoPulls) {
  World world;
  const auto answer = world.begin(items(3), "<n:Expires>PT1H</n:Expires>");
  EXPECT_TRUE(answer->body.contains("<n:Expires>PT240.000S</n:Expires>"));
  EXPECT_FALSE(world.begin(items(3))->body.contains("Expires"));
}

TEST(Enumerations, ADateIsAnsweredWithADate) {
  World world;
  const auto answer = world.begin(items(3), "<n:Expires>2999-01-01T00:00:00Z</n:Expires>");
  const auto begin = answer->body.find("<n:Expires>") + 11;
  const auto granted = text::parse_date_time(answer->body.substr(begin, answer->body.find('<', begin) - begin));
  ASSERT_TRUE(granted);
  EXPECT_LE(*granted, date_now() + idle);
  EXPECT_GT(*granted, date_now() + idle - seconds(30));
}

TEST(Enumerations, RenewGrantsANewTime) {
  World world;
  const auto context = world.open(items(3), "<n:Expires>PT10S</n:Expires>");
  const auto answer = world.enumerations.renew(world.exchange(),
                                               {.context = context, .expires = Expiration{.after = seconds(20)}}, "o");
  EXPECT_EQ(answer->body, "<n:RenewResponse><n:Expires>PT20.000S</n:Expires><n:EnumerationContext>" + context +
                              "</n:EnumerationContext></n:RenewResponse>");
  world.enumerations.expire(Link::Clock::now() + seconds(19));
  EXPECT_TRUE(world.enumerations.renew(world.exchange(), {.context = context, .expires = {}}, "o")
                  ->body.contains("PT240.000S"));
  world.enumerations.expire(Link::Clock::now() + seconds(21));
  EXPECT_EQ(world.refusal(context, 1U), 0U);
  EXPECT_EQ(world.enumerations.renew(world.exchange(), {.context = context, .expires = {}}, "p").error().code,
            invalid_context);
}

TEST(Enumerations, GetStatusTellsTheTimeThatIsLeft) {
  World world;
  const auto context = world.open(items(3));
  const auto answer = world.enumerations.status(world.exchange(), {.context = context, .expires = {}}, "o");
  ASSERT_TRUE(answer);
  const std::string_view open = "<n:GetStatusResponse><n:Expires>";
  ASSERT_TRUE(answer->body.starts_with(open) && answer->body.ends_with("</n:Expires></n:GetStatusResponse>"));
  EXPECT_TRUE(answer->body.substr(open.size()).starts_with("PT239.") || answer->body.contains("PT240.000S"));
  EXPECT_EQ(world.enumerations.status(world.exchange(), {.context = "x", .expires = {}}, "o").error().code,
            invalid_context);
}

TEST(Enumerations, AreOverWithTheService) {
  World world;
  const auto script = std::make_shared<Script>();
  world.open(script);
  world.enumerations.clear();
  EXPECT_TRUE(script->closed);
  EXPECT_EQ(world.usage->operations(), 0U);
}

}  // namespace
}  // namespace winrmd::net::testing
