// Log-ins by NTLM over HTTP and the messages sealed after them, with the real library on both sides.
#include "net/testing/ntlm_pair.hpp"

namespace winrmd::net::testing {
namespace {

// A listener as it is by default: nothing in clear.
const ipc::ListenerSetup listener{.negotiate = true};

struct SealedWorld {
  NtlmPair ntlm;
  DialogueWorld world;
  explicit SealedWorld(const ipc::ListenerSetup& setup = listener, OM_uint32 flags = gss::testing::Client{}.flags)
      : ntlm(flags), world(setup) {
    world.auth_says = [this](ipc::Login& login) { return ntlm.answer(world, login); };
  }

  // The second leg's header.
  std::string second_leg() {
    const auto first = world.say({.authorization = negotiate(*ntlm.client().step())});
    EXPECT_EQ(first.status, 401);
    return negotiate(*ntlm.client().step(NtlmPair::token_of(first)));
  }
  void log_in() { EXPECT_EQ(world.say({.authorization = second_leg()}).status, 200); }
  // What the service says to a sealed message, opened.
  std::string talk(std::string_view plain, const seal::Form& form = {}) {
    return ntlm.opened(world.say(ntlm.sealed(plain, form))).value_or("not sealed");
  }
};

TEST(SealedDialogue, LogInWithoutBodiesThenSealedMessages) {
  SealedWorld it;
  it.log_in();
  EXPECT_EQ(it.talk("<a/>"), "alice got <a/>");
  EXPECT_EQ(it.talk("<b/>"), "alice got <b/>");
  EXPECT_EQ(it.talk(std::string(9'000, 'x')), "alice got " + std::string(9'000, 'x'));
}

TEST(SealedDialogue, TheLastLegMayBringASealedMessage) {
  SealedWorld it;
  const auto authorization = it.second_leg();
  auto says = it.ntlm.sealed("<a/>");
  says.authorization = authorization;
  const auto response = it.world.say(says);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(it.ntlm.opened(response), "alice got <a/>");
  EXPECT_EQ(it.talk("<b/>"), "alice got <b/>");
}

TEST(SealedDialogue, TheReplyIsWrittenAsTheRequestWas) {
  SealedWorld it;
  it.log_in();
  for (const auto protocol : {seal::Protocol::spnego, seal::Protocol::kerberos}) {
    for (const bool tabs : {true, false}) {
      const auto response = it.world.say(it.ntlm.sealed("<a/>", {.protocol = protocol, .tabs = tabs}));
      EXPECT_TRUE(header(response, "Content-Type")->contains(seal::media_type(protocol)));
      EXPECT_EQ(response.body.contains("\n\tContent-Type"), tabs);
      EXPECT_EQ(it.ntlm.opened(response), "alice got <a/>");
    }
  }
}

// go's Encryption transport.
TEST(SealedDialogue, ANewLogInForEachMessageOnOneConnection) {
  SealedWorld it;
  for (int i = 0; i < 3; ++i) {
    NtlmPair fresh;
    it.world.auth_says = [&](ipc::Login& login) { return fresh.answer(it.world, login); };
    EXPECT_EQ(it.world.say({}).status, 401);
    const auto first = it.world.say({.authorization = negotiate(*fresh.client().step())});
    EXPECT_EQ(first.status, 401);
    const auto last = negotiate(*fresh.client().step(NtlmPair::token_of(first)));
    EXPECT_EQ(it.world.say({.authorization = last}).status, 200);
    EXPECT_EQ(fresh.opened(it.world.say(fresh.sealed("<a/>"))), "alice got <a/>") << i;
  }
}

TEST(SealedDialogue, WhereNothingMayBeReadOnTheWayAPlainEnvelopeIs500) {
  SealedWorld it;
  it.log_in();
  auto response = it.world.say({.body = "<a/>"});
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body, "");
  EXPECT_FALSE(response.close);
  EXPECT_EQ(it.talk("<b/>"), "alice got <b/>") << "the connection goes on";

  SealedWorld with_the_log_in;
  response = with_the_log_in.world.say({.authorization = with_the_log_in.second_leg(), .body = "<a/>"});
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body, "");
}

TEST(SealedDialogue, WhereItMayAPlainEnvelopeGetsAPlainReplyAndASealedOneASealed) {
  for (const auto& setup : {ipc::ListenerSetup{.negotiate = true, .allow_unencrypted = true},
                            ipc::ListenerSetup{.tls = true, .negotiate = true}}) {
    SealedWorld it(setup);
    it.log_in();
    EXPECT_EQ(it.world.say({.body = "<a/>"}).body, "alice got <a/>");
    EXPECT_EQ(it.talk("<b/>"), "alice got <b/>");
    EXPECT_EQ(it.world.say({.body = "<c/>"}).body, "alice got <c/>");
  }
}

// As older clients of Go do.
TEST(SealedDialogue, AContextWithoutKeysIsRefusedWhereNothingMayBeReadOnTheWay) {
  SealedWorld it(listener, GSS_C_MUTUAL_FLAG);
  const auto response = it.world.say({.authorization = it.second_leg()});
  EXPECT_EQ(response.status, 401);
  EXPECT_TRUE(response.close);
  EXPECT_FALSE(it.world.dialogue->logged_in());
}

struct Damage {
  const char* what;
  std::move_only_function<void(std::string& body, std::size_t sealed)> inflict;
};

TEST(SealedDialogue, WhatWasTamperedWithIs400AndEndsTheConnection) {
  std::vector<Damage> damages;
  damages.push_back({"a bit of the version", [](auto& body, auto at) { body[at + 4] ^= 1; }});
  damages.push_back({"a bit of the checksum", [](auto& body, auto at) { body[at + 9] ^= 1; }});
  damages.push_back({"a bit of the counter", [](auto& body, auto at) { body[at + 16] ^= 1; }});
  damages.push_back({"a bit of the text", [](auto& body, auto at) { body[at + 20] ^= 1; }});
  damages.push_back({"the header's length", [](auto& body, auto at) { body[at] = 17; }});
  damages.push_back({"an octet less", [](auto& body, auto at) { body.erase(at + 20, 1); }});
  damages.push_back({"an octet more", [](auto& body, auto at) { body.insert(at + 20, "x"); }});
  damages.push_back({"another length", [](auto& body, auto) { body.replace(body.find("Length=4"), 8, "Length=3"); }});
  damages.push_back({"the end cut off", [](auto& body, auto at) { body.resize(at + 20); }});
  for (auto& [what, inflict] : damages) {
    SealedWorld it;
    it.log_in();
    auto says = it.ntlm.sealed("<a/>");
    constexpr std::string_view octets = "application/octet-stream\r\n";
    inflict(says.body, says.body.find(octets) + octets.size());
    const auto response = it.world.say(says);
    EXPECT_EQ(response.status, 400) << what;
    EXPECT_TRUE(response.close) << what;
    EXPECT_EQ(response.body, "") << what;
    EXPECT_FALSE(it.world.dialogue->logged_in()) << what;
    EXPECT_EQ(it.world.released(), std::vector<std::string>{"token 1"}) << what;
  }
}

TEST(SealedDialogue, MessagesGoInOrderAndOnce) {
  SealedWorld it;
  it.log_in();
  const auto first = it.ntlm.sealed("<a/>");
  const auto second = it.ntlm.sealed("<b/>");
  EXPECT_EQ(it.world.say(second).status, 400) << "reordered";

  SealedWorld other;
  other.log_in();
  const auto once = other.ntlm.sealed("<a/>");
  EXPECT_EQ(other.world.say(once).status, 200);
  EXPECT_EQ(other.world.say(once).status, 400) << "repeated";
}

TEST(SealedDialogue, ABigMessageIsNotOpened) {
  SealedWorld it;
  it.log_in();
  EXPECT_EQ(it.talk(std::string(DialogueWorld::envelope_limit, 'x')).size(), 10 + DialogueWorld::envelope_limit);
  const auto response = it.world.say(it.ntlm.sealed(std::string(DialogueWorld::envelope_limit + 1, 'x')));
  EXPECT_EQ(response.status, 413);
  EXPECT_TRUE(response.close);
}

TEST(SealedDialogue, AnotherFamilysProtocolIs400) {
  SealedWorld it;
  it.log_in();
  EXPECT_EQ(it.world.say(it.ntlm.sealed("<a/>", {.protocol = seal::Protocol::credssp})).status, 400);
}

}  // namespace
}  // namespace winrmd::net::testing
