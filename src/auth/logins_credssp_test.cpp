// Log-ins by CredSSP through all of winrmd-auth but its sockets, against a client of the test's own.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "auth/testing/false_outlet.hpp"
#include "lib/gss/testing/initiator.hpp"
#include "lib/gss/testing/realm.hpp"
#include "lib/users/nt_hash.hpp"
#include "lib/users/ntlm_file.hpp"

namespace winrmd::auth {
namespace {

using credssp::TsRequest;
using gss::testing::Client;
using gss::testing::Initiator;
using gss::testing::Realm;
using gss::testing::Way;
using ipc::LoginStatus;
using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string key = "SubjectPublicKey of the server";

// What a client does differently from a good one.
struct Plan {
  std::uint32_t version = 6;
  std::string key_seen = key;
  std::string domain = "";
  std::string user = "alice";
  std::string password = "secret";
  std::uint32_t type = credssp::password_type;
  bool key_apart = false;  // the proof of the key in a leg of its own
  std::optional<std::string> nonce = std::string(credssp::nonce_size, 'n');
  bool plain_credentials = false;               // not sealed
  std::function<void(TsRequest&)> last_word{};  // changes the TSRequest with the credentials
};

class CredsspLogins : public testing::Test {
 protected:
  CredsspLogins() {
    std::string pattern = testing::TempDir() + "winrmd-credssp-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    std::ofstream(folder_ + "/krb5.conf") << "[libdefaults]\n default_realm = NOWHERE.TEST\n dns_lookup_kdc = false\n"
                                          << " dns_canonicalize_hostname = false\n";
    ::setenv("KRB5_CONFIG", (folder_ + "/krb5.conf").c_str(), 1);
    gss::set_up_process();
    setup_.ntlm_file = folder_ + "/ntlm";
    EXPECT_TRUE(users::edit_ntlm_file(setup_.ntlm_file, true, [&](users::NtlmFile& file) -> Result<void> {
      file.set({.name = "alice", .hash = users::nt_hash("secret").value()});
      return {};
    }));
  }
  ~CredsspLogins() override { std::filesystem::remove_all(folder_); }

  Logins make() {
    return Logins(setup_, outlet_, names_, [](std::string_view name) { return name == "HOST"; });
  }
  // One leg; the answer, once it is due.
  ipc::LoginResult send(Logins& logins, const std::string& token, std::uint64_t connection = 1) {
    const auto id = ++last_id_;
    ipc::Login login{.connection = connection, .scheme = ipc::Scheme::credssp, .token = token, .peer = "10.0.0.1"};
    login.public_key = key;
    logins.begin(id, login, now_);
    EXPECT_EQ(login.token, "");
    const auto start = now_;
    while (!outlet_.answers.contains(id)) {
      outlet_.work_all(now_);
      outlet_.mint_all(logins);
      if (outlet_.answers.contains(id)) break;
      const auto due = logins.answer_due(now_);
      if (due != Clock::time_point::max()) now_ = due;
      if (due == Clock::time_point::max() && outlet_.mints.empty()) break;
    }
    taken_ = std::chrono::duration_cast<milliseconds>(now_ - start);
    return outlet_.answers[id];
  }
  static std::string binding(const Plan& plan) {
    return credssp::client_binding(plan.version, plan.nonce.value_or(""), plan.key_seen);
  }
  static std::string credentials(const Plan& plan) {
    credssp::PasswordCredentials made;
    made.domain = plan.domain;
    made.user = plan.user;
    made.password = plan.password;
    return credssp::encode_password(made, plan.type);
  }
  // The whole log-in. The answer to its last leg, or to the first that was not `more`.
  ipc::LoginResult log_in(Logins& logins, const Client& inner, const Plan& plan = {}, std::uint64_t connection = 1) {
    Initiator client(inner);
    TsRequest answer;
    bool bound = false;
    while (!bound) {
      TsRequest request{.version = plan.version};
      if (!client.complete()) {
        auto token = client.step(answer.token.value_or(""));
        if (!token) ADD_FAILURE() << client.error();
        if (token && !token->empty()) request.token = *token;
      }
      if (client.complete() && !(plan.key_apart && request.token)) {
        request.pub_key_auth = client.wrap(binding(plan));
        if (plan.version >= 5) request.nonce = plan.nonce;
        bound = true;
      }
      auto result = send(logins, credssp::encode(request), connection);
      if (result.status != LoginStatus::more) return result;
      auto decoded = credssp::decode_request(result.reply);
      if (!decoded) ADD_FAILURE() << decoded.error().message;
      answer = std::move(*decoded);
      EXPECT_EQ(answer.version, credssp::own_version);
    }
    if (answer.token && !client.complete()) client.step(*answer.token);
    EXPECT_TRUE(answer.pub_key_auth);
    const auto proof = client.unseal("", *answer.pub_key_auth);
    EXPECT_EQ(proof, credssp::server_binding(plan.version, plan.nonce.value_or(""), key));
    TsRequest last{.version = plan.version};
    last.auth_info = plan.plain_credentials ? credentials(plan) : client.wrap(credentials(plan));
    if (plan.last_word) plan.last_word(last);
    return send(logins, credssp::encode(last), connection);
  }
  static std::optional<std::uint32_t> code_of(const ipc::LoginResult& result) {
    const auto decoded = credssp::decode_request(result.reply);
    return decoded ? decoded->error_code : std::nullopt;
  }
  static Client ntlm(Way way = Way::ntlm, const std::string& password = "secret") {
    return {.way = way, .user = "alice", .password = password};
  }

  std::string folder_;
  ipc::AuthSetup setup_;
  FalseOutlet outlet_;
  AnyName names_;
  Clock::time_point now_{seconds(1000)};
  milliseconds taken_{0};
  std::uint64_t last_id_ = 0;
};

TEST_F(CredsspLogins, ByNtlmRawAndInSpnegoInEachVersion) {
  for (const auto way : {Way::ntlm, Way::spnego}) {
    for (const std::uint32_t version : {2U, 3U, 4U, 5U, 6U, 7U}) {
      if (way == Way::spnego && version != 6) continue;
      auto logins = make();
      const auto result = log_in(logins, ntlm(way), {.version = version});
      ASSERT_EQ(result.status, LoginStatus::accepted) << version;
      EXPECT_EQ(result.name, "alice");
      EXPECT_EQ(result.mechanism, "CredSSP");
      EXPECT_EQ(result.reply, "");
      EXPECT_EQ(result.sealing, ipc::Sealing::none);
      EXPECT_EQ(outlet_.mint_requests.back().mechanism, "CredSSP");
      EXPECT_EQ(outlet_.mint_requests.back().delegated, "");
    }
  }
}

TEST_F(CredsspLogins, TheProofOfTheKeyMayComeInALegOfItsOwn) {
  auto logins = make();
  EXPECT_EQ(log_in(logins, ntlm(), {.key_apart = true}).status, LoginStatus::accepted);
}

TEST_F(CredsspLogins, AWrongPasswordIsRefusedWithACodeForVersionsThatKnowIt) {
  for (const std::uint32_t version : {2U, 3U, 4U, 5U, 6U}) {
    auto logins = make();
    const auto result = log_in(logins, ntlm(Way::ntlm, "wrong"), {.version = version});
    EXPECT_EQ(result.status, LoginStatus::refused);
    EXPECT_EQ(taken_, refusal_time);
    if (version == 2 || version == 5) {
      EXPECT_EQ(result.reply, "") << version;
    } else {
      EXPECT_EQ(code_of(result), status_logon_failure) << version;
    }
  }
}

TEST_F(CredsspLogins, SomebodyBetweenTheTwoTlsSessionsIsNoticed) {
  for (const std::uint32_t version : {2U, 4U, 5U, 6U}) {
    auto logins = make();
    const auto result = log_in(logins, ntlm(), {.version = version, .key_seen = "SubjectPublicKey of somebody else"});
    EXPECT_EQ(result.status, LoginStatus::refused) << version;
  }
  EXPECT_TRUE(outlet_.mint_requests.empty());
}

TEST_F(CredsspLogins, TheNonceIsNeededWhereTheVersionHasOne) {
  auto logins = make();
  EXPECT_EQ(log_in(logins, ntlm(), {.nonce = std::nullopt}).status, LoginStatus::refused);
  EXPECT_EQ(log_in(logins, ntlm(), {.version = 4, .nonce = std::nullopt}, 2).status, LoginStatus::accepted);
}

TEST_F(CredsspLogins, DelegatedCredentialsMustBeAPasswordOfTheSameUserAndSealed) {
  const std::pair<Plan, std::uint32_t> plans[] = {
      {{.user = "bob"}, status_logon_failure},
      {{.user = ""}, status_logon_failure},
      {{.user = "alice\\alice\\"}, status_logon_failure},
      {{.type = 2}, status_not_supported},
      {{.type = 6}, status_not_supported},
      {{.plain_credentials = true}, status_logon_failure},
      {{.last_word = [](TsRequest& r) { r.auth_info->back() = static_cast<char>(r.auth_info->back() ^ 1); }},
       status_logon_failure},
      {{.last_word = [](TsRequest& r) { r.auth_info.reset(); }}, status_logon_failure},
      {{.last_word = [](TsRequest& r) { r.token = "more"; }}, status_logon_failure},
      {{.last_word = [](TsRequest& r) { r.error_code = 5; }}, status_logon_failure}};
  std::uint64_t connection = 0;
  for (const auto& [plan, code] : plans) {
    auto logins = make();
    const auto result = log_in(logins, ntlm(), plan, ++connection);
    EXPECT_EQ(result.status, LoginStatus::refused) << connection;
    EXPECT_EQ(code_of(result), code) << connection;
    EXPECT_EQ(result.token, "");
  }
  EXPECT_TRUE(outlet_.mint_requests.empty());
}

TEST_F(CredsspLogins, DelegatedNamesMayComeInEachForm) {
  for (const auto& [domain, user] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "alice"}, {"HOST", "ALICE"}, {"", "HOST\\alice"}, {"", "alice@somewhere.test"}, {".", "Alice"}}) {
    auto logins = make();
    EXPECT_EQ(log_in(logins, ntlm(), {.domain = domain, .user = user}).status, LoginStatus::accepted) << user;
  }
}

TEST_F(CredsspLogins, LegsOutOfOrderAreRefused) {
  TsRequest only_key{.pub_key_auth = "x", .nonce = std::string(32, 'n')};
  TsRequest only_credentials{.auth_info = "x"};
  TsRequest nothing;
  TsRequest error{.error_code = 1};
  std::uint64_t connection = 0;
  for (const auto& request : {only_key, only_credentials, nothing, error}) {
    auto logins = make();
    EXPECT_EQ(send(logins, credssp::encode(request), ++connection).status, LoginStatus::refused) << connection;
  }
  auto logins = make();
  Initiator client(ntlm());
  EXPECT_EQ(send(logins, credssp::encode({.token = client.step()})).status, LoginStatus::more);
  TsRequest early{.token = "x", .pub_key_auth = "x", .nonce = std::string(32, 'n')};
  EXPECT_EQ(send(logins, credssp::encode(early)).status, LoginStatus::refused);
}

TEST_F(CredsspLogins, WhatIsNoTsRequestIsRefused) {
  auto logins = make();
  for (const auto* token : {"", "x", "NTLMSSP", "0\003\002\001"}) {
    const auto result = send(logins, token);
    EXPECT_EQ(result.status, LoginStatus::refused);
    EXPECT_EQ(result.reply, "");
  }
}

// A refused log-in is over: what comes after it on the connection is a first leg.
TEST_F(CredsspLogins, BeginAnewAfterARefusal) {
  auto logins = make();
  EXPECT_EQ(log_in(logins, ntlm(Way::ntlm, "wrong")).status, LoginStatus::refused);
  EXPECT_EQ(send(logins, credssp::encode({.auth_info = "x"})).status, LoginStatus::refused);
  EXPECT_EQ(log_in(logins, ntlm()).status, LoginStatus::accepted);
}

TEST_F(CredsspLogins, GuessesAreHeldBack) {
  auto logins = make();
  for (std::uint64_t i = 0; i < 6; ++i) log_in(logins, ntlm(Way::ntlm, "wrong"), {}, i);
  EXPECT_GT(taken_, refusal_time);
  const auto before = now_;
  std::vector<milliseconds> legs;
  Plan plan;
  plan.last_word = [&](TsRequest&) { legs.push_back(taken_); };
  EXPECT_EQ(log_in(logins, ntlm(), plan, 10).status, LoginStatus::accepted);
  EXPECT_GT(now_, before);
  ASSERT_EQ(legs.size(), 1U);
  EXPECT_GT(legs[0], milliseconds(0)) << "the leg that shows that the password is right";
}

class CredsspWithKerberos : public CredsspLogins {
 protected:
  CredsspWithKerberos() {
    realm_.add_user("alice");
    realm_.log_in("alice");
    setup_.keytab = realm_.keytab();
    setup_.accounts.names.push_back({.realm = Realm::name, .user = "*", .account = "%u"});
    plan_.password = Realm::password;
  }
  Realm realm_;
  Client inner_{.way = Way::spnego};
  Plan plan_;
};

TEST_F(CredsspWithKerberos, ThePasswordBecomesATicketOfThatUser) {
  for (const auto way : {Way::kerberos, Way::spnego}) {
    auto logins = make();
    inner_.way = way;
    ASSERT_EQ(log_in(logins, inner_, plan_).status, LoginStatus::accepted);
    const auto& mint = outlet_.mint_requests.back();
    EXPECT_EQ(mint.login_name, "alice");
    ASSERT_NE(mint.delegated, "");
    EXPECT_EQ(mint.delegated.find(Realm::password), std::string::npos);
    std::ofstream(realm_.folder() + "/stored", std::ios::binary) << mint.delegated;
    ::setenv("KRB5CCNAME", ("FILE:" + realm_.folder() + "/stored").c_str(), 1);
    Initiator elsewhere(Client{.way = Way::kerberos});
    gss::AcceptContext service({.keytab = realm_.keytab(), .ntlm_file = {}});
    EXPECT_EQ(service.step(elsewhere.step().value_or(""), {}).progress, gss::Progress::complete);
    EXPECT_EQ(service.peer()->user, "alice");
    ::setenv("KRB5CCNAME", ("FILE:" + realm_.folder() + "/tickets").c_str(), 1);
  }
}

TEST_F(CredsspWithKerberos, AWrongDelegatedPasswordGivesNoTicketButTheLogInStands) {
  auto logins = make();
  plan_.password = "wrong";
  EXPECT_EQ(log_in(logins, inner_, plan_).status, LoginStatus::accepted);
  EXPECT_EQ(outlet_.mint_requests.back().delegated, "");
}

TEST_F(CredsspWithKerberos, TheDelegatedDomainMustBeTheRealm) {
  for (const auto& [domain, good] : std::initializer_list<std::pair<const char*, bool>>{
           {"", true}, {"WINRMD.TEST", true}, {"winrmd", true}, {"OTHER.TEST", false}, {"TEST", false}}) {
    auto logins = make();
    plan_.domain = domain;
    EXPECT_EQ(log_in(logins, inner_, plan_).status == LoginStatus::accepted, good) << domain;
  }
}

}  // namespace
}  // namespace winrmd::auth
