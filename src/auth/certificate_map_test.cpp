#include "auth/certificate_map.hpp"

#include <gtest/gtest.h>

namespace winrmd::auth {
namespace {

using certificate::Description;

const std::string root_print(40, 'a');
const std::string middle_print(40, 'b');

class CertificateMap : public testing::Test {
 protected:
  [[nodiscard]] std::string who(const Description& own) const {
    const std::vector<Description> chain{
        own, {.subject = "CN=middle", .thumbprint = middle_print}, {.subject = "CN=root", .thumbprint = root_print}};
    const auto found = map_certificate(chain, rules_);
    return found ? found->user : "nobody: " + found.error().message;
  }
  [[nodiscard]] bool nobody(const Description& own) const { return who(own).starts_with("nobody"); }

  std::vector<ipc::CertificateRule> rules_;
};

TEST_F(CertificateMap, TheUpnIsLookedAtThenOtherNamesThenTheCommonName) {
  rules_ = {{.issuer = root_print, .subject = "*@corp.example", .uri = "", .user = "upn"},
            {.issuer = root_print, .subject = "box.example", .uri = "", .user = "dns"},
            {.issuer = root_print, .subject = "plain", .uri = "", .user = "cn"}};
  EXPECT_EQ(who({.common_name = "plain", .upns = {"Alice@Corp.Example"}, .dns = {"box.example"}}), "upn");
  EXPECT_EQ(who({.common_name = "plain", .emails = {"a@elsewhere"}, .dns = {"box.example"}}), "dns");
  EXPECT_EQ(who({.common_name = "plain"}), "cn");
  EXPECT_TRUE(nobody({.common_name = "plain", .upns = {"alice@elsewhere"}}));
  EXPECT_TRUE(nobody({.common_name = "plain", .dns = {"other.example"}}));
  EXPECT_TRUE(nobody({.common_name = "plain", .upns = {"alice@corp.example", "bob@corp.example"}}));
  EXPECT_TRUE(nobody({}));
}

TEST_F(CertificateMap, TheIssuerIsOneOfTheChainAbove) {
  rules_ = {{.issuer = "", .subject = "x", .uri = "", .user = "any"}};
  const Description own{.thumbprint = std::string(40, 'c'), .common_name = "x"};
  EXPECT_EQ(who(own), "any");
  rules_[0].issuer = std::string(40, 'A');
  EXPECT_EQ(who(own), "any");
  rules_[0].issuer = middle_print;
  EXPECT_EQ(who(own), "any");
  rules_[0].issuer = own.thumbprint;
  EXPECT_TRUE(nobody(own));
  rules_[0].issuer = std::string(40, 'd');
  EXPECT_TRUE(nobody(own));
  // A certificate that is its own issuer.
  rules_[0].issuer = "";
  EXPECT_FALSE(map_certificate(std::vector{own}, rules_));
  EXPECT_FALSE(map_certificate({}, rules_));
}

TEST_F(CertificateMap, TheLongestSubjectThenTheLongestUriDecides) {
  rules_ = {{.issuer = "", .subject = "*", .uri = "", .user = "all"},
            {.issuer = "", .subject = "*@corp", .uri = "", .user = "corp"},
            {.issuer = "", .subject = "*@corp", .uri = "urn:*", .user = "urn"},
            {.issuer = "", .subject = "*@corp", .uri = "urn:x:*", .user = "x"}};
  EXPECT_EQ(who({.upns = {"a@b"}}), "all");
  EXPECT_EQ(who({.upns = {"a@corp"}}), "corp");
  EXPECT_EQ(who({.upns = {"a@corp"}, .uris = {"urn:y"}}), "urn");
  EXPECT_EQ(who({.upns = {"a@corp"}, .uris = {"urn:y", "urn:x:1"}}), "x");
}

TEST_F(CertificateMap, RulesThatDisagreeMeanNobody) {
  rules_ = {{.issuer = root_print, .subject = "a*", .uri = "", .user = "one"},
            {.issuer = middle_print, .subject = "*b", .uri = "", .user = "two"}};
  EXPECT_TRUE(nobody({.common_name = "a-b"}));
  EXPECT_EQ(who({.common_name = "a"}), "one");
  rules_[1].user = "one";
  EXPECT_EQ(who({.common_name = "a-b"}), "one");
}

TEST_F(CertificateMap, SaysWhatPlugInsAreTold) {
  rules_ = {{.issuer = root_print, .subject = "*@corp", .uri = "", .user = "alice"}};
  const std::vector<Description> chain{
      {.subject = "CN=a", .issuer = "CN=middle", .common_name = "a", .upns = {"a@corp"}},
      {.subject = "CN=middle", .thumbprint = middle_print},
      {.subject = "CN=root", .thumbprint = root_print}};
  const auto details = map_certificate(chain, rules_)->details;
  EXPECT_EQ(details.subject, "CN=a");
  EXPECT_EQ(details.issuer_name, "CN=middle");
  EXPECT_EQ(details.issuer_thumbprint, middle_print);
  EXPECT_EQ(details.subject_name, "a@corp");
}

TEST(Pattern, StarsStandForAnyTextAndAQuestionMarkForOneCharacter) {
  struct Row {
    std::string pattern;
    std::string text;
    bool fits;
  };
  for (const auto& row :
       {Row{"*", "", true}, Row{"*", "x", true}, Row{"", "", true}, Row{"", "x", false}, Row{"a", "A", true},
        Row{"a*", "abc", true}, Row{"*c", "abc", true}, Row{"a*c", "ac", true}, Row{"a*c", "abcd", false},
        Row{"*@x", "a@x.evil", false}, Row{"*@x", "@x", true}, Row{"*b*d*", "abcde", true}, Row{"*ab", "aab", true},
        Row{"a?c", "abc", true}, Row{"a?c", "ac", false}, Row{"a?c", "abbc", false}, Row{"**", "x", true},
        Row{"a.c", "abc", false}, Row{"*\xC4", "\xC4", true}}) {
    EXPECT_EQ(fits_pattern(row.pattern, row.text), row.fits) << row.pattern << " " << row.text;
  }
}

TEST(Pattern, HostileOnesEndSoon) {
  std::string stars;
  for (int i = 0; i < 500; ++i) stars += "*a";
  EXPECT_FALSE(fits_pattern(stars + "b", std::string(16'384, 'a')));
}

}  // namespace
}  // namespace winrmd::auth
