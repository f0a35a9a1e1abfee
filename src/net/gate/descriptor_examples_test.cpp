// docs/security-descriptors.md: its examples are read, and say what the page says.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "lib/config/settings.hpp"
#include "lib/sddl/rights.hpp"
#include "lib/sddl/sddl.hpp"
#include "net/gate/access_rules.hpp"

namespace winrmd::net {
namespace {

using sddl::right::generic_execute;
using sddl::right::generic_read;
using sddl::right::generic_write;

std::string page() {
  std::ifstream file(WINRMD_SOURCE_DIR "/docs/security-descriptors.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

// What stands between the two, from each `begin` to the `end` after it.
std::vector<std::string> between(const std::string& text, std::string_view begin, std::string_view end) {
  std::vector<std::string> result;
  for (std::size_t at = 0; (at = text.find(begin, at)) != std::string::npos;) {
    at += begin.size();
    result.push_back(text.substr(at, text.find(end, at) - at));
  }
  return result;
}

struct Rights {
  bool read, write, execute;
  bool operator==(const Rights&) const = default;
};

Rights rights(const std::string& root, const Login& login, bool administrator) {
  Application application;
  application.root_sddl = root;
  const AccessRules rules(application);
  const Subject subject(login, administrator);
  const auto may = [&](std::uint32_t right) { return rules.permits(subject, "http://x/y", right); };
  return {may(generic_read), may(generic_write), may(generic_execute)};
}

Login of(std::uint32_t uid, std::uint32_t gid) {
  return {.name = "x", .mechanism = "Basic", .token = nullptr, .uid = uid, .gid = gid, .groups = {gid}};
}

constexpr Rights all{true, true, true};
constexpr Rights none{false, false, false};
constexpr Rights read_and_execute{true, false, true};

TEST(DescriptorExamples, EachSaysWhatThePageSays) {
  const auto examples = between(page(), "```sddl\n", "\n```");
  ASSERT_EQ(examples.size(), 4U);
  EXPECT_EQ(examples[0], config::default_root_sddl);
  EXPECT_EQ(rights(examples[0], of(1, 1), false), read_and_execute);
  EXPECT_EQ(rights(examples[0], of(1, 1), true), all);

  EXPECT_EQ(rights(examples[1], of(1, 2000), false), read_and_execute);
  EXPECT_EQ(rights(examples[1], of(1, 2001), false), none);
  EXPECT_EQ(rights(examples[1], of(1, 2001), true), all);

  EXPECT_EQ(rights(examples[2], of(1, 2000), false), read_and_execute);
  EXPECT_EQ(rights(examples[2], of(1, 2001), false), none);
  EXPECT_EQ(rights(examples[2], of(1, 2001), true), none);

  EXPECT_EQ(rights(examples[3], of(1000, 1), false), all);
  EXPECT_EQ(rights(examples[3], of(1001, 2000), false), (Rights{true, false, false}));
  EXPECT_EQ(rights(examples[3], of(1001, 1), true), none);
}

TEST(DescriptorExamples, TheConfigurationKeepsPowerShellForAGroup) {
  const auto text = page();
  const std::string uri = between(text, "{ uri = \"", "\"").at(0);
  Application application;
  application.root_sddl = between(text, "root_sddl = \"", "\"").at(0);
  ipc::ResourceSetup resource{.uri = uri};
  resource.security = {{.uri = uri, .sddl = between(text, "{ sddl = \"", "\"").at(0)}};
  application.plugins.push_back({.name = "microsoft.powershell", .file = {}, .resources = {resource}});
  const AccessRules rules(application);
  const auto may_execute = [&](std::uint32_t gid, bool administrator) {
    const auto login = of(1, gid);
    return rules.permits(Subject(login, administrator), uri, generic_execute);
  };
  EXPECT_TRUE(may_execute(2000, false));
  EXPECT_FALSE(may_execute(2001, false));
  EXPECT_FALSE(may_execute(2001, true));
}

// The letters that the page says are nobody's or an error.
TEST(DescriptorExamples, LettersMeanWhatThePageSays) {
  const auto anybody = of(1, 1);
  for (const std::string letters : {"IU", "NS", "LS", "SY", "SU", "RM"})
    EXPECT_EQ(rights("D:(A;;GA;;;" + letters + ")", anybody, false), none) << letters;
  for (const std::string letters : {"WD", "AU", "BU", "NU"})
    EXPECT_EQ(rights("D:(A;;GA;;;" + letters + ")", anybody, false), all) << letters;
  for (const std::string letters : {"DA", "DU", "EA", "LA"})
    EXPECT_FALSE(sddl::parse_for_access("D:(A;;GA;;;" + letters + ")")) << letters;
  const std::string windows_default = "O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)";
  EXPECT_EQ(rights(windows_default, anybody, false), none);
  EXPECT_EQ(rights(windows_default, anybody, true), all);
}

}  // namespace
}  // namespace winrmd::net
