// Enumerations of a plug-in on the wire, with a test in the place of its host.
#include "net/testing/resource_world.hpp"

namespace winrmd::net::testing {
namespace {

using Request = ResourceRequest;
using std::chrono::seconds;

TEST(ResourceEnumerations, ReachThePluginWithTheirFilter) {
  ResourceWorld world;
  const auto opened =
      world.open({soap::action::enumerate,
                  "<n:Enumerate><w:EnumerationMode>EnumerateEPR</w:EnumerationMode><w:Filter Dialect='" +
                      std::string(soap::selector_dialect) + "'>" + one_selector + "</w:Filter></n:Enumerate>"});
  EXPECT_EQ(opened.message.plugin, "inventory");
  EXPECT_EQ(opened.message.kind, ipc::ItemKind::reference);
  ASSERT_TRUE(opened.message.selector_filter);
  ASSERT_EQ(opened.message.selector_filter->size(), 1U);
  EXPECT_EQ(opened.message.selector_filter->front().value, "a&b");
  ASSERT_TRUE(opened.message.details.filter);
  EXPECT_EQ(opened.message.details.filter->dialect, soap::selector_dialect);
}

TEST(ResourceEnumerations, GiveEverythingAtOnceWhereThatFits) {
  ResourceWorld world;
  const auto opened = world.open({soap::action::enumerate,
                                  "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>9</w:MaxElements>"
                                  "<w:EnumerationMode>EnumerateObjectAndEPR</w:EnumerationMode></n:Enumerate>"});
  world.host->send(ipc::Done{}, opened.id);
  const auto pull = world.host->take<ipc::EnumerationPull>();
  EXPECT_EQ(pull.message.enumeration, opened.message.enumeration);
  EXPECT_EQ(pull.message.max_items, 9U);
  const ipc::ResourceReference reference{.resource_uri = {}, .selectors = {{"Id", "1"}}};
  world.host->send(ipc::EnumerationItems{.items = {{"<o/>", reference}}, .end = true}, pull.id);
  EXPECT_EQ(body_of(world.client.reply()),
            "<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext><w:Items><w:Item><o/>"
            "<a:EndpointReference><a:Address>http://host:5985/wsman</a:Address><a:ReferenceParameters><w:ResourceURI>" +
                std::string(inventory) +
                "</w:ResourceURI><w:SelectorSet><w:Selector Name=\"Id\">1</w:Selector></w:SelectorSet>"
                "</a:ReferenceParameters></a:EndpointReference></w:Item></w:Items><w:EndOfSequence/>"
                "</n:EnumerateResponse>");
  EXPECT_TRUE(world.host->silent());  // it knows that it is over
}

TEST(ResourceEnumerations, ArePulledUntilTheirEnd) {
  ResourceWorld world;
  const auto [context, name] = world.enumerate();
  const auto first = world.pull(context, "<n:MaxTime>PT1S</n:MaxTime><n:MaxElements>2</n:MaxElements>");
  EXPECT_EQ(first.message.enumeration, name);
  EXPECT_EQ(first.message.max_items, 2U);
  EXPECT_LE(first.message.wait_ms, 1000U);
  world.host->send(ipc::EnumerationItems{.items = {{"<o1/>", {}}, {"<o2/>", {}}}, .end = false}, first.id);
  EXPECT_EQ(body_of(world.client.reply()), "<n:PullResponse><n:EnumerationContext>" + context +
                                               "</n:EnumerationContext><n:Items><o1/><o2/></n:Items></n:PullResponse>");
  const auto second = world.pull(context);
  world.host->send(ipc::EnumerationItems{.items = {}, .end = true}, second.id);
  EXPECT_EQ(body_of(world.client.reply()), "<n:PullResponse><n:Items></n:Items><n:EndOfSequence/></n:PullResponse>");
}

TEST(ResourceEnumerations, TimeOutAndGoOn) {
  ResourceWorld world;
  const auto [context, name] = world.enumerate();
  world.host->send(ipc::Failed{ERROR_WSMAN_OPERATION_TIMEDOUT, {}, false}, world.pull(context).id);
  EXPECT_EQ(code_of(world.client.reply()), decimal(ERROR_WSMAN_OPERATION_TIMEDOUT));
  world.host->send(ipc::EnumerationItems{.items = {{"<o/>", {}}}, .end = true}, world.pull(context).id);
  EXPECT_TRUE(body_of(world.client.reply()).contains("<o/>"));
}

TEST(ResourceEnumerations, ThatThePluginRefusesAreOver) {
  ResourceWorld world;
  const auto opened = world.open({soap::action::enumerate, "<n:Enumerate/>"});
  world.host->send(ipc::Failed{ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER, "no", true}, opened.id);
  const auto reply = world.client.reply();
  EXPECT_EQ(code_of(reply), decimal(ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER));
  EXPECT_TRUE(reply.contains("n:CannotProcessFilter"));
  EXPECT_TRUE(world.host->silent());
}

TEST(ResourceEnumerations, AreClosedInTheHostWhenTheyAreReleased) {
  ResourceWorld world;
  const auto [context, name] = world.enumerate();
  world.post(
      {soap::action::release, "<n:Release><n:EnumerationContext>" + context + "</n:EnumerationContext></n:Release>"});
  const auto reply = world.client.reply();
  EXPECT_TRUE(reply.contains("<s:Body></s:Body>"));
  EXPECT_TRUE(reply.contains("enumeration/ReleaseResponse"));
  EXPECT_EQ(world.host->take<ipc::EnumerationClose>().message.enumeration, name);
}

TEST(ResourceEnumerations, AreClosedInTheHostWhenNobodyComesForThem) {
  ResourceWorld world;
  const auto [context, name] = world.enumerate();
  world.world.pass(seconds(241));
  EXPECT_EQ(world.host->take<ipc::EnumerationClose>().message.enumeration, name);
}

TEST(ResourceEnumerations, ThatTimeOutAtTheirBeginningAreClosedInTheHost) {
  ResourceWorld world;
  const auto opened =
      world.open({soap::action::enumerate, "<n:Enumerate/>", "<w:OperationTimeout>PT0.5S</w:OperationTimeout>"});
  world.world.pass(seconds(1));
  EXPECT_EQ(code_of(world.client.reply()), decimal(ERROR_WSMAN_OPERATION_TIMEDOUT));
  EXPECT_EQ(world.host->take<ipc::EnumerationClose>().message.enumeration, opened.message.enumeration);
}

TEST(ResourceEnumerations, WhoseHostEndsAreAbortedOnce) {
  ResourceWorld world;
  const auto [context, name] = world.enumerate();
  world.host->die();
  world.world.loop.settle();
  const Request pull{soap::action::pull,
                     "<n:Pull><n:EnumerationContext>" + context + "</n:EnumerationContext></n:Pull>"};
  EXPECT_EQ(world.refused(pull), "995");
  EXPECT_EQ(world.refused(pull), decimal(ERROR_WSMAN_ENUMERATE_INVALID_ENUMERATION_CONTEXT));
}

TEST(ResourceEnumerations, OfAHostThatDoesNotAnswerAreOver) {
  ResourceWorld world;
  const auto [context, name] = world.enumerate();
  world.pull(context, "<n:MaxTime>PT1S</n:MaxTime>");
  world.world.pass(seconds(7));
  EXPECT_EQ(code_of(world.client.reply()), "995");
  EXPECT_EQ(world.host->take<ipc::EnumerationClose>().message.enumeration, name);
}

TEST(ResourceEnumerations, ItemsOfAPullWhoseClientHasGoneAreForTheNext) {
  ResourceWorld world;
  const auto [context, name] = world.enumerate();
  const auto first = world.pull(context);
  world.client.abort();
  world.world.pass(seconds(1));
  world.client = world.world.client();
  world.logged_in = false;
  world.post({soap::action::pull, "<n:Pull><n:EnumerationContext>" + context + "</n:EnumerationContext></n:Pull>"});
  EXPECT_TRUE(world.host->silent());
  world.host->send(ipc::EnumerationItems{.items = {{"<o/>", {}}}, .end = true}, first.id);
  EXPECT_TRUE(body_of(world.client.reply()).contains("<n:Items><o/></n:Items><n:EndOfSequence/>"));
}

TEST(ResourceEnumerations, ItemsThatAreNoXmlEndThem) {
  ResourceWorld world;
  const auto [context, name] = world.enumerate();
  world.host->send(ipc::EnumerationItems{.items = {{"<o>", {}}}, .end = false}, world.pull(context).id);
  EXPECT_EQ(code_of(world.client.reply()), decimal(ERROR_WSMAN_INVALID_PROVIDER_RESPONSE));
  EXPECT_EQ(world.host->take<ipc::EnumerationClose>().message.enumeration, name);
}

TEST(ResourceEnumerations, AreRenewedAndTellTheirTime) {
  ResourceWorld world;
  const auto [context, name] = world.enumerate();
  const auto about = [&](std::string_view what, const std::string& more = "") {
    return "<n:" + std::string(what) + "><n:EnumerationContext>" + context + "</n:EnumerationContext>" + more +
           "</n:" + std::string(what) + ">";
  };
  world.post({soap::action::renew, about("Renew", "<n:Expires>PT5S</n:Expires>")});
  const auto renewed = world.client.reply();
  EXPECT_TRUE(renewed.contains("enumeration/RenewResponse"));
  EXPECT_TRUE(body_of(renewed).contains("<n:Expires>PT5.000S</n:Expires>"));
  world.post({soap::action::get_status, about("GetStatus")});
  EXPECT_TRUE(body_of(world.client.reply()).starts_with("<n:GetStatusResponse><n:Expires>PT"));
  world.world.pass(seconds(6));
  EXPECT_EQ(world.host->take<ipc::EnumerationClose>().message.enumeration, name);
}

}  // namespace
}  // namespace winrmd::net::testing
