#include "lib/certificate/certificate.hpp"

#include <gtest/gtest.h>

#include <ctime>

#include "lib/tls/test_pki.hpp"

namespace winrmd::certificate {
namespace {

using tls::issue;
using tls::Issued;

constexpr std::time_t day = 86'400;

TEST(Certificate, SaysWhoItIs) {
  const Issued root = issue("root", nullptr, {.authority = true});
  const Issued alice = issue(
      "al\xC3\xAF"
      "ce, the first",
      &root,
      {.alternatives = "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:alice@corp.example,"
                       "email:alice@mail.example,DNS:alice.example,URI:urn:a:1,URI:urn:a:2,"
                       "otherName:1.2.3.4;UTF8:mallory@corp.example"});
  const auto description = describe(alice.der()).value();
  EXPECT_EQ(description.subject,
            "CN=\"al\xC3\xAF"
            "ce, the first\"");
  EXPECT_EQ(description.issuer, "CN=root");
  EXPECT_EQ(description.common_name,
            "al\xC3\xAF"
            "ce, the first");
  EXPECT_EQ(description.thumbprint.size(), 40U);
  EXPECT_EQ(description.thumbprint.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(description.upns, std::vector<std::string>{"alice@corp.example"});
  EXPECT_EQ(description.emails, std::vector<std::string>{"alice@mail.example"});
  EXPECT_EQ(description.dns, std::vector<std::string>{"alice.example"});
  EXPECT_EQ(description.uris, (std::vector<std::string>{"urn:a:1", "urn:a:2"}));
}

TEST(Certificate, NonsenseIsRefused) {
  const auto good = issue("x", nullptr).der();
  EXPECT_TRUE(describe(good));
  EXPECT_FALSE(describe(""));
  EXPECT_FALSE(describe("x"));
  EXPECT_FALSE(describe(good + "x"));
  for (std::size_t size = 0; size < good.size(); size += 7) EXPECT_FALSE(describe(good.substr(0, size)));
  EXPECT_FALSE(describe(std::string(max_certificate_size + 1, '0')));
  EXPECT_FALSE(describe(std::string(10U << 20, '0')));
}

TEST(Certificate, NamesThatAreNotCleanTextAreRefused) {
  const Issued root = issue("root", nullptr, {.authority = true});
  EXPECT_FALSE(describe(issue("al\nice", &root).der()));
  EXPECT_FALSE(describe(issue("x", &root, {.alternatives = "otherName:1.3.6.1.4.1.311.20.2.3;IA5:alice@corp"}).der()));
  EXPECT_FALSE(describe(issue("x", &root, {.alternatives = "otherName:1.3.6.1.4.1.311.20.2.3;BOOL:TRUE"}).der()));
  // A NUL within a name: some would read alice.example. What precedes the bytes is their ASN.1 type and length.
  auto der = issue("x", &root, {.alternatives = "DNS:alice.exampleX.evil"}).der();
  const auto place = der.find("exampleX.evil");
  ASSERT_NE(place, std::string::npos);
  der[place + 7] = '\0';
  EXPECT_FALSE(describe(der));
}

TEST(Certificate, TooManyNamesAreRefused) {
  const Issued root = issue("root", nullptr, {.authority = true});
  const auto with = [&](std::size_t count) {
    std::string names;
    for (std::size_t i = 0; i < count; ++i) names += (i == 0 ? "DNS:a" : ",DNS:a") + std::to_string(i);
    return describe(issue("x", &root, {.alternatives = names.c_str()}).der()).has_value();
  };
  EXPECT_TRUE(with(max_names));
  EXPECT_FALSE(with(max_names + 1));
}

TEST(Verifier, FollowsTheChainToAnIssuer) {
  const Issued root = issue("root", nullptr, {.authority = true});
  const Issued middle = issue("middle", &root, {.authority = true});
  const Issued alice = issue("alice", &middle);
  const auto verifier = Verifier::create(root.pem()).value();
  const auto chain = verifier.verify(std::vector{alice.der(), middle.der()}, std::time(nullptr)).value();
  ASSERT_EQ(chain.size(), 3U);
  EXPECT_EQ(chain[0].common_name, "alice");
  EXPECT_EQ(chain[1].common_name, "middle");
  EXPECT_EQ(chain[2].common_name, "root");
  EXPECT_FALSE(verifier.verify(std::vector{alice.der()}, std::time(nullptr)));
}

TEST(Verifier, RefusesWhatIsNotToBeBelieved) {
  const Issued root = issue("root", nullptr, {.authority = true});
  const Issued other = issue("root", nullptr, {.authority = true});
  const Issued alice = issue("alice", &root);
  const auto now = std::time(nullptr);
  const auto verifier = Verifier::create(root.pem()).value();
  EXPECT_TRUE(verifier.verify(std::vector{alice.der()}, now));
  EXPECT_FALSE(verifier.verify(std::vector{alice.der()}, now + 2 * day));
  EXPECT_FALSE(verifier.verify(std::vector{alice.der()}, now - 2 * day));
  EXPECT_FALSE(verifier.verify(std::vector{issue("alice", &other).der()}, now));
  EXPECT_FALSE(verifier.verify(std::vector{issue("alice", &root, {.usage = "serverAuth"}).der()}, now));
  EXPECT_FALSE(verifier.verify(std::vector{issue("alice", nullptr).der()}, now));
  EXPECT_FALSE(verifier.verify(std::vector<std::string>{}, now));
  EXPECT_FALSE(verifier.verify(std::vector<std::string>(max_chain + 1, alice.der()), now));
  auto tampered = alice.der();
  tampered.back() = static_cast<char>(tampered.back() ^ 1);
  EXPECT_FALSE(verifier.verify(std::vector{tampered}, now));
  // A client's certificate is no issuer.
  EXPECT_FALSE(verifier.verify(std::vector{issue("bob", &alice).der(), alice.der()}, now));
  const auto strict = Verifier::create(root.pem() + tls::revoke(root, 7)).value();
  EXPECT_FALSE(strict.verify(std::vector{alice.der()}, now));
  EXPECT_TRUE(strict.verify(std::vector{issue("bob", &root, {.serial = 8}).der()}, now));
}

TEST(Verifier, NeedsAnIssuer) {
  EXPECT_FALSE(Verifier::create(""));
  EXPECT_FALSE(Verifier::create("nonsense"));
}

}  // namespace
}  // namespace winrmd::certificate
