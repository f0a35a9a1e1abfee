// NTLM log-ins against the library as it is installed, both sides in this process.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "lib/gss/ntlm_gate.hpp"
#include "lib/gss/testing/handshake.hpp"
#include "lib/users/nt_hash.hpp"
#include "lib/users/ntlm_file.hpp"

namespace winrmd::gss {
namespace {

using testing::Client;
using testing::Initiator;
using testing::shake_hands;
using testing::Way;

const std::string binding = "tls-server-end-point:" + std::string(32, 'h');

class Ntlm : public ::testing::TestWithParam<Way> {
 protected:
  Ntlm() {
    std::string pattern = ::testing::TempDir() + "winrmd-gss-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    add("alice", "secret");
    // The client's library looks for a KDC, too, when it is given a password for SPNEGO.
    std::ofstream(folder_ + "/krb5.conf") << "[libdefaults]\n default_realm = NOWHERE.TEST\n dns_lookup_kdc = false\n"
                                          << " dns_canonicalize_hostname = false\n";
    ::setenv("KRB5_CONFIG", (folder_ + "/krb5.conf").c_str(), 1);
    set_up_process();
  }
  ~Ntlm() override { std::filesystem::remove_all(folder_); }

  void add(const std::string& user, const std::string& password) const {
    ASSERT_TRUE(users::edit_ntlm_file(folder_ + "/ntlm", true, [&](users::NtlmFile& file) -> Result<void> {
      file.set({.name = user, .hash = users::nt_hash(password).value()});
      return {};
    }));
  }
  AcceptContext begin() const { return AcceptContext({.keytab = {}, .ntlm_file = folder_ + "/ntlm"}); }
  static Client client(const std::string& user = "alice", const std::string& password = "secret") {
    return {.way = GetParam(), .user = user, .password = password};
  }

  std::string folder_;
};

INSTANTIATE_TEST_SUITE_P(Ways, Ntlm, ::testing::Values(Way::ntlm, Way::spnego),
                         [](const auto& info) { return info.param == Way::ntlm ? "Raw" : "Spnego"; });

TEST_P(Ntlm, LogsInWithTheRightPassword) {
  Initiator initiator(client("SOMEWHERE\\alice"));
  auto service = begin();
  const auto outcome = shake_hands(initiator, service);
  ASSERT_EQ(outcome.progress, Progress::complete) << outcome.error;
  const auto peer = service.peer().value();
  EXPECT_EQ(peer.kind, Kind::ntlm);
  EXPECT_EQ(peer.user, "alice");
  EXPECT_EQ(peer.domain, "SOMEWHERE");
  EXPECT_TRUE(peer.can_seal);
  EXPECT_FALSE(peer.channel_bound);
  EXPECT_EQ(service.delegated().value(), "");
}

TEST_P(Ntlm, RefusesAWrongPasswordAndAnUnknownUser) {
  for (const auto& [user, password] : {std::pair("alice", "wrong"), std::pair("nobody", "secret")}) {
    Initiator initiator(client(user, password));
    auto service = begin();
    const auto outcome = shake_hands(initiator, service);
    EXPECT_EQ(outcome.progress, Progress::failed) << user;
    EXPECT_FALSE(outcome.error.empty());
    EXPECT_FALSE(service.step("more", {}).error.empty());
  }
}

TEST_P(Ntlm, SeveralThreadsLogInAtATime) {
  std::vector<std::thread> threads;
  std::atomic<int> accepted = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 25; ++j) {
        Initiator initiator(client("alice", (i + j) % 2 == 0 ? "secret" : "wrong"));
        auto service = begin();
        if (shake_hands(initiator, service).progress == Progress::complete) ++accepted;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(accepted, 50);
}

TEST_P(Ntlm, TheFileIsReadForEachLogIn) {
  add("bob", "geheim");
  Initiator initiator(client("bob", "geheim"));
  auto service = begin();
  EXPECT_EQ(shake_hands(initiator, service).progress, Progress::complete);
}

TEST_P(Ntlm, SealsInAnotherProcessWithTheExportedContext) {
  Initiator initiator(client());
  auto service = begin();
  ASSERT_EQ(shake_hands(initiator, service).progress, Progress::complete);
  auto sealed = SealedContext::import(Kind::ntlm, service.export_context().value()).value();
  for (const std::size_t size : {1U, 17U, 500'000U}) {
    const std::string text(size, 'a');
    const auto request = initiator.seal(text);
    EXPECT_EQ(sealed.unwrap(request.header, request.data).value(), text);
    const auto reply = sealed.wrap(text).value();
    EXPECT_EQ(reply.header.size(), 16U);
    EXPECT_EQ(reply.length, size);
    EXPECT_EQ(reply.data.size(), size);
    EXPECT_EQ(initiator.unseal(reply.header, reply.data), text);
  }
}

// Each direction counts from 0. SPNEGO's checksum of the list of mechanisms is message 0, where there is one.
TEST_P(Ntlm, MessagesAreNumberedAsWindowsDoes) {
  Initiator initiator(client());
  auto service = begin();
  ASSERT_EQ(shake_hands(initiator, service).progress, Progress::complete);
  auto sealed = SealedContext::import(Kind::ntlm, service.export_context().value()).value();
  const auto number = [](const Sealed& message) { return static_cast<int>(message.header.at(12)); };
  const int first = GetParam() == Way::ntlm ? 0 : 1;
  for (const int expected : {first, first + 1}) {
    const auto request = initiator.seal("x");
    EXPECT_EQ(number(request), expected);
    EXPECT_TRUE(sealed.unwrap(request.header, request.data));
    const auto reply = sealed.wrap("x").value();
    EXPECT_EQ(reply.header.substr(0, 4), std::string("\1\0\0\0", 4));
    EXPECT_EQ(number(reply), expected);
  }
}

// What Windows' clients send for this certificate hash, so that the two sides here do not only agree with each other.
TEST_P(Ntlm, ChannelBindingsAreHashedAsWindowsDoes) {
  const unsigned char certificate_hash[] = {0xaf, 0x32, 0x91, 0xbb, 0x31, 0xc4, 0xc3, 0x09, 0x4b, 0x02, 0xdd,
                                            0x6b, 0xd6, 0x0b, 0xe4, 0xb5, 0x66, 0x7a, 0xb8, 0x76, 0xd5, 0x15,
                                            0x3f, 0x4a, 0xf1, 0xbc, 0xfd, 0x4a, 0xa0, 0x1f, 0x02, 0x9a};
  const unsigned char expected[] = {0x0a, 0x00, 0x10, 0x00, 0x1a, 0xef, 0xb7, 0xa1, 0xe0, 0x01,
                                    0x65, 0x53, 0x4c, 0xed, 0xe2, 0xe6, 0x4f, 0xdc, 0x5f, 0xc8};
  auto with = client();
  with.channel_binding =
      "tls-server-end-point:" + std::string(reinterpret_cast<const char*>(certificate_hash), sizeof certificate_hash);
  Initiator initiator(with);
  auto service = begin();
  const auto challenge = service.step(initiator.step().value(), with.channel_binding);
  const auto answer = initiator.step(challenge.reply).value();
  EXPECT_NE(answer.find(std::string(reinterpret_cast<const char*>(expected), sizeof expected)), std::string::npos);
  EXPECT_EQ(service.step(answer, with.channel_binding).progress, Progress::complete);
  EXPECT_TRUE(service.peer().value().channel_bound);
}

TEST_P(Ntlm, WrapsOnTheSpot) {
  Initiator initiator(client());
  auto service = begin();
  ASSERT_EQ(shake_hands(initiator, service).progress, Progress::complete);
  EXPECT_EQ(service.unwrap(initiator.wrap("public key")).value(), "public key");
  const auto token = service.wrap("echo").value();
  EXPECT_EQ(initiator.unseal(token, ""), "echo");
  for (const std::size_t size : {0U, 1U, 15U, 16U}) EXPECT_FALSE(service.unwrap(std::string(size, 'x')));
}

TEST_P(Ntlm, RefusesChangedRepeatedAndReorderedMessages) {
  const auto make = [&](Initiator& initiator) {
    auto service = begin();
    EXPECT_EQ(shake_hands(initiator, service).progress, Progress::complete);
    return SealedContext::import(Kind::ntlm, service.export_context().value()).value();
  };
  for (const std::size_t at : {0U, 4U, 12U, 15U}) {
    Initiator initiator(client());
    auto sealed = make(initiator);
    auto message = initiator.seal("hello");
    message.header[at] = static_cast<char>(message.header[at] ^ 1);
    EXPECT_FALSE(sealed.unwrap(message.header, message.data)) << at;
  }
  Initiator initiator(client());
  {
    auto sealed = make(initiator);
    auto message = initiator.seal("hello");
    message.data[0] = static_cast<char>(message.data[0] ^ 1);
    EXPECT_FALSE(sealed.unwrap(message.header, message.data));
  }
  Initiator second(client());
  auto sealed = make(second);
  const auto message = second.seal("hello");
  EXPECT_TRUE(sealed.unwrap(message.header, message.data));
  EXPECT_FALSE(sealed.unwrap(message.header, message.data)) << "the same again";
  Initiator third(client());
  auto other = make(third);
  third.seal("first");
  const auto late = third.seal("second");
  EXPECT_FALSE(other.unwrap(late.header, late.data)) << "the second as the first";
  EXPECT_FALSE(other.unwrap(late.header.substr(1), late.data));
  EXPECT_FALSE(other.unwrap(late.header, ""));
  EXPECT_FALSE(other.unwrap("", late.header + late.data));
}

TEST_P(Ntlm, ChannelBindings) {
  struct Row {
    std::string client;
    std::string service;
    Progress progress;
    bool bound;
  };
  const std::vector<Row> rows{
      {binding, binding, Progress::complete, true}, {binding, "tls-server-end-point:other", Progress::failed, false},
      {"", binding, Progress::complete, false},     {binding, "", Progress::complete, false},
      {"", "", Progress::complete, false},
  };
  for (const auto& row : rows) {
    auto with = client();
    with.channel_binding = row.client;
    Initiator initiator(with);
    auto service = begin();
    EXPECT_EQ(shake_hands(initiator, service, row.service).progress, row.progress) << row.client << row.service;
    if (row.progress != Progress::complete) continue;
    EXPECT_EQ(service.peer().value().channel_bound, row.bound) << row.client << row.service;
  }
}

TEST_P(Ntlm, WithoutTheFlagForSealingThereIsNone) {
  auto without = client();
  without.flags = GSS_C_INTEG_FLAG;
  Initiator initiator(without);
  auto service = begin();
  ASSERT_EQ(shake_hands(initiator, service).progress, Progress::complete);
  EXPECT_FALSE(service.peer().value().can_seal);
}

TEST_P(Ntlm, OffersNothingThatIsNotSetUp) {
  const KeyFiles files{.keytab = {}, .ntlm_file = folder_ + "/ntlm"};
  Initiator initiator(client());
  const auto token = initiator.step().value();
  EXPECT_EQ(AcceptContext(files).step(token, {}).progress, Progress::more);
  EXPECT_EQ(AcceptContext(files, AcceptContext::Accept::kerberos).step(token, {}).progress, Progress::failed);
  EXPECT_EQ(AcceptContext(KeyFiles{}).step(token, {}).progress, Progress::failed);
}

TEST_P(Ntlm, TokensThatAreNoneFail) {
  Initiator initiator(client());
  const auto first = initiator.step().value();
  struct Row {
    const char* what;
    std::string token;
  };
  const std::vector<Row> rows{
      {"nothing", ""},
      {"one byte", "x"},
      {"zeros", std::string(64, '\0')},
      {"cut short", first.substr(0, 11)},
      {"the largest", std::string(max_token_size, 'x')},
      {"too large", std::string(max_token_size + 1, 'x')},
      {"SPNEGO with a length beyond the end", "\x60\x84\xff\xff\xff\xff\x06\x06\x2b\x06\x01\x05\x05\x02"},
      {"SPNEGO of nothing", std::string("\x60\x0a\x06\x06\x2b\x06\x01\x05\x05\x02\xa0\x00", 12)},
      {"an unknown mechanism", "\x60\x06\x06\x02\x2a\x03xx"},
  };
  for (const auto& row : rows) {
    auto service = begin();
    const auto step = service.step(row.token, {});
    EXPECT_EQ(step.progress, Progress::failed) << row.what;
    EXPECT_FALSE(step.error.empty()) << row.what;
  }
}

// Any byte of the last leg changed: it fails or logs in as it was (not every bit counts), and never does harm.
TEST_P(Ntlm, ChangedAnswersDoNoHarm) {
  for (std::size_t at = 0; at < 400; at += 3) {
    Initiator initiator(client());
    auto service = begin();
    const auto challenge = service.step(initiator.step().value(), {});
    auto answer = initiator.step(challenge.reply).value();
    if (at >= answer.size()) return;
    answer[at] = static_cast<char>(answer[at] ^ 0x81);
    const auto step = service.step(answer, {});
    if (step.progress == Progress::complete) EXPECT_TRUE(service.peer());
  }
}

// First messages as clients send them, and what they get: without a name of theirs or ours, without keys for sealing.
TEST_P(Ntlm, FirstMessagesOfOtherClients) {
  struct Row {
    const char* client;
    std::uint32_t flags;
    std::size_t size;
    bool answered;
  };
  const std::vector<Row> rows{
      {"flags only", 0x00008205, 16, true}, {"no version", 0xe2088297, 32, true},
      {"Windows", 0xe20882b7, 40, true},    {"Go, 2022", 0xa0880001, 40, true},
      {"Go, 2026", 0xa0888201, 40, true},   {"neither character set", 0xa0080000, 40, false},
  };
  for (const auto& row : rows) {
    std::string message("NTLMSSP\0\1\0\0\0", 12);
    for (int shift = 0; shift < 32; shift += 8) message += static_cast<char>(row.flags >> shift);
    message.resize(row.size, '\0');
    auto service = begin();
    const auto step = service.step(message, {});
    EXPECT_EQ(step.progress, row.answered ? Progress::more : Progress::failed) << row.client;
    if (!row.answered) continue;
    const auto flags = challenge_flags(step.reply);
    ASSERT_TRUE(flags) << row.client;
    // Never what was not asked for, but for the kind of target, its description and the version.
    EXPECT_EQ(*flags & ~(row.flags | 0x02000000U | 0x00830000U), 0U) << row.client << std::hex << *flags;
    EXPECT_GE(step.reply.size(), 56U) << "the place of the version is there whether it is or not";
  }
}

// What the challenge says depends on nobody's name: it is asked for before there is one.
TEST_P(Ntlm, TheChallengeIsTheSameForEveryUser) {
  const auto challenge = [&](const std::string& user) {
    Initiator initiator(client(user));
    auto service = begin();
    auto reply = service.step(initiator.step().value(), {}).reply;
    const auto at = reply.find(std::string("NTLMSSP\0", 8));
    EXPECT_NE(at, std::string::npos);
    reply.replace(at + 24, 8, 8, '?');  // the random part
    const auto time = reply.find(std::string("\x07\0\x08\0", 4), at);
    EXPECT_NE(time, std::string::npos);
    reply.replace(time + 4, 8, 8, '?');
    return reply;
  };
  EXPECT_EQ(challenge("alice"), challenge("nobody"));
}

}  // namespace
}  // namespace winrmd::gss
