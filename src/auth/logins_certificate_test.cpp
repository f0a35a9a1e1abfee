// Log-ins by client certificate through all of winrmd-auth but its sockets.
#include <gtest/gtest.h>

#include "auth/testing/false_outlet.hpp"
#include "lib/tls/test_pki.hpp"

namespace winrmd::auth {
namespace {

using ipc::LoginStatus;
using std::chrono::milliseconds;
using std::chrono::seconds;
using tls::issue;
using tls::Issued;

class CertificateLogins : public testing::Test {
 protected:
  CertificateLogins() {
    setup_.client_ca_pem = {other_.pem(), root_.pem()};
    setup_.accounts.certificates = {{.issuer = "", .subject = "*@corp.example", .uri = "", .user = "alice"}};
  }
  Logins make() {
    return Logins(setup_, outlet_, names_, [](std::string_view name) { return name == "HOST"; });
  }
  void send(Logins& logins, std::uint64_t id, std::vector<std::string> chain, bool tls = true) {
    ipc::Login login{.connection = id,
                     .scheme = ipc::Scheme::certificate,
                     .peer = "::1",
                     .tls = tls,
                     .certificates = std::move(chain)};
    logins.begin(id, login, now_);
    outlet_.work_all(now_);
    outlet_.mint_all(logins);
  }
  // The answer, after whatever time it takes.
  LoginStatus status(Logins& logins, std::uint64_t id) {
    for (;;) {
      const auto due = logins.answer_due(now_);
      if (outlet_.answers.contains(id) || due == Clock::time_point::max()) break;
      now_ = due;
    }
    return outlet_.answers.at(id).status;
  }
  [[nodiscard]] Issued client(const Issued& issuer, const char* upn = "carol@corp.example") const {
    const auto names = std::string("otherName:1.3.6.1.4.1.311.20.2.3;UTF8:") + upn;
    return issue("carol", &issuer, {.alternatives = names.c_str()});
  }

  Issued root_ = issue("root", nullptr, {.authority = true});
  Issued other_ = issue("other", nullptr, {.authority = true});
  Issued stranger_ = issue("root", nullptr, {.authority = true});
  ipc::AuthSetup setup_{.user_file = {}};
  FalseOutlet outlet_;
  AnyName names_;
  Clock::time_point now_{seconds(1000)};
};

TEST_F(CertificateLogins, ACertificateIsTheUserOfTheRule) {
  auto logins = make();
  send(logins, 1, {client(root_).der()});
  EXPECT_EQ(status(logins, 1), LoginStatus::accepted);
  const auto& answer = outlet_.answers.at(1);
  EXPECT_EQ(answer.name, "alice");
  EXPECT_EQ(answer.mechanism, "ClientCertificate");
  EXPECT_EQ(answer.sealing, ipc::Sealing::none);
  ASSERT_EQ(outlet_.mint_requests.size(), 1U);
  const auto& details = outlet_.mint_requests[0].certificate;
  ASSERT_TRUE(details);
  EXPECT_EQ(details->subject, "CN=carol");
  EXPECT_EQ(details->issuer_name, "CN=root");
  EXPECT_EQ(details->issuer_thumbprint.size(), 40U);
  EXPECT_EQ(details->subject_name, "carol@corp.example");
  send(logins, 2, {client(other_).der(), other_.der()});
  EXPECT_EQ(status(logins, 2), LoginStatus::accepted);
}

TEST_F(CertificateLogins, WhatNetSaysIsNotBelieved) {
  auto logins = make();
  send(logins, 1, {client(stranger_).der(), stranger_.der()});
  EXPECT_EQ(status(logins, 1), LoginStatus::refused);
  send(logins, 2, {client(root_).der()}, false);
  EXPECT_EQ(status(logins, 2), LoginStatus::refused);
  send(logins, 3, {});
  EXPECT_EQ(status(logins, 3), LoginStatus::refused);
  send(logins, 4, {"nonsense"});
  EXPECT_EQ(status(logins, 4), LoginStatus::refused);
  EXPECT_TRUE(outlet_.mint_requests.empty());
}

TEST_F(CertificateLogins, ACertificateOfNobodyIsRefusedAtTheUsualTime) {
  auto logins = make();
  const auto start = now_;
  send(logins, 1, {client(root_, "carol@elsewhere").der()});
  EXPECT_EQ(status(logins, 1), LoginStatus::refused);
  EXPECT_EQ(now_ - start, refusal_time);
}

TEST_F(CertificateLogins, AReloadChangesWhoIsBelieved) {
  auto logins = make();
  setup_.client_ca_pem = {stranger_.pem()};
  logins.reload(setup_);
  send(logins, 1, {client(root_).der()});
  EXPECT_EQ(status(logins, 1), LoginStatus::refused);
  send(logins, 2, {client(stranger_).der()});
  EXPECT_EQ(status(logins, 2), LoginStatus::accepted);
}

TEST_F(CertificateLogins, ACancelledLoginGetsNoAnswer) {
  auto logins = make();
  ipc::Login login{.connection = 1,
                   .scheme = ipc::Scheme::certificate,
                   .peer = "::1",
                   .tls = true,
                   .certificates = {client(root_).der()}};
  logins.begin(1, login, now_);
  logins.cancel(1);
  outlet_.work_all(now_);
  EXPECT_TRUE(outlet_.mints.empty());
  EXPECT_EQ(logins.size(), 0U);
}

}  // namespace
}  // namespace winrmd::auth
