// What the answers of an enumeration hold.
#include "net/testing/enumeration_world.hpp"

namespace winrmd::net::testing {
namespace {

using World = EnumerationWorld;

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

}  // namespace
}  // namespace winrmd::net::testing
