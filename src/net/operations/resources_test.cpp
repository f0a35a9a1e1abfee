// Resources of a plug-in on the wire, with a test in the place of its host.
#include "net/testing/resource_world.hpp"

namespace winrmd::net::testing {
namespace {

using Request = ResourceRequest;
using std::chrono::seconds;

TEST(Resources, AGetReachesThePluginAndItsObjectTheClient) {
  ResourceWorld world;
  const auto sent = world.call({soap::action::get, "", one_selector});
  EXPECT_EQ(sent.message.operation, Capability::get);
  EXPECT_EQ(sent.message.plugin, "inventory");
  EXPECT_EQ(sent.message.details.resource_uri, inventory);
  ASSERT_EQ(sent.message.details.selectors.size(), 1U);
  EXPECT_EQ(sent.message.details.selectors[0].value, "a&b");
  EXPECT_FALSE(sent.message.details.fragment);
  EXPECT_FALSE(sent.message.body);
  EXPECT_EQ(sent.message.action, "");
  world.host->send(ipc::ResourceResult{.object = "<o xmlns='urn:o'>1</o>", .reference = {}}, sent.id);
  const auto reply = world.client.reply();
  EXPECT_EQ(body_of(reply), "<o xmlns='urn:o'>1</o>");
  EXPECT_TRUE(reply.contains("<a:Action>http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse</a:Action>"));
}

TEST(Resources, APutGivesTheNewRepresentation) {
  ResourceWorld world;
  const Request put{soap::action::put, "<w:o>2</w:o>"};
  const auto sent = world.call(put);
  EXPECT_EQ(sent.message.operation, Capability::put);
  EXPECT_EQ(sent.message.body, R"(<w:o xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">2</w:o>)");
  world.host->send(ipc::ResourceResult{.object = "<o>3</o>", .reference = {}}, sent.id);
  EXPECT_EQ(body_of(world.client.reply()), "<o>3</o>");
  EXPECT_EQ(body_of(world.reply(put, {})), "");
  EXPECT_FALSE(world.call({soap::action::put}).message.body);
}

TEST(Resources, ACreateGivesTheReferenceToWhatItMade) {
  ResourceWorld world;
  const Request create{soap::action::create, "<o/>"};
  const auto made = ipc::ResourceReference{.resource_uri = {}, .selectors = {{"Id", "a<b"}}};
  EXPECT_EQ(body_of(world.reply(create, {.object = {}, .reference = made})),
            "<x:ResourceCreated><a:Address>http://host:5985/wsman</a:Address><a:ReferenceParameters><w:ResourceURI>" +
                std::string(inventory) +
                "</w:ResourceURI><w:SelectorSet><w:Selector Name=\"Id\">a&lt;b</w:Selector></w:SelectorSet>"
                "</a:ReferenceParameters></x:ResourceCreated>");
  const auto elsewhere = ipc::ResourceReference{.resource_uri = "urn:other", .selectors = {}};
  EXPECT_TRUE(body_of(world.reply(create, {.object = {}, .reference = elsewhere}))
                  .contains("<w:ResourceURI>urn:other</w:ResourceURI></a:ReferenceParameters>"));
  EXPECT_EQ(code_of(world.reply(create, {})), decimal(ERROR_WSMAN_INVALID_PROVIDER_RESPONSE));
}

TEST(Resources, ADeleteGivesAnEmptyBody) {
  ResourceWorld world;
  const auto sent = world.call({soap::action::remove, "", one_selector});
  EXPECT_EQ(sent.message.operation, Capability::remove);
  world.host->send(ipc::ResourceResult{}, sent.id);
  EXPECT_TRUE(world.client.reply().contains("<s:Body></s:Body>"));
}

TEST(Resources, AnyOtherActionIsAnInvoke) {
  ResourceWorld world;
  const auto sent = world.call({"http://example.test/inventory/Count", "<in/>"});
  EXPECT_EQ(sent.message.operation, Capability::invoke);
  EXPECT_EQ(sent.message.action, "http://example.test/inventory/Count");
  EXPECT_EQ(sent.message.body, "<in/>");
  world.host->send(ipc::ResourceResult{.object = "<out/>", .reference = {}}, sent.id);
  const auto reply = world.client.reply();
  EXPECT_TRUE(reply.contains("<a:Action>http://example.test/inventory/CountResponse</a:Action>"));
  EXPECT_EQ(body_of(reply), "<out/>");
}

TEST(Resources, ActionsOfTheProtocolAreNeverAnInvoke) {
  ResourceWorld world;
  for (const std::string_view action : {"http://schemas.xmlsoap.org/ws/2004/09/transfer/Fetch",
                                        "http://schemas.xmlsoap.org/ws/2004/08/eventing/Subscribe",
                                        "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Command",
                                        "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Receive"}) {
    EXPECT_EQ(world.refused({action}), decimal(ERROR_WSMAN_ACTION_NOT_SUPPORTED)) << action;
  }
}

TEST(Resources, WhatTheResourceDoesNotNameIsRefused) {
  ResourceWorld world;
  const auto refused = [&](std::string_view action, const std::string& body = "", const std::string& headers = "") {
    return world.refused({action, body, headers, bare});
  };
  for (const std::string_view action : {soap::action::put, soap::action::create, soap::action::remove})
    EXPECT_EQ(refused(action), decimal(ERROR_WSMAN_ACTION_NOT_SUPPORTED)) << action;
  EXPECT_EQ(refused("urn:invoke"), decimal(ERROR_WSMAN_ACTION_NOT_SUPPORTED));
  EXPECT_EQ(refused(soap::action::get, "", some_fragment), decimal(ERROR_WSMAN_FRAGMENT_TRANSFER_NOT_SUPPORTED));
  EXPECT_EQ(refused(soap::action::get, "", R"(<w:OptionSet><w:Option Name="o"/></w:OptionSet>)"),
            decimal(ERROR_WSMAN_OPTIONS_NOT_SUPPORTED));
  EXPECT_EQ(refused(soap::action::enumerate, "<n:Enumerate><w:Filter>f</w:Filter></n:Enumerate>"),
            decimal(ERROR_WSMAN_ENUMERATE_FILTER_DIALECT_REQUESTED_UNAVAILABLE));
  EXPECT_EQ(world.refused({soap::action::get, "", "", "urn:unknown"}), decimal(ERROR_WSMAN_INVALID_RESOURCE_URI));
  EXPECT_TRUE(world.world.supervisor.silent());  // no host was asked
}

TEST(Resources, BodiesThatCannotBeMeantAreRefused) {
  ResourceWorld world;
  EXPECT_EQ(world.refused({soap::action::put, "<a/><b/>"}), decimal(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR));
  EXPECT_EQ(world.refused({soap::action::put, "<a/>", some_fragment}), decimal(ERROR_WSMAN_INVALID_XML_FRAGMENT));
  EXPECT_EQ(world.refused({soap::action::get, "", "<w:FragmentTransfer> </w:FragmentTransfer>"}),
            decimal(ERROR_WSMAN_MISSING_FRAGMENT_PATH));
  EXPECT_EQ(world.refused({soap::action::enumerate}), decimal(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR));
}

TEST(Resources, AFragmentIsEchoedAroundThePartThatWasMeant) {
  ResourceWorld world;
  const Request get{soap::action::get, "", some_fragment};
  const auto sent = world.call(get);
  ASSERT_TRUE(sent.message.details.fragment);
  EXPECT_EQ(sent.message.details.fragment->text, "a/b");
  EXPECT_EQ(sent.message.details.fragment->dialect, soap::xpath_dialect);
  world.host->send(ipc::ResourceResult{.object = "<b>1</b>", .reference = {}}, sent.id);
  const auto reply = world.client.reply();
  EXPECT_EQ(body_of(reply), "<w:XmlFragment><b>1</b></w:XmlFragment>");
  EXPECT_TRUE(reply.contains(R"(<w:FragmentTransfer s:mustUnderstand="true">a/b</w:FragmentTransfer>)"));
  // Written by the plug-in itself, where the part is no element.
  const std::string whole =
      R"(<q:XmlFragment xmlns:q="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">1</q:XmlFragment>)";
  EXPECT_EQ(body_of(world.reply(get, {.object = whole, .reference = {}})), whole);
}

TEST(Resources, AFragmentInAnotherDialectIsEchoedWithIt) {
  ResourceWorld world;
  const Request put{soap::action::put, "<w:XmlFragment><b>2</b></w:XmlFragment>",
                    "<w:FragmentTransfer Dialect='urn:d&amp;'><x/></w:FragmentTransfer>"};
  const auto sent = world.call(put);
  EXPECT_EQ(sent.message.details.fragment->dialect, "urn:d&");
  EXPECT_EQ(sent.message.details.fragment->text, "<x/>");
  EXPECT_TRUE(sent.message.body->starts_with("<w:XmlFragment"));
  world.host->send(ipc::ResourceResult{}, sent.id);
  const auto reply = world.client.reply();
  EXPECT_EQ(body_of(reply), "");
  EXPECT_TRUE(
      reply.contains(R"(<w:FragmentTransfer s:mustUnderstand="true" Dialect="urn:d&amp;"><x/></w:FragmentTransfer>)"));
}

TEST(Resources, TheReferenceIsGivenToWhoAsksForIt) {
  ResourceWorld world;
  const auto reply =
      world.reply({soap::action::get, "", one_selector + "<w:RequestEPR/>"}, {.object = "<o/>", .reference = {}});
  EXPECT_TRUE(reply.contains("<w:RequestedEPR><a:EndpointReference><a:Address>http://host:5985/wsman</a:Address>"));
  EXPECT_TRUE(reply.contains(R"(<w:Selector Name="Id">a&amp;b</w:Selector>)"));
}

TEST(Resources, WhatThePluginSaysIsTheFault) {
  ResourceWorld world;
  const auto sent = world.call({soap::action::get});
  world.host->send(ipc::Failed{ERROR_WSMAN_ALREADY_EXISTS, "<why/>", true}, sent.id);
  const auto reply = world.client.reply();
  EXPECT_EQ(code_of(reply), decimal(ERROR_WSMAN_ALREADY_EXISTS));
  EXPECT_TRUE(reply.contains(R"(<f:ProviderFault provider="inventory" path="inventory.so"><why/></f:ProviderFault>)"));
}

TEST(Resources, AnObjectThatIsNoXmlIsRefused) {
  ResourceWorld world;
  for (const std::string object : {"<a>", "text", "<a/><b/>", "<a/></s:Body>"})
    EXPECT_EQ(code_of(world.reply({soap::action::get}, {.object = object, .reference = {}})),
              decimal(ERROR_WSMAN_INVALID_PROVIDER_RESPONSE))
        << object;
  EXPECT_EQ(code_of(world.reply({soap::action::get}, {})), decimal(ERROR_WSMAN_INVALID_PROVIDER_RESPONSE));
}

TEST(Resources, AnObjectLargerThanTheEnvelopeIsAFault) {
  ResourceWorld world;
  const Request small{soap::action::get, "", "<w:MaxEnvelopeSize>8192</w:MaxEnvelopeSize>"};
  const auto object = [](std::size_t size) {
    return ipc::ResourceResult{.object = "<o>" + std::string(size, 'x') + "</o>", .reference = {}};
  };
  EXPECT_TRUE(world.reply(small, object(6000)).starts_with("HTTP/1.1 200"));
  EXPECT_EQ(code_of(world.reply(small, object(8192))), decimal(ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED));
  EXPECT_EQ(code_of(world.reply({soap::action::get}, object(512'000))), decimal(ERROR_WSMAN_SERVER_ENVELOPE_LIMIT));
}

TEST(Resources, OneHostServesAUsersRequests) {
  ResourceWorld world;
  EXPECT_EQ(body_of(world.reply({soap::action::get}, {.object = "<a/>", .reference = {}})), "<a/>");
  EXPECT_EQ(body_of(world.reply({soap::action::get}, {.object = "<b/>", .reference = {}})), "<b/>");
  EXPECT_TRUE(world.world.supervisor.silent());
}

TEST(Resources, AnAnswerThatDoesNotComeIsNotWaitedFor) {
  ResourceWorld world;
  const auto sent = world.call({soap::action::get, "", "<w:OperationTimeout>PT0.5S</w:OperationTimeout>"});
  world.world.pass(seconds(1));
  EXPECT_EQ(code_of(world.client.reply()), decimal(ERROR_WSMAN_OPERATION_TIMEDOUT));
  EXPECT_EQ(world.host->take<ipc::Cancel>().id, sent.id);
}

TEST(Resources, ARequestWhoseClientHasGoneIsCancelled) {
  ResourceWorld world;
  const auto sent = world.call({soap::action::get});
  world.client.abort();
  world.world.loop.settle();
  world.world.pass(seconds(1));
  EXPECT_EQ(world.host->take<ipc::Cancel>().id, sent.id);
}

TEST(Resources, TheEndOfTheHostIsAFaultAndTheNextRequestStartsAnother) {
  ResourceWorld world;
  world.call({soap::action::get});
  world.host->die();
  EXPECT_EQ(code_of(world.client.reply()), "995");
  world.host.reset();
  world.world.pass(seconds(1));
  EXPECT_EQ(body_of(world.reply({soap::action::get}, {.object = "<a/>", .reference = {}})), "<a/>");
}

}  // namespace
}  // namespace winrmd::net::testing
