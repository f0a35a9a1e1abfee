// The states of docs/login-states.md, one by one.
#include "net/login/dialogue.hpp"

#include "net/testing/dialogue_world.hpp"

namespace winrmd::net::testing {
namespace {

using ipc::LoginStatus;

const std::string alice = "Basic " + text::base64_encode("alice:secret");
const std::string bob = "Basic " + text::base64_encode("bob:secret");

ipc::ListenerSetup clear(bool allow_unencrypted = true) {
  return {.tls = false,
          .basic = true,
          .negotiate = true,
          .kerberos = true,
          .certificates = true,
          .credssp = true,
          .allow_unencrypted = allow_unencrypted};
}
ipc::ListenerSetup encrypted() {
  auto setup = clear(false);
  setup.tls = true;
  return setup;
}

// winrmd-auth that takes a log-in of so many legs.
auto legs(DialogueWorld& world, int count, std::string name = "alice") {
  return [&world, count, name, at = 0](ipc::Login& login) mutable {
    if (login.scheme == ipc::Scheme::basic) return world.accepted(login.token.substr(0, login.token.find(':')));
    at = at % count + 1;
    const auto reply = "reply " + std::to_string(at);
    return at < count ? world.result(LoginStatus::more, reply) : world.accepted(name, reply);
  };
}

std::string outcome(const http::Response& response) {
  return std::to_string(response.status) + (response.close ? " close " : " ") + challenges(response) + response.body;
}

// Logs in, without a body.
void log_in(DialogueWorld& world) {
  world.auth_says = legs(world, 2);
  EXPECT_EQ(world.say({.authorization = negotiate("1")}).status, 401);
  EXPECT_EQ(world.say({.authorization = negotiate("2")}).status, 200);
}

TEST(Offer, NamesTheSchemesInTheOrderOfWindowsOnALineEach) {
  DialogueWorld world(encrypted());
  EXPECT_EQ(outcome(world.say({})), "401 Negotiate\nKerberos\nBasic realm=\"WSMAN\"\nCredSSP\n");
  EXPECT_EQ(outcome(world.say({.body = "AWAITING_ENCRYPTION_KEYS"})),
            "401 Negotiate\nKerberos\nBasic realm=\"WSMAN\"\nCredSSP\n");
}

TEST(Offer, OnlyWhatTheListenerTakes) {
  EXPECT_EQ(outcome(DialogueWorld(clear(false)).say({})), "401 Negotiate\nKerberos\nCredSSP\n");
  EXPECT_EQ(outcome(DialogueWorld({.tls = true, .basic = true}).say({})), "401 Basic realm=\"WSMAN\"\n");
  EXPECT_EQ(outcome(DialogueWorld({.negotiate = true}).say({})), "401 Negotiate\n");
  EXPECT_EQ(outcome(DialogueWorld({.tls = true, .certificates = true}).say({})), "401 ");
}

TEST(Dialogue, ASchemeThatIsNotOfferedIsRefusedUnasked) {
  const ipc::ListenerSetup none{.tls = true};
  for (const auto* value : {"Basic YTpi", "Negotiate YQ==", "Kerberos YQ==", "CredSSP YQ==", "NTLM YQ==", "Digest x",
                            "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"}) {
    DialogueWorld world(none);
    EXPECT_EQ(outcome(world.say({.authorization = value, .body = "<a/>"})), "401 close ") << value;
    EXPECT_TRUE(world.asked.empty()) << value;
  }
}

TEST(Dialogue, WhatIsNotATokenIsRefusedUnasked) {
  for (const auto* value : {"Basic", "Basic YWI=", "Basic !", "Negotiate", "Negotiate ", "Kerberos", "Negotiate a b"}) {
    DialogueWorld world(encrypted());
    const auto response = world.say({.authorization = value});
    EXPECT_EQ(response.status, 401) << value;
    EXPECT_TRUE(response.close) << value;
    EXPECT_TRUE(world.asked.empty()) << value;
  }
}

TEST(Dialogue, TheCredentialsAreWipedFromTheRequest) {
  DialogueWorld world(encrypted());
  world.auth_says = legs(world, 1);
  world.say({.authorization = alice, .body = "<a/>"});
  EXPECT_EQ(*world.heard().header("Authorization"), "");
}

// Flow A: the legs without a body, then messages.
TEST(Dialogue, LegsWithoutBodiesThenMessages) {
  DialogueWorld world(clear());
  world.auth_says = legs(world, 3);
  EXPECT_EQ(outcome(world.say({.authorization = negotiate("1")})), "401 " + negotiate("reply 1") + "\n");
  EXPECT_FALSE(world.dialogue->logged_in());
  EXPECT_EQ(outcome(world.say({.authorization = negotiate("2")})), "401 " + negotiate("reply 2") + "\n");
  EXPECT_EQ(outcome(world.say({.authorization = negotiate("3")})), "200 " + negotiate("reply 3") + "\n");
  EXPECT_TRUE(world.dialogue->logged_in());
  EXPECT_EQ(outcome(world.say({.body = "<a/>"})), "200 alice got <a/>");
  EXPECT_EQ(outcome(world.say({.body = "<b/>"})), "200 alice got <b/>");

  ASSERT_EQ(world.asked.size(), 3U);
  EXPECT_EQ(world.asked[0].token, "1");
  EXPECT_EQ(world.asked[2].token, "3");
  EXPECT_EQ(world.asked[0].scheme, ipc::Scheme::negotiate);
  EXPECT_EQ(world.asked[0].peer, "192.0.2.1");
  EXPECT_NE(world.asked[0].connection, 0U);
  EXPECT_EQ(world.asked[0].connection, world.asked[2].connection) << "one context";
  EXPECT_TRUE(world.cancels().empty());
}

// Flow B and C: a body with the last leg is served, those before it are not.
TEST(Dialogue, ABodyIsServedWithTheLastLegOnly) {
  DialogueWorld world(encrypted());
  world.auth_says = legs(world, 2);
  EXPECT_EQ(outcome(world.say({.authorization = negotiate("1"), .body = "AWAITING_ENCRYPTION_KEYS"})),
            "401 " + negotiate("reply 1") + "\n");
  EXPECT_EQ(outcome(world.say({.authorization = negotiate("2"), .body = "<a/>"})),
            "200 " + negotiate("reply 2") + "\nalice got <a/>");
}

TEST(Dialogue, WithoutALastTokenThereIsNoHeader) {
  DialogueWorld world(encrypted());
  world.auth_says = [&](ipc::Login&) { return world.accepted("alice"); };
  EXPECT_EQ(outcome(world.say({.authorization = "Kerberos YQ=="})), "200 ");
  EXPECT_EQ(outcome(world.say({.authorization = "Kerberos YQ==", .body = "<a/>"})), "200 alice got <a/>");
}

// What a security descriptor is asked about.
TEST(Dialogue, TheUserHasTheIdsOfTheAccount) {
  DialogueWorld world(encrypted());
  world.auth_says = [&](ipc::Login&) { return world.accepted("alice"); };
  world.say({.authorization = "Kerberos YQ==", .body = "<a/>"});
  EXPECT_EQ(world.served_user.uid, 1000U);
  EXPECT_EQ(world.served_user.gid, 100U);
  EXPECT_EQ(world.served_user.groups, (std::vector<std::uint32_t>{100, 27}));
}

TEST(Dialogue, ALegWithoutATokenStillNamesTheScheme) {
  DialogueWorld world(encrypted());
  world.auth_says = [&](ipc::Login&) { return world.result(LoginStatus::more); };
  EXPECT_EQ(outcome(world.say({.authorization = "kerberos YQ=="})), "401 Kerberos\n");
}

TEST(Dialogue, AnEmptyRequestWithoutCredentialsGetsTheOfferAndTheUserStays) {
  DialogueWorld world({.tls = true, .negotiate = true});
  log_in(world);
  EXPECT_EQ(outcome(world.say({})), "401 Negotiate\n");
  EXPECT_EQ(outcome(world.say({.body = "<a/>"})), "200 alice got <a/>");
}

TEST(Dialogue, WhoLogsInAnewTakesThePlaceOfWhoWasThere) {
  DialogueWorld world(encrypted());
  log_in(world);
  world.auth_says = legs(world, 2, "bob");
  EXPECT_EQ(world.say({.authorization = negotiate("1"), .body = "<a/>"}).status, 401);
  EXPECT_FALSE(world.dialogue->logged_in());
  EXPECT_EQ(world.released(), std::vector<std::string>{"token 1"});
  EXPECT_EQ(world.say({.authorization = negotiate("2"), .body = "<a/>"}).body, "bob got <a/>");
  EXPECT_EQ(world.say({.body = "<b/>"}).body, "bob got <b/>");
  EXPECT_NE(world.asked[0].connection, world.asked[2].connection);
}

TEST(Dialogue, ARefusalEndsEverythingAndSaysNothingElse) {
  DialogueWorld world({.tls = true, .negotiate = true});
  log_in(world);
  world.auth_says = [&](ipc::Login&) { return world.result(LoginStatus::refused, "why"); };
  EXPECT_EQ(outcome(world.say({.authorization = negotiate("1"), .body = "<a/>"})), "401 close Negotiate\n");
  EXPECT_EQ(world.released(), std::vector<std::string>{"token 1"});
  EXPECT_EQ(outcome(world.say({.body = "<a/>"})), "401 Negotiate\n") << "nobody is logged in any more";
  EXPECT_TRUE(world.cancels().empty()) << "winrmd-auth has forgotten it by itself";
}

TEST(Dialogue, ARefusalWithinALogInEndsItAsWell) {
  DialogueWorld world(encrypted());
  world.auth_says = [&, at = 0](ipc::Login&) mutable {
    return world.result(++at == 1 ? LoginStatus::more : LoginStatus::refused);
  };
  EXPECT_EQ(world.say({.authorization = negotiate("1")}).status, 401);
  EXPECT_TRUE(world.say({.authorization = negotiate("2")}).close);
  EXPECT_TRUE(world.audited().contains(R"("verdict":"denied")"));
}

TEST(Dialogue, WithoutAnAnswerItIs503AndTheContextIsCancelled) {
  DialogueWorld world(encrypted());
  world.auth_says = [&](ipc::Login&) { return world.result(LoginStatus::unavailable); };
  EXPECT_EQ(outcome(world.say({.authorization = negotiate("1")})), "503 close ");
  EXPECT_EQ(outcome(world.say({.authorization = alice})), "503 close ");
  EXPECT_TRUE(world.audited().contains(R"("verdict":"error")"));
}

TEST(Dialogue, AnAcceptedLogInWithoutATokenIsNone) {
  DialogueWorld world(encrypted());
  world.auth_says = [&](ipc::Login&) {
    auto result = world.accepted("alice");
    result.token.clear();
    return result;
  };
  EXPECT_EQ(world.say({.authorization = negotiate("1"), .body = "<a/>"}).status, 503);
  EXPECT_EQ(world.say({.authorization = alice, .body = "<a/>"}).status, 503);
  EXPECT_FALSE(world.dialogue->logged_in());
}

TEST(Dialogue, ALogInThatIsGivenUpIsCancelled) {
  DialogueWorld world(encrypted());
  world.auth_says = [&](ipc::Login&) { return world.result(LoginStatus::more, "x"); };
  world.say({.authorization = negotiate("1")});
  EXPECT_TRUE(world.cancels().empty());
  EXPECT_EQ(world.say({.body = "<a/>"}).status, 401) << "nobody yet";
  EXPECT_EQ(world.cancels(), std::vector{world.asked[0].connection});

  world.say({.authorization = negotiate("1")});
  world.say({.authorization = "Kerberos YQ=="});
  EXPECT_EQ(world.cancels().size(), 2U) << "for another scheme";
  EXPECT_EQ(world.cancelled[1], world.asked[1].connection);

  world.auth_says = [&](ipc::Login& login) {
    return login.scheme == ipc::Scheme::basic ? world.accepted("alice") : world.result(LoginStatus::more);
  };
  world.say({.authorization = alice});
  EXPECT_EQ(world.cancels().size(), 3U) << "for a password";

  world.say({.authorization = negotiate("1")});
  world.dialogue.reset();
  EXPECT_EQ(world.cancels().size(), 4U) << "with the connection";
}

TEST(Dialogue, ALogInHasNoMoreThanTwelveLegs) {
  DialogueWorld world(encrypted());
  world.auth_says = [&](ipc::Login&) { return world.result(LoginStatus::more, "x"); };
  for (int i = 0; i < 12; ++i) EXPECT_FALSE(world.say({.authorization = negotiate("1")}).close) << i;
  EXPECT_TRUE(world.say({.authorization = negotiate("1")}).close);
  EXPECT_EQ(world.asked.size(), 12U);
  EXPECT_EQ(world.cancels().size(), 1U);
}

TEST(Dialogue, BasicComesWithEveryRequestAndIsAskedAboutOnceForAWhile) {
  DialogueWorld world({.tls = true, .basic = true});
  world.auth_says = legs(world, 1);
  EXPECT_EQ(outcome(world.say({.authorization = alice, .body = "<a/>"})), "200 alice got <a/>");
  EXPECT_EQ(outcome(world.say({.authorization = alice, .body = "<b/>"})), "200 alice got <b/>");
  EXPECT_EQ(outcome(world.say({.authorization = alice})), "200 alice got ") << "a message that is no envelope";
  EXPECT_EQ(world.asked.size(), 1U);
  EXPECT_EQ(world.asked[0].token, "alice:secret");
  EXPECT_EQ(outcome(world.say({.authorization = bob, .body = "<a/>"})), "200 bob got <a/>");
  EXPECT_EQ(world.asked.size(), 2U);
  EXPECT_EQ(world.released(), std::vector<std::string>{"token 1"});
  EXPECT_EQ(outcome(world.say({.body = "<a/>"})), "401 Basic realm=\"WSMAN\"\n");
  EXPECT_EQ(world.released().size(), 2U);
}

TEST(Dialogue, BasicTakesThePlaceOfALogInOfTheConnection) {
  DialogueWorld world(encrypted());
  log_in(world);
  EXPECT_EQ(world.say({.authorization = bob, .body = "<a/>"}).body, "bob got <a/>");
  EXPECT_EQ(world.say({.body = "<a/>"}).status, 401);
}

TEST(Dialogue, InClearABasicPasswordIsNotEvenLookedAt) {
  DialogueWorld world(clear(false));
  const auto response = world.say({.authorization = alice, .body = "<a/>"});
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(challenges(response), "Negotiate\nKerberos\nCredSSP\n");
  EXPECT_TRUE(world.asked.empty());
}

TEST(Dialogue, WhereNothingMayBeReadOnTheWayAContextMustBeAbleToSeal) {
  for (const auto* body : {"", "<a/>"}) {
    DialogueWorld world(clear(false));
    world.auth_says = legs(world, 1);
    const auto response = world.say({.authorization = negotiate("1"), .body = body});
    EXPECT_EQ(outcome(response), "401 close Negotiate\nKerberos\nCredSSP\n");
    EXPECT_FALSE(world.dialogue->logged_in());
    EXPECT_EQ(world.released(), std::vector<std::string>{"token 1"});
  }
  DialogueWorld world(clear(true));
  world.auth_says = legs(world, 1);
  EXPECT_EQ(world.say({.authorization = negotiate("1"), .body = "<a/>"}).body, "alice got <a/>");
}

TEST(Dialogue, ASealedMessageWithoutKeysIs400AndBeforeALogIn401) {
  const std::string type =
      R"(multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary")";
  DialogueWorld world(encrypted());
  EXPECT_EQ(world.say({.body = "x", .type = type}).status, 401);
  log_in(world);  // without keys
  const auto response = world.say({.body = "x", .type = type});
  EXPECT_EQ(outcome(response), "400 close ");
  EXPECT_FALSE(world.dialogue->logged_in());
}

TEST(Dialogue, KeysThatCannotBeUsedAreNoLogIn) {
  DialogueWorld world(encrypted());
  world.auth_says = [&](ipc::Login&) {
    auto result = world.accepted("alice");
    result.sealing = ipc::Sealing::kerberos;
    result.context = "nonsense";
    return result;
  };
  EXPECT_EQ(world.say({.authorization = negotiate("1")}).status, 503);
  EXPECT_EQ(world.released(), std::vector<std::string>{"token 1"});
}

TEST(Dialogue, ThePlainEnvelopeIsMeasured) {
  DialogueWorld world({.tls = true, .basic = true});
  world.auth_says = legs(world, 1);
  EXPECT_EQ(world.say({.authorization = alice, .body = std::string(DialogueWorld::envelope_limit, 'x')}).status, 200);
  EXPECT_EQ(outcome(world.say({.authorization = alice, .body = std::string(DialogueWorld::envelope_limit + 1, 'x')})),
            "413 close ");
}

TEST(Dialogue, TheChannelIsToldWithTheListenersDemand) {
  auto setup = encrypted();
  setup.channel_binding = ipc::ChannelBinding::strict;
  DialogueWorld world(setup);
  log_in(world);
  EXPECT_TRUE(world.asked[0].tls);
  EXPECT_EQ(world.asked[0].binding, ipc::ChannelBinding::strict);
  EXPECT_EQ(world.asked[0].channel_binding, "tls-server-end-point:hash");

  auto plain = clear();
  plain.channel_binding = ipc::ChannelBinding::strict;
  DialogueWorld other(plain);
  log_in(other);
  EXPECT_FALSE(other.asked[0].tls);
  EXPECT_EQ(other.asked[0].binding, ipc::ChannelBinding::none) << "there is none without TLS";
}

TEST(Dialogue, TheAuditLogTellsWhoAndHow) {
  DialogueWorld world(encrypted());
  log_in(world);
  EXPECT_TRUE(world.audited().contains(R"("user":"alice","mechanism":"Negotiate","peer":"192.0.2.1")"));
  world.auth_says = [&](ipc::Login&) {
    auto result = world.result(LoginStatus::refused);
    result.name = "mallory";
    return result;
  };
  world.say({.authorization = negotiate("1")});
  EXPECT_TRUE(world.audited().contains(R"("user":"mallory","mechanism":"Negotiate")"));
  world.say({.authorization = bob});
  EXPECT_TRUE(world.audited().contains(R"("user":"bob","mechanism":"Basic")"));
}

}  // namespace
}  // namespace winrmd::net::testing
