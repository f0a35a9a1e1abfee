// Log-ins by NTLM and Kerberos through all of winrmd-auth but its sockets, against a real client.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "auth/testing/false_outlet.hpp"
#include "lib/gss/testing/handshake.hpp"
#include "lib/gss/testing/realm.hpp"
#include "lib/users/nt_hash.hpp"
#include "lib/users/ntlm_file.hpp"

namespace winrmd::auth {
namespace {

using gss::testing::Client;
using gss::testing::Initiator;
using gss::testing::Way;
using ipc::LoginStatus;
using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string binding = "tls-server-end-point:" + std::string(32, 'h');

class GssLogins : public testing::Test {
 protected:
  GssLogins() {
    std::string pattern = testing::TempDir() + "winrmd-gss-logins-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    std::ofstream(folder_ + "/krb5.conf") << "[libdefaults]\n default_realm = NOWHERE.TEST\n dns_lookup_kdc = false\n"
                                          << " dns_canonicalize_hostname = false\n";
    ::setenv("KRB5_CONFIG", (folder_ + "/krb5.conf").c_str(), 1);
    gss::set_up_process();
    setup_.ntlm_file = folder_ + "/ntlm";
    add("alice", "secret");
    add("Bob", "secret");
  }
  ~GssLogins() override { std::filesystem::remove_all(folder_); }

  void add(const std::string& user, const std::string& password) const {
    ASSERT_TRUE(users::edit_ntlm_file(setup_.ntlm_file, true, [&](users::NtlmFile& file) -> Result<void> {
      file.set({.name = user, .hash = users::nt_hash(password).value()});
      return {};
    }));
  }
  Logins make() {
    return Logins(setup_, outlet_, names_, [](std::string_view name) { return name == "HOST"; });
  }

  // Sends one token on a connection; what the workers have to do is done.
  void send(Logins& logins, std::uint64_t id, std::uint64_t connection, const std::string& token) {
    ipc::Login login{.connection = connection, .scheme = scheme_, .token = token, .peer = peer_};
    login.tls = tls_;
    login.binding = asked_binding_;
    login.channel_binding = channel_binding_;
    logins.begin(id, login, now_);
    outlet_.work_all(now_);
  }
  // All legs of a log-in on the connection of that number; the last one's frame has the returned id.
  std::uint64_t log_in(Logins& logins, std::uint64_t connection, Initiator& client) {
    std::string reply;
    for (int leg = 0; leg < 5; ++leg) {
      const auto token = client.step(reply);
      if (!token) ADD_FAILURE() << client.error();
      if (!token) break;
      const auto id = ++last_id_;
      send(logins, id, connection, *token);
      outlet_.mint_all(logins);
      const auto answer = outlet_.answers.find(id);
      if (answer == outlet_.answers.end() || answer->second.status != LoginStatus::more) return id;
      reply = answer->second.reply;
    }
    return last_id_;
  }
  std::uint64_t log_in(Logins& logins, std::uint64_t connection, const Client& client) {
    Initiator initiator(client);
    return log_in(logins, connection, initiator);
  }
  // Lets time pass until there is an answer, and says how long it took.
  milliseconds time_to_refusal(Logins& logins, std::uint64_t id) {
    const auto start = now_;
    while (!outlet_.answers.contains(id)) {
      const auto due = logins.answer_due(now_);
      if (outlet_.answers.contains(id)) break;
      if (due == Clock::time_point::max()) ADD_FAILURE() << "nothing is due";
      if (due == Clock::time_point::max()) break;
      now_ = due;
    }
    EXPECT_EQ(outlet_.answers[id].status, LoginStatus::refused);
    EXPECT_EQ(outlet_.answers[id].reply, "");
    return std::chrono::duration_cast<milliseconds>(now_ - start);
  }
  static Client ntlm(const std::string& user, const std::string& password = "secret", Way way = Way::ntlm) {
    return {.way = way, .user = user, .password = password};
  }

  std::string folder_;
  ipc::AuthSetup setup_;
  ipc::Scheme scheme_ = ipc::Scheme::negotiate;
  std::string peer_ = "10.0.0.1";
  bool tls_ = false;
  ipc::ChannelBinding asked_binding_ = ipc::ChannelBinding::none;
  std::string channel_binding_;
  FalseOutlet outlet_;
  AnyName names_;
  Clock::time_point now_{seconds(1000)};
  std::uint64_t last_id_ = 0;
};

TEST_F(GssLogins, NtlmGivesATokenAndAContextThatSeals) {
  for (const auto way : {Way::ntlm, Way::spnego}) {
    auto logins = make();
    Initiator client(ntlm("SOMEWHERE\\ALICE", "secret", way));
    const auto id = log_in(logins, 1, client);
    const auto& answer = outlet_.answers[id];
    ASSERT_EQ(answer.status, LoginStatus::accepted);
    EXPECT_EQ(answer.name, "alice");
    EXPECT_EQ(answer.mechanism, "NTLM");
    EXPECT_EQ(answer.token, "token");
    EXPECT_EQ(answer.reply.empty(), way == Way::ntlm) << "SPNEGO has a last word";
    ASSERT_EQ(answer.sealing, ipc::Sealing::ntlm);
    auto sealed = gss::SealedContext::import(gss::Kind::ntlm, answer.context).value();
    const auto message = client.seal("hello");
    EXPECT_EQ(sealed.unwrap(message.header, message.data).value(), "hello");
    EXPECT_EQ(logins.size(), 0U);
  }
}

TEST_F(GssLogins, TheNameIsTheOneOfTheFileWhateverTheDomain) {
  setup_.accounts.default_domain = "EXAMPLE.COM";
  setup_.accounts.names = {{.realm = "EXAMPLE.COM", .user = "*", .account = "guest"}};
  auto logins = make();
  for (const auto* name : {"alice", "EXAMPLE.COM\\alice", "alice@EXAMPLE.COM", "HOST\\Alice"}) {
    const auto id = log_in(logins, 1, ntlm(name));
    ASSERT_EQ(outlet_.answers[id].status, LoginStatus::accepted) << name;
    EXPECT_EQ(outlet_.answers[id].name, "alice") << name;
  }
}

TEST_F(GssLogins, WrongPasswordAndUnknownUserCannotBeToldApart) {
  auto logins = make();
  const auto wrong = log_in(logins, 1, ntlm("alice", "wrong"));
  EXPECT_EQ(time_to_refusal(logins, wrong), refusal_time);
  peer_ = "10.0.0.2";
  const auto unknown = log_in(logins, 2, ntlm("nobody", "wrong"));
  EXPECT_EQ(time_to_refusal(logins, unknown), refusal_time);
  peer_ = "10.0.0.3";
  send(logins, ++last_id_, 3, "nonsense");
  EXPECT_EQ(time_to_refusal(logins, last_id_), refusal_time);
  send(logins, ++last_id_, 4, "\x60nonsense");
  EXPECT_EQ(time_to_refusal(logins, last_id_), refusal_time);
  EXPECT_TRUE(outlet_.mint_requests.empty());
}

TEST_F(GssLogins, GuessingByNtlmIsHeldBack) {
  auto logins = make();
  for (int i = 0; i < 4; ++i) time_to_refusal(logins, log_in(logins, 1, ntlm("alice", "wrong")));
  const auto late = log_in(logins, 1, ntlm("ALICE", "wrong"));
  EXPECT_GT(time_to_refusal(logins, late), refusal_time);
  const auto right = log_in(logins, 1, ntlm("alice"));
  EXPECT_FALSE(outlet_.answers.contains(right)) << "the right password waits, too";
  now_ = logins.answer_due(now_);
  logins.answer_due(now_);
  outlet_.mint_all(logins);
  EXPECT_EQ(outlet_.answers[right].status, LoginStatus::accepted);
}

TEST_F(GssLogins, LegsBelongToTheirConnection) {
  auto logins = make();
  Initiator client(ntlm("alice"));
  send(logins, 1, 1, client.step().value());
  ASSERT_EQ(outlet_.answers[1].status, LoginStatus::more);
  const auto last = client.step(outlet_.answers[1].reply).value();
  send(logins, 2, 2, last);
  time_to_refusal(logins, 2);
  send(logins, 3, 1, last);
  outlet_.mint_all(logins);
  EXPECT_EQ(outlet_.answers[3].status, LoginStatus::accepted);
  send(logins, 4, 1, last);
  time_to_refusal(logins, 4);
}

TEST_F(GssLogins, AClientMayBeginAnew) {
  auto logins = make();
  Initiator given_up(ntlm("alice"));
  send(logins, ++last_id_, 1, given_up.step().value());
  EXPECT_EQ(outlet_.answers[log_in(logins, 1, ntlm("bob"))].name, "Bob");
  EXPECT_EQ(outlet_.answers[log_in(logins, 1, ntlm("alice"))].name, "alice");
}

TEST_F(GssLogins, ContextsEndWithCancelWithTimeAndInNumber) {
  auto logins = make();
  const auto half = [&](std::uint64_t connection) {
    Initiator client(ntlm("alice"));
    const auto id = ++last_id_;
    send(logins, id, connection, client.step().value());
    return client.step(outlet_.answers[id].reply).value();
  };
  const auto cancelled = half(1);
  logins.cancel(1);
  send(logins, ++last_id_, 1, cancelled);
  time_to_refusal(logins, last_id_);
  const auto late = half(2);
  now_ += exchange_time;
  logins.answer_due(now_);
  send(logins, ++last_id_, 2, late);
  time_to_refusal(logins, last_id_);
  const auto oldest = half(3);
  for (std::uint64_t other = 0; other < max_exchanges; ++other) half(100 + other);
  send(logins, ++last_id_, 3, oldest);
  time_to_refusal(logins, last_id_);
}

TEST_F(GssLogins, ACancelledLegIsForgottenWithItsContext) {
  auto logins = make();
  Initiator client(ntlm("alice"));
  ipc::Login login{.connection = 1, .scheme = scheme_, .token = client.step().value(), .peer = peer_};
  logins.begin(1, login, now_);
  logins.cancel(1);
  outlet_.work_all(now_);
  EXPECT_TRUE(outlet_.answers.empty());
  EXPECT_EQ(logins.size(), 0U);
  EXPECT_EQ(logins.answer_due(now_), Clock::time_point::max()) << "the context was kept";
}

TEST_F(GssLogins, AFullQueueIsUnavailable) {
  auto logins = make();
  outlet_.full = true;
  Initiator client(ntlm("alice"));
  send(logins, 1, 1, client.step().value());
  EXPECT_EQ(outlet_.answers[1].status, LoginStatus::unavailable);
}

TEST_F(GssLogins, ChannelBindingIsEnforcedAsTheListenerSays) {
  using ipc::ChannelBinding;
  struct Row {
    ChannelBinding asked;
    std::string client;
    bool tls;
    bool accepted;
  };
  const std::vector<Row> rows{
      {ChannelBinding::none, "wrong", true, true},     {ChannelBinding::none, "", true, true},
      {ChannelBinding::relaxed, binding, true, true},  {ChannelBinding::relaxed, "", true, true},
      {ChannelBinding::relaxed, "wrong", true, false}, {ChannelBinding::strict, binding, true, true},
      {ChannelBinding::strict, "", true, false},       {ChannelBinding::strict, "wrong", true, false},
      {ChannelBinding::strict, "", false, true},
  };
  for (const auto& row : rows) {
    auto logins = make();
    tls_ = row.tls;
    asked_binding_ = row.asked;
    channel_binding_ = binding;
    auto client = ntlm("alice");
    client.channel_binding = row.client;
    const auto id = log_in(logins, 1, client);
    if (!row.accepted) time_to_refusal(logins, id);
    EXPECT_EQ(outlet_.answers[id].status, row.accepted ? LoginStatus::accepted : LoginStatus::refused)
        << static_cast<int>(row.asked) << row.client;
  }
  // A listener with TLS whose binding is not known: strict is strict.
  auto logins = make();
  tls_ = true;
  asked_binding_ = ChannelBinding::strict;
  channel_binding_.clear();
  time_to_refusal(logins, log_in(logins, 1, ntlm("alice")));
}

TEST_F(GssLogins, AFileOfHashesThatIsOpenToOthersIsNotBelieved) {
  auto logins = make();
  ::chmod(setup_.ntlm_file.c_str(), 0644);
  time_to_refusal(logins, log_in(logins, 1, ntlm("alice")));
  ::chmod(setup_.ntlm_file.c_str(), 0600);
  EXPECT_EQ(outlet_.answers[log_in(logins, 1, ntlm("alice"))].status, LoginStatus::accepted);
}

TEST_F(GssLogins, KerberosInBothSchemesWithItsDelegatedTicket) {
  gss::testing::Realm realm;
  realm.add_user("alice");
  realm.log_in("alice");
  setup_.keytab = realm.keytab();
  setup_.accounts.local_domains = {gss::testing::Realm::name};
  constexpr OM_uint32 flags = GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG | GSS_C_DELEG_FLAG;
  struct Row {
    ipc::Scheme scheme;
    Way way;
  };
  auto logins = make();
  for (const auto& row : {Row{ipc::Scheme::negotiate, Way::kerberos}, Row{ipc::Scheme::negotiate, Way::spnego},
                          Row{ipc::Scheme::kerberos, Way::kerberos}}) {
    scheme_ = row.scheme;
    Initiator client({.way = row.way, .flags = flags});
    const auto id = log_in(logins, 1, client);
    const auto& answer = outlet_.answers[id];
    ASSERT_EQ(answer.status, LoginStatus::accepted);
    EXPECT_EQ(answer.name, "alice");
    EXPECT_EQ(answer.mechanism, "Kerberos");
    EXPECT_FALSE(answer.reply.empty());
    EXPECT_EQ(answer.sealing, ipc::Sealing::kerberos);
    EXPECT_FALSE(outlet_.mint_requests.back().delegated.empty());
    EXPECT_TRUE(client.step(answer.reply));
    EXPECT_TRUE(client.complete());
  }
  // NTLM is served beside it, but not by the scheme Kerberos.
  scheme_ = ipc::Scheme::negotiate;
  EXPECT_EQ(outlet_.answers[log_in(logins, 2, ntlm("alice"))].status, LoginStatus::accepted);
  scheme_ = ipc::Scheme::kerberos;
  time_to_refusal(logins, log_in(logins, 3, ntlm("alice")));
}

}  // namespace
}  // namespace winrmd::auth
