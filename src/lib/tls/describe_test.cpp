#include <gtest/gtest.h>

#include "lib/tls/test_client.hpp"
#include "lib/tls/test_pki.hpp"

namespace winrmd::tls {
namespace {

using Names = std::vector<std::string>;

// The certificate and what `openssl x509 -fingerprint` says of it.
constexpr std::string_view known =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIB3TCCAYOgAwIBAgIUYTakiP0YFqGgcblVFhxD5RstYmYwCgYIKoZIzj0EAwIw\n"
    "KjEQMA4GA1UECgwHRXhhbXBsZTEWMBQGA1UEAwwNc3J2MDEuZXhhbXBsZTAeFw0y\n"
    "NjExMjUwMTQ3NTBaFw0zNjExMjIwMTQ3NTBaMCoxEDAOBgNVBAoMB0V4YW1wbGUx\n"
    "FjAUBgNVBAMMDXNydjAxLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
    "AATBjAyVkSG2kkgZs08xYKUH6KrPRC4gFvEB63PJpvKunX9AWMQbmfSuGQot/VH2\n"
    "VxflGGu6lG1jFVI3Cr6QUyIAo4GGMIGDMB0GA1UdDgQWBBS0BlBI/y/zVV6gl2hY\n"
    "Shkb4gDt5jAfBgNVHSMEGDAWgBS0BlBI/y/zVV6gl2hYShkb4gDt5jAPBgNVHRMB\n"
    "Af8EBTADAQH/MDAGA1UdEQQpMCeCDXNydjAxLmV4YW1wbGWHBAoAAAWHEP0AAAAA\n"
    "AAAAAAAAAAAAAAUwCgYIKoZIzj0EAwIDSAAwRQIhALRjObvUmCK5ZyTxmZktNXj9\n"
    "WpKtLeTmChBauTiBt0ECAiAUbGkWorVw3xp0k8lgEZpURWXCzVVGWtvUIDGncpVI\n"
    "jg==\n"
    "-----END CERTIFICATE-----\n";

TEST(DescribeCertificate, SaysWhatOpensslSays) {
  const auto info = describe_certificate(known).value();
  EXPECT_EQ(info.subject, "CN=srv01.example,O=Example");
  EXPECT_EQ(info.issuer, info.subject);
  EXPECT_EQ(info.names, (Names{"srv01.example", "10.0.0.5", "fd00::5"}));
  EXPECT_EQ(info.key, "ECDSA, 256 bits");
  EXPECT_EQ(info.not_before, "2026-11-25 01:47:50 UTC");
  EXPECT_EQ(info.not_after, "2036-11-22 01:47:50 UTC");
  EXPECT_TRUE(info.self_signed);
  EXPECT_EQ(info.sha1, "8EF0D1E5577CB52AE61B8F984D6C3B3C0BE4E933");
  EXPECT_EQ(info.sha256, "86EB2EECFAC8F189E733463C7D52065333BB525D1FA094C2E32512199B116BF3");
}

TEST(DescribeCertificate, TellsWhetherItIsValidNowAndWhoIssuedIt) {
  const Issued root = issue("root", nullptr, {.authority = true});
  const auto of = [](const Issued& made) { return describe_certificate(made.pem()).value(); };
  EXPECT_TRUE(of(root).self_signed);
  EXPECT_TRUE(of(root).valid_now);
  const auto issued = of(issue("child", &root));
  EXPECT_FALSE(issued.self_signed);
  EXPECT_EQ(issued.issuer, "CN=root");
  EXPECT_TRUE(issued.names.empty());
  EXPECT_FALSE(of(issue("old", &root, {.first_day = -3, .last_day = -1})).valid_now);
  EXPECT_FALSE(of(issue("new", &root, {.first_day = 1, .last_day = 3})).valid_now);
}

TEST(DescribeCertificate, TakesTheFirstOfAChainAndRefusesWhatIsNone) {
  const auto rsa = make_self_signed({"first"}, 1, KeyKind::rsa_2048).value();
  const auto other = make_self_signed({"second"}, 1).value();
  const auto info = describe_certificate(rsa.certificate_pem + other.certificate_pem).value();
  EXPECT_EQ(info.names, Names{"first"});
  EXPECT_EQ(info.key, "RSA, 2048 bits");
  for (const std::string& bad : {std::string(), std::string("garbage"), other.key_pem}) {
    EXPECT_FALSE(describe_certificate(bad));
  }
}

}  // namespace
}  // namespace winrmd::tls
