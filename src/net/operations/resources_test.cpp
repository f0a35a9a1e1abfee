// Resources of a plug-in on the wire, with a test in the place of its host.
#include "lib/ipc/messages_resource.hpp"
#include "lib/soap/names.hpp"
#include "net/testing/service_world.hpp"
#include "wsman_codes.h"
#include "wsman_operations.h"

namespace winrmd::net::testing {
namespace {

using ipc::Capability;
using std::chrono::seconds;

constexpr std::string_view inventory = "http://example.test/inventory";
constexpr std::string_view bare = "http://example.test/bare";  // Get without anything else

ipc::NetSetup setup_with_resources() {
  auto setup = service_setup();
  Plugin plugin;
  plugin.name = "inventory";
  plugin.file = "inventory.so";
  plugin.resources.push_back({.uri = std::string(inventory),
                              .capabilities = {{.type = Capability::get, .supports_fragment = true},
                                               {.type = Capability::put, .supports_fragment = true},
                                               {.type = Capability::create},
                                               {.type = Capability::remove},
                                               {.type = Capability::invoke},
                                               {.type = Capability::enumerate, .supports_filtering = true}}});
  plugin.resources.push_back({.uri = std::string(bare),
                              .supports_options = false,
                              .capabilities = {{.type = Capability::get}, {.type = Capability::enumerate}}});
  setup.applications.front().plugins.push_back(std::move(plugin));
  return setup;
}

struct Request {
  std::string_view action;
  std::string body{};
  std::string headers{};
  std::string_view resource = inventory;

  [[nodiscard]] std::string envelope() const {
    return R"(<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing")"
           R"( xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration">)"
           "<s:Header><a:Action>" +
           std::string(action) + "</a:Action><a:MessageID>uuid:1</a:MessageID><w:ResourceURI>" + std::string(resource) +
           "</w:ResourceURI>" + headers + "</s:Header><s:Body>" + body + "</s:Body></s:Envelope>";
  }
};

const std::string one_selector = R"(<w:SelectorSet><w:Selector Name="Id">a&amp;b</w:Selector></w:SelectorSet>)";
const std::string some_fragment = R"(<w:FragmentTransfer s:mustUnderstand="true">a/b</w:FragmentTransfer>)";

// What is inside s:Body of a reply.
std::string body_of(const std::string& reply) {
  const auto begin = reply.find("<s:Body>");
  const auto end = reply.find("</s:Body>");
  if (begin == std::string::npos || end == std::string::npos) return "no envelope: " + reply;
  return reply.substr(begin + 8, end - begin - 8);
}
std::string code_of(const std::string& reply) {
  const auto begin = reply.find("Code=\"");
  return begin == std::string::npos ? "" : reply.substr(begin + 6, reply.find('"', begin + 6) - begin - 6);
}
std::string decimal(std::uint32_t code) { return std::to_string(code); }
std::string context_of(const std::string& reply) {
  const auto begin = reply.find("<n:EnumerationContext>") + 22;
  return reply.substr(begin, reply.find('<', begin) - begin);
}

struct ResourceWorld {
  ServiceWorld world{setup_with_resources()};
  Client client = world.client();
  std::optional<Peer> host{};
  bool logged_in = false;

  void post(const Request& request) {
    client.post("alice", request.envelope());
    if (!std::exchange(logged_in, true)) world.accept_login();
  }
  std::string refused(const Request& request) {
    post(request);
    return code_of(client.reply());
  }
  // The call that the host gets.
  Sent<ipc::ResourceCall> call(const Request& request) {
    post(request);
    if (!host) host.emplace(world.start_host());
    return host->take<ipc::ResourceCall>();
  }
  std::string reply(const Request& request, const ipc::ResourceResult& result) {
    host->send(result, call_id(request));
    return client.reply();
  }
  std::uint64_t call_id(const Request& request) {
    if (!host) {
      post(request);
      host.emplace(world.start_host());
      return host->take<ipc::ResourceCall>().id;
    }
    return call(request).id;
  }
  Sent<ipc::EnumerationOpen> open(const Request& request) {
    post(request);
    if (!host) host.emplace(world.start_host());
    return host->take<ipc::EnumerationOpen>();
  }
  // A context that gives nothing at once, and the host's name for it.
  std::pair<std::string, std::string> enumerate(const std::string& inside = "") {
    const auto opened = open({soap::action::enumerate, "<n:Enumerate>" + inside + "</n:Enumerate>"});
    host->send(ipc::Done{}, opened.id);
    return {context_of(client.reply()), opened.message.enumeration};
  }
  Sent<ipc::EnumerationPull> pull(const std::string& context, const std::string& more = "") {
    post({soap::action::pull,
          "<n:Pull><n:EnumerationContext>" + context + "</n:EnumerationContext>" + more + "</n:Pull>"});
    return host->take<ipc::EnumerationPull>();
  }
};

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
