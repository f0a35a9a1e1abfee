#include "net/operations/enumerations.hpp"

#include <deque>

#include "net/testing/enumeration_messages.hpp"
#include "net/testing/loop.hpp"
#include "wsman_codes.h"

namespace winrmd::net::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Room roomy{.bytes = 100'000};
constexpr milliseconds idle(240'000);

// A source that a test plays.
struct Script {
  std::deque<Outcome<ItemBatch>> answers;
  std::shared_ptr<Promise<Outcome<ItemBatch>>> waiting;
  Link::Clock::time_point until;
  bool closed = false;
  bool alive = true;
};

class ScriptedItems final : public ItemSource {
 public:
  explicit ScriptedItems(std::shared_ptr<Script> script) : script_(std::move(script)) {}
  ~ScriptedItems() override { script_->closed = true; }
  asio::awaitable<Outcome<ItemBatch>> fetch(std::size_t, std::size_t, Link::Clock::time_point until) override {
    script_->until = until;
    if (!script_->answers.empty()) {
      auto answer = std::move(script_->answers.front());
      script_->answers.pop_front();
      co_return answer;
    }
    const auto script = script_;
    script->waiting = std::make_shared<Promise<Outcome<ItemBatch>>>();
    auto answer = co_await script->waiting->wait();
    co_return std::move(*answer);
  }
  void close() override {
    script_->closed = true;
    if (const auto waiting = script_->waiting) waiting->keep(fault(ERROR_OPERATION_ABORTED));
  }
  [[nodiscard]] bool is_alive() const override { return script_->alive; }
  [[nodiscard]] std::optional<std::size_t> total() const override { return std::nullopt; }
  [[nodiscard]] std::size_t bytes() const override { return 0; }

 private:
  std::shared_ptr<Script> script_;
};

std::vector<EnumerationItem> items(std::size_t count, std::size_t first = 0) {
  std::vector<EnumerationItem> result;
  for (std::size_t i = first; i < first + count; ++i)
    result.push_back({"<o" + std::to_string(i) + "/>", "<e" + std::to_string(i) + "/>"});
  return result;
}

// One request, and what becomes of it.
struct Call {
  http::Request http;
  Exchange exchange{.http = http,
                    .peer = {},
                    .host = {},
                    .url = {},
                    .login = {},
                    .arrived = Link::Clock::now(),
                    .deadline = Link::Clock::now() + seconds(60),
                    .on_lost = {},
                    .delivery = {}};
};

std::string context_of(std::string_view body) {
  const auto begin = body.find("<n:EnumerationContext>") + 22;
  return std::string(body.substr(begin, body.find("</n:EnumerationContext>") - begin));
}

struct World {
  Loop loop;
  Deliveries deliveries;
  Enumerations enumerations{deliveries};
  UsageRef usage = std::make_shared<Usage>();
  std::deque<Call> calls{};  // their exchanges stay where they are

  Exchange& exchange(std::string_view body = "", std::string_view resource = "urn:r", std::string_view headers = {}) {
    auto& call = calls.emplace_back();
    call.exchange.soap = request_with(body, resource, headers);
    return call.exchange;
  }

  Outcome<EnumerationAnswer> begin(std::unique_ptr<ItemSource> source, std::string_view inside = "",
                                   const std::string& owner = "o", Room room = roomy, std::string_view headers = {}) {
    auto& asking = exchange("<n:Enumerate>" + std::string(inside) + "</n:Enumerate>", "urn:r", headers);
    const auto request = parse_enumerate(asking.soap, 32'000, date_now());
    EXPECT_TRUE(request);
    Permit permit;
    permit.slot = OperationSlot(usage);
    Task<Outcome<EnumerationAnswer>> task(
        loop,
        enumerations.begin(
            asking, *request,
            {.source = std::move(source), .permit = std::move(permit), .owner = owner, .idle_timeout = idle}, room));
    return std::move(task.get());
  }
  Outcome<EnumerationAnswer> begin(std::vector<EnumerationItem> list, std::string_view inside = "") {
    auto mode = EnumerationMode::object;
    if (inside.contains("EnumerateEPR")) mode = EnumerationMode::epr;
    if (inside.contains("EnumerateObjectAndEPR")) mode = EnumerationMode::object_and_epr;
    return begin(std::make_unique<ItemList>(std::move(list), mode), inside);
  }
  // The context of a new enumeration that gives nothing at once.
  std::string open(std::vector<EnumerationItem> list, std::string_view inside = "") {
    return context_of(begin(std::move(list), inside)->body);
  }
  std::string open(const std::shared_ptr<Script>& script) {
    return context_of(begin(std::make_unique<ScriptedItems>(script))->body);
  }

  Task<Outcome<EnumerationAnswer>> start_pull(const std::string& context, std::size_t most = 10,
                                              const std::string& owner = "o", Room room = roomy,
                                              std::optional<std::size_t> characters = {},
                                              std::string_view resource = "urn:r") {
    pulls.push_back({.context = context, .max_elements = most, .max_characters = characters, .max_time = {}});
    owners.push_back(owner);
    return {loop, enumerations.pull(exchange("", resource), pulls.back(), owners.back(), room)};
  }
  template <class... A>
  Outcome<EnumerationAnswer> pull(const std::string& context, A... a) {
    auto task = start_pull(context, a...);
    return std::move(task.get());
  }
  template <class... A>
  std::uint32_t refusal(const std::string& context, A... a) {
    const auto answer = pull(context, a...);
    return answer ? 0 : answer.error().code;
  }
  std::deque<PullRequest> pulls{};
  std::deque<std::string> owners{};
};

constexpr auto invalid_context = ERROR_WSMAN_ENUMERATE_INVALID_ENUMERATION_CONTEXT;

TEST(Enumerations, OptimizedAndCompleteInOneMessage) {
  World world;
  constexpr std::string_view five = "<w:OptimizeEnumeration/><w:MaxElements>5</w:MaxElements>";
  EXPECT_EQ(world.begin(items(2), five)->body,
            "<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext><w:Items><o0/><o1/></w:Items>"
            "<w:EndOfSequence/></n:EnumerateResponse>");
  EXPECT_EQ(
      world.begin(items(0), five)->body,
      "<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext><w:EndOfSequence/></n:EnumerateResponse>");
  EXPECT_EQ(world.usage->operations(), 0U);
}

TEST(Enumerations, OptimizedGivesOneItemUnlessItSaysMore) {
  World world;
  const auto answer = world.begin(items(2), "<w:OptimizeEnumeration/>");
  EXPECT_TRUE(answer->body.ends_with("</n:EnumerationContext><w:Items><o0/></w:Items></n:EnumerateResponse>"))
      << answer->body;
  EXPECT_EQ(world.pull(context_of(answer->body))->body,
            "<n:PullResponse><n:Items><o1/></n:Items><n:EndOfSequence/></n:PullResponse>");
}

TEST(Enumerations, TheRestIsPulledAndTheEndIsSaidOnce) {
  World world;
  const auto context = world.open(items(3));
  EXPECT_EQ(world.usage->operations(), 1U);
  EXPECT_EQ(world.pull(context, 2U)->body, "<n:PullResponse><n:EnumerationContext>" + context +
                                               "</n:EnumerationContext><n:Items><o0/><o1/></n:Items></n:PullResponse>");
  EXPECT_EQ(world.pull(context, 2U)->body,
            "<n:PullResponse><n:Items><o2/></n:Items><n:EndOfSequence/></n:PullResponse>");
  EXPECT_EQ(world.refusal(context), invalid_context);
  EXPECT_EQ(world.usage->operations(), 0U);
}

TEST(Enumerations, ItemsComeInTheModeThatWasAskedFor) {
  World world;
  const auto mode = [](std::string_view name) {
    return "<w:OptimizeEnumeration/><w:EnumerationMode>" + std::string(name) + "</w:EnumerationMode>";
  };
  EXPECT_TRUE(world.begin(items(1), mode("EnumerateEPR"))->body.contains("<w:Items><e0/></w:Items>"));
  EXPECT_TRUE(world.begin(items(1), mode("EnumerateObjectAndEPR"))
                  ->body.contains("<w:Items><w:Item><o0/><e0/></w:Item></w:Items>"));
  EXPECT_EQ(world.begin({{"<o/>", ""}}, mode("EnumerateEPR")).error().code, ERROR_WSMAN_INVALID_PROVIDER_RESPONSE);
}

TEST(Enumerations, ContextsBelongToTheirOwnerAndResource) {
  World world;
  const auto context = world.open(items(3));
  EXPECT_EQ(world.refusal(context, 1U, "p"), invalid_context);
  EXPECT_EQ(world.refusal(context, 1U, "o", roomy, std::optional<std::size_t>(), "urn:other"), invalid_context);
  EXPECT_EQ(world.refusal("uuid:0", 1U), invalid_context);
  EXPECT_EQ(world.enumerations.release(world.exchange(), {.context = context, .expires = {}}, "p").error().code,
            invalid_context);
  EXPECT_EQ(world.refusal(context, 1U, "o", roomy, std::optional<std::size_t>(), "URN:R"), 0U);
  EXPECT_EQ(world.refusal(context, 1U, "o", roomy, std::optional<std::size_t>(), ""), 0U);
}

TEST(Enumerations, AreOverWhenTheyAreReleased) {
  World world;
  const auto script = std::make_shared<Script>();
  const auto context = world.open(script);
  const auto answer = world.enumerations.release(world.exchange(), {.context = context, .expires = {}}, "o");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "");
  EXPECT_TRUE(script->closed);
  EXPECT_EQ(world.usage->operations(), 0U);
  EXPECT_EQ(world.refusal(context), invalid_context);
}

TEST(Enumerations, AnswersStayWithinTheirRoom) {
  World world;
  const auto context = world.open(items(3));
  EXPECT_TRUE(world.pull(context, 3U, "o", Room{.bytes = 10})->body.contains("<n:Items><o0/><o1/></n:Items>"));
  EXPECT_EQ(world.refusal(context, 3U, "o", Room{.bytes = 4}), ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED);
  EXPECT_EQ(world.refusal(context, 3U, "o", Room{.bytes = 4, .of_service = true}), ERROR_WSMAN_SERVER_ENVELOPE_LIMIT);
  EXPECT_TRUE(world.pull(context, 3U, "o", Room{.bytes = 5})->body.contains("<o2/>"));  // nothing was lost
}

TEST(Enumerations, AnItemTooLargeForTheFirstAnswerIsLeftToAPull) {
  World world;
  const auto answer = world.begin(std::make_unique<ItemList>(items(1)), "<w:OptimizeEnumeration/>", "o", {.bytes = 4});
  EXPECT_FALSE(answer->body.contains("<w:Items>"));
  EXPECT_FALSE(answer->body.contains("EndOfSequence"));
  EXPECT_TRUE(world.pull(context_of(answer->body))->body.contains("<o0/>"));
}

TEST(Enumerations, MaxCharactersCountsCharacters) {
  World world;
  const auto context = world.open({{"<a>\xC3\xA4</a>", ""}, {"<b/>", ""}});
  EXPECT_EQ(world.refusal(context, 9U, "o", roomy, std::optional<std::size_t>(7)),
            ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED);
  EXPECT_TRUE(world.pull(context, 9U, "o", roomy, std::optional<std::size_t>(8))->body.contains("</a></n:Items>"));
}

TEST(Enumerations, AnOwnersOldestContextGivesWay) {
  World world;
  std::vector<std::string> contexts(17);
  for (auto& context : contexts) context = world.open(items(3));
  EXPECT_EQ(world.refusal(contexts.front()), invalid_context);
  EXPECT_EQ(world.refusal(contexts[1], 1U), 0U);
  EXPECT_EQ(world.enumerations.size(), 16U);
}

TEST(Enumerations, AnOwnersContextsHoldNoMoreThanTheLimit) {
  World world;
  const std::vector<EnumerationItem> large{{std::string(3U << 20, 'x'), {}}, {"<x/>", {}}};
  std::vector<std::string> contexts(4);
  for (auto& context : contexts) context = world.open(large);
  const auto refused = [&](std::size_t i) { return world.refusal(contexts[i], 1U, "o", Room{.bytes = 9U << 20}); };
  EXPECT_EQ(refused(0), invalid_context);
  EXPECT_EQ(refused(1), 0U);
  EXPECT_EQ(refused(3), 0U);
}

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

TEST(Enumerations, TellHowManyThereAreWhereThatIsKnown) {
  World world;
  constexpr std::string_view header = "<w:RequestTotalItemsCountEstimate/>";
  EXPECT_EQ(world.begin(std::make_unique<ItemList>(items(7)), "", "o", roomy, header)->headers,
            "<w:TotalItemsCountEstimate>7</w:TotalItemsCountEstimate>");
  EXPECT_EQ(world.begin(items(7))->headers, "");
  const auto script = std::make_shared<Script>();
  EXPECT_EQ(world.begin(std::make_unique<ScriptedItems>(script), "", "o", roomy, header)->headers,
            R"(<w:TotalItemsCountEstimate xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>)");
  script->answers.push_back(ItemBatch{items(2), true});
  EXPECT_EQ(
      world.begin(std::make_unique<ScriptedItems>(script), "<w:OptimizeEnumeration/>", "o", roomy, header)->headers,
      "<w:TotalItemsCountEstimate>2</w:TotalItemsCountEstimate>");
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
