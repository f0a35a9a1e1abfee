// Kerberos log-ins against a KDC of our own.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "lib/gss/testing/handshake.hpp"
#include "lib/gss/testing/realm.hpp"

namespace winrmd::gss {
namespace {

using testing::Client;
using testing::Initiator;
using testing::Realm;
using testing::shake_hands;
using testing::Way;

const std::string binding = "tls-server-end-point:" + std::string(32, 'h');

AcceptContext begin(const Realm& realm, AcceptContext::Accept accept = AcceptContext::Accept::negotiate) {
  return AcceptContext({.keytab = realm.keytab(), .ntlm_file = {}}, accept);
}

TEST(Kerberos, LogsInRawAndInSpnegoForAnyServiceOfTheKeytab) {
  Realm realm({"HTTP/localhost", "WSMAN/localhost", "host/localhost"});
  realm.add_user("alice");
  realm.log_in("alice");
  for (const auto way : {Way::kerberos, Way::spnego}) {
    for (const auto* service_name : {"HTTP@localhost", "WSMAN@localhost", "host@localhost"}) {
      Initiator initiator({.way = way, .service = service_name});
      auto service = begin(realm);
      const auto outcome = shake_hands(initiator, service);
      ASSERT_EQ(outcome.progress, Progress::complete) << outcome.error;
      EXPECT_EQ(outcome.legs, 1);
      const auto peer = service.peer().value();
      EXPECT_EQ(peer.kind, Kind::kerberos);
      EXPECT_EQ(peer.user, "alice");
      EXPECT_EQ(peer.domain, Realm::name);
      EXPECT_TRUE(peer.can_seal);
    }
  }
  // The scheme of that name: raw, and nothing else.
  Initiator raw({.way = Way::kerberos});
  auto service = begin(realm, AcceptContext::Accept::kerberos);
  EXPECT_EQ(shake_hands(raw, service).progress, Progress::complete);
  Initiator wrapped({.way = Way::spnego});
  auto other = begin(realm, AcceptContext::Accept::kerberos);
  EXPECT_EQ(shake_hands(wrapped, other).progress, Progress::failed);
}

// `header`: of small messages. RC4's has the size of the message in DER, which grows with it.
void seals(const std::string& key_types, std::size_t header, std::size_t padding) {
  Realm realm({"HTTP/localhost"}, key_types);
  realm.add_user("alice");
  realm.log_in("alice");
  for (const auto way : {Way::kerberos, Way::spnego}) {
    Initiator initiator({.way = way});
    auto service = begin(realm);
    ASSERT_EQ(shake_hands(initiator, service).progress, Progress::complete);
    auto sealed = SealedContext::import(Kind::kerberos, service.export_context().value()).value();
    for (const std::size_t size : {1U, 16U, 4097U, 500'000U}) {
      const std::string text(size, 'a');
      const auto request = initiator.seal(text);
      if (padding == 0 || size < 50) EXPECT_EQ(request.header.size(), header);
      EXPECT_EQ(sealed.unwrap(request.header, request.data).value(), text);
      const auto reply = sealed.wrap(text).value();
      EXPECT_EQ(reply.header.size(), request.header.size());
      EXPECT_EQ(reply.data.size(), size + padding);
      EXPECT_EQ(reply.length, size + padding);
      EXPECT_EQ(initiator.unseal(reply.header, reply.data), text);
    }
    auto changed = initiator.seal("hello");
    changed.data[0] = static_cast<char>(changed.data[0] ^ 1);
    EXPECT_FALSE(sealed.unwrap(changed.header, changed.data));
  }
}

TEST(Kerberos, SealsWithAes) { seals("aes256-cts-hmac-sha1-96:normal", 60, 0); }
TEST(Kerberos, SealsWithAesAndSha2) { seals("aes256-cts-hmac-sha384-192:normal", 72, 0); }
TEST(Kerberos, SealsWithRc4AndItsPadding) { seals("arcfour-hmac:normal", 45, 1); }

TEST(Kerberos, RefusesRepeatedReorderedAndUnencryptedMessages) {
  Realm realm;
  realm.add_user("alice");
  realm.log_in("alice");
  const auto make = [&](Initiator& initiator) {
    auto service = begin(realm);
    EXPECT_EQ(shake_hands(initiator, service).progress, Progress::complete);
    return SealedContext::import(Kind::kerberos, service.export_context().value()).value();
  };
  Initiator first({.way = Way::kerberos});
  auto sealed = make(first);
  const auto message = first.seal("hello");
  EXPECT_TRUE(sealed.unwrap(message.header, message.data));
  EXPECT_FALSE(sealed.unwrap(message.header, message.data));
  Initiator second({.way = Way::kerberos});
  sealed = make(second);
  second.seal("lost");
  const auto late = second.seal("late");
  EXPECT_FALSE(sealed.unwrap(late.header, late.data));
  Initiator third({.way = Way::kerberos});
  sealed = make(third);
  const auto open = third.sign("in the open");
  EXPECT_NE(open.find("in the open"), std::string::npos);
  EXPECT_FALSE(sealed.unwrap(open.substr(0, 16), open.substr(16)));
}

TEST(Kerberos, ReplayedTokensAndWrongServicesAreRefused) {
  Realm realm({"HTTP/localhost", "cifs/localhost"});
  realm.add_user("alice");
  realm.log_in("alice");
  Initiator initiator({.way = Way::kerberos});
  const auto token = initiator.step().value();
  EXPECT_EQ(begin(realm).step(token, {}).progress, Progress::complete);
  const auto again = begin(realm).step(token, {});
  EXPECT_EQ(again.progress, Progress::failed);
  EXPECT_NE(again.error.find("replay"), std::string::npos) << again.error;
  // A keytab without the key of the service the client asked for.
  ASSERT_EQ(std::system(("printf 'rkt " + realm.keytab() + "\\ndelent 1\\nwkt " + realm.folder() +
                         "/other\\n' | PATH=$PATH:/usr/sbin ktutil >/dev/null")
                            .c_str()),
            0);
  Initiator stranger({.way = Way::kerberos});
  EXPECT_EQ(
      AcceptContext({.keytab = realm.folder() + "/other", .ntlm_file = {}}).step(stranger.step().value(), {}).progress,
      Progress::failed);
}

TEST(Kerberos, ExpiredTicketsAreRefused) {
  Realm realm;
  realm.add_user("alice");
  realm.log_in("alice");
  // What the client sends now is looked at by a service whose clock is an hour ahead.
  Initiator initiator({.way = Way::kerberos});
  const auto token = initiator.step().value();
  ASSERT_EQ(
      std::system(
          ("sed -i 's/\\[libdefaults\\]/[libdefaults]\\n clockskew = 1/' " + realm.folder() + "/krb5.conf").c_str()),
      0);
  std::this_thread::sleep_for(std::chrono::milliseconds(2100));
  const auto step = begin(realm).step(token, {});
  EXPECT_EQ(step.progress, Progress::failed);
  EXPECT_NE(step.error.find("Clock skew"), std::string::npos) << step.error;
}

TEST(Kerberos, ChannelBindings) {
  Realm realm;
  realm.add_user("alice");
  realm.log_in("alice");
  struct Row {
    std::string client;
    std::string service;
    Progress progress;
    bool bound;
  };
  const std::vector<Row> rows{
      {binding, binding, Progress::complete, true},
      {binding, "tls-server-end-point:other", Progress::failed, false},
      {"", binding, Progress::complete, false},
      {binding, "", Progress::complete, false},
  };
  for (const auto& row : rows) {
    Initiator initiator({.way = Way::kerberos, .channel_binding = row.client});
    auto service = begin(realm);
    EXPECT_EQ(shake_hands(initiator, service, row.service).progress, row.progress) << row.client << row.service;
    if (row.progress != Progress::complete) continue;
    EXPECT_EQ(service.peer().value().channel_bound, row.bound) << row.client << row.service;
  }
}

TEST(Kerberos, ADelegatedTicketCanBeWrittenToAFileAndUsed) {
  Realm realm;
  realm.add_user("alice");
  realm.log_in("alice");
  constexpr OM_uint32 flags = GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG | GSS_C_DELEG_FLAG;
  for (const auto way : {Way::kerberos, Way::spnego}) {
    Initiator initiator({.way = way, .flags = flags});
    auto service = begin(realm);
    ASSERT_EQ(shake_hands(initiator, service).progress, Progress::complete);
    const auto delegated = service.delegated();
    ASSERT_TRUE(delegated) << delegated.error().message;
    ASSERT_FALSE(delegated->empty());
    const auto path = realm.folder() + "/delegated";
    std::ofstream(path, std::ios::binary) << *delegated;
    ::setenv("KRB5CCNAME", ("FILE:" + path).c_str(), 1);
    Initiator next({.way = Way::kerberos});
    auto other = begin(realm);
    EXPECT_EQ(shake_hands(next, other).progress, Progress::complete);
    EXPECT_EQ(other.peer().value().user, "alice");
    ::setenv("KRB5CCNAME", ("FILE:" + realm.folder() + "/tickets").c_str(), 1);
  }
}

}  // namespace
}  // namespace winrmd::gss
