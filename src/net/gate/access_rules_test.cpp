#include "net/gate/access_rules.hpp"

#include <gtest/gtest.h>

#include "lib/sddl/rights.hpp"
#include "lib/soap/names.hpp"
#include "wsman_operations.h"

namespace winrmd::net {
namespace {

using sddl::right::generic_execute;
using sddl::right::generic_read;
using sddl::right::generic_write;

// uid 1000, groups 100 and 27.
Login somebody() {
  return {.name = "alice", .mechanism = "Basic", .token = nullptr, .uid = 1000, .gid = 100, .groups = {100, 27}};
}

ipc::SecuritySetup security(std::string uri, std::string sddl, bool exact = false) {
  return {.uri = std::move(uri), .sddl = std::move(sddl), .exact_match = exact};
}

Application application(std::string root, std::vector<ipc::SecuritySetup> securities = {}) {
  ipc::ResourceSetup resource{.uri = "http://x/stock", .capabilities = {{.type = ipc::Capability::get}}};
  resource.security = std::move(securities);
  Application result;
  result.path = "wsman";
  result.root_sddl = std::move(root);
  result.plugins.push_back({.name = "stock", .file = "/stock.so", .resources = {std::move(resource)}});
  return result;
}

bool holds(std::string_view sid, bool administrator = false) {
  const auto login = somebody();
  return Subject(login, administrator).holds(sddl::parse_sid(sid).value());
}

bool permits(const Application& application, std::string_view uri, std::uint32_t right, bool administrator = false) {
  const auto login = somebody();
  return AccessRules(application).permits(Subject(login, administrator), uri, right);
}

bool admits(const std::string& root) {
  const auto login = somebody();
  return AccessRules(application(root)).admits(Subject(login, false));
}

constexpr std::string_view everybody_reads = "D:(A;;GR;;;WD)";
constexpr std::string_view nobody = "D:";

TEST(Subject, HoldsTheSidsOfItsAccountAndOfItsGroups) {
  for (const auto* sid : {"S-1-22-1-1000", "S-1-22-2-100", "S-1-22-2-27"}) EXPECT_TRUE(holds(sid)) << sid;
  for (const auto* sid : {"S-1-22-1-100", "S-1-22-1-0", "S-1-22-2-1000", "S-1-22-2-28", "S-1-22-3-1000", "S-1-22-1",
                          "S-1-22-1-1000-1", "S-1-23-1-1000", "S-1-5-21-1-2-3-1000"}) {
    EXPECT_FALSE(holds(sid)) << sid;
  }
}

TEST(Subject, IsALogInOverTheNetwork) {
  for (const auto* letters : {"WD", "AU", "NU", "BU"}) {
    EXPECT_TRUE(holds(sddl::format_sid(sddl::find_alias(letters)->sid))) << letters;
  }
  for (const auto* letters : {"IU", "SU", "AN", "SY", "LS", "NS", "BG", "RM", "OW", "CO", "PS"}) {
    EXPECT_FALSE(holds(sddl::format_sid(sddl::find_alias(letters)->sid))) << letters;
  }
}

TEST(Subject, OnlyAnAdministratorIsInTheGroupOfAdministrators) {
  EXPECT_TRUE(holds("S-1-5-32-544", true));
  EXPECT_FALSE(holds("S-1-5-32-544", false));
}

TEST(Subject, ALogInThatNothingIsKnownAboutHoldsNoAccount) {
  const Login unknown{.name = "x", .mechanism = "Basic", .token = nullptr};
  EXPECT_FALSE(Subject(unknown, false).holds(sddl::unix_user(0)));
  EXPECT_FALSE(Subject(unknown, false).holds(sddl::unix_group(0)));
}

TEST(AccessRules, TheRightThatIsNeededMustBeGranted) {
  const auto reading = application(std::string(everybody_reads));
  EXPECT_TRUE(permits(reading, "http://x/stock", generic_read));
  EXPECT_FALSE(permits(reading, "http://x/stock", generic_write));
  EXPECT_FALSE(permits(reading, "http://x/stock", generic_execute));
}

TEST(AccessRules, AGroupIsEnough) {
  EXPECT_TRUE(permits(application("D:(A;;GW;;;S-1-22-2-27)"), "http://x/stock", generic_write));
  EXPECT_FALSE(permits(application("D:(A;;GW;;;S-1-22-2-28)"), "http://x/stock", generic_write));
}

TEST(AccessRules, ADenialBeforeAGrantWins) {
  EXPECT_FALSE(permits(application("D:(D;;GR;;;S-1-22-2-27)(A;;GA;;;WD)"), "http://x/stock", generic_read));
  EXPECT_TRUE(permits(application("D:(A;;GA;;;WD)(D;;GR;;;S-1-22-2-27)"), "http://x/stock", generic_read));
}

TEST(AccessRules, AdministratorsAreBa) {
  const auto ours = application("D:(A;;GA;;;BA)");
  EXPECT_TRUE(permits(ours, "http://x/stock", generic_write, true));
  EXPECT_FALSE(permits(ours, "http://x/stock", generic_write, false));
}

TEST(AccessRules, WhatTheRootDeniesNoResourceGrants) {
  EXPECT_FALSE(permits(application(std::string(nobody), {security("http://x/stock", "D:(A;;GA;;;WD)")}),
                       "http://x/stock", generic_read));
}

TEST(AccessRules, WhatTheResourceDeniesTheRootDoesNotGrant) {
  const auto rules = application("D:(A;;GA;;;WD)", {security("http://x/stock/wines", std::string(nobody))});
  EXPECT_FALSE(permits(rules, "http://x/stock/wines", generic_read));
  EXPECT_TRUE(permits(rules, "http://x/stock/beers", generic_read));  // none applies: the root alone
}

TEST(AccessRules, TheLongestPrefixDecides) {
  const auto rules = application("D:(A;;GA;;;WD)", {security("http://x/stock", std::string(nobody)),
                                                    security("http://x/stock/wines/red", "D:(A;;GA;;;WD)"),
                                                    security("http://x/stock/wines", std::string(everybody_reads))});
  EXPECT_FALSE(permits(rules, "http://x/stock", generic_read));
  EXPECT_TRUE(permits(rules, "http://x/stock/wines", generic_read));
  EXPECT_FALSE(permits(rules, "http://x/stock/wines/white", generic_write));
  EXPECT_TRUE(permits(rules, "http://x/stock/wines/red/2019", generic_write));
  EXPECT_TRUE(permits(rules, "HTTP://X/Stock/Wines/Red?a=b", generic_write));
}

TEST(AccessRules, APrefixEndsWhereAPartOfTheUriEnds) {
  const auto rules = application("D:(A;;GA;;;WD)", {security("http://x/stock/wine", std::string(nobody))});
  EXPECT_TRUE(permits(rules, "http://x/stock/wines", generic_read));
  EXPECT_FALSE(permits(rules, "http://x/stock/wine/s", generic_read));
}

TEST(AccessRules, AnExactMatchWins) {
  const auto root = std::string("D:(A;;GA;;;WD)");
  const auto exact = security("http://x/stock/wines", "D:(A;;GA;;;WD)", true);
  const auto prefix = security("http://x/stock/wines", std::string(nobody));
  for (const auto& rules : {application(root, {exact, prefix}), application(root, {prefix, exact})}) {
    EXPECT_TRUE(permits(rules, "http://x/stock/wines", generic_read));
    EXPECT_FALSE(permits(rules, "http://x/stock/wines/red", generic_read));  // not that one
  }
}

TEST(AccessRules, AllPlugInsOfTheApplicationCount) {
  auto rules = application("D:(A;;GA;;;WD)");
  auto other = rules.plugins.front();
  other.resources.front().security = {security("http://x/stock", std::string(nobody))};
  rules.plugins.push_back(other);
  EXPECT_FALSE(permits(rules, "http://x/stock", generic_read));
}

TEST(AccessRules, ADescriptorThatCannotBeReadLetsNobodyIn) {
  for (const std::string broken : {"D:(A;;GA;;;DA)", "nonsense", "O:BA"}) {
    EXPECT_FALSE(permits(application(broken), "http://x/stock", generic_read, true)) << broken;
    EXPECT_FALSE(permits(application("D:(A;;GA;;;WD)", {security("http://x/stock", broken)}), "http://x/stock",
                         generic_read, true))
        << broken;
    EXPECT_FALSE(admits(broken)) << broken;
  }
}

TEST(AccessRules, WithoutADescriptorOfTheApplicationTheResourcesDecide) {
  EXPECT_TRUE(permits(application(""), "http://x/stock", generic_write));
  EXPECT_FALSE(permits(application("", {security("http://x/stock", std::string(everybody_reads))}), "http://x/stock",
                       generic_write));
}

TEST(AccessRules, WhoMayDoNothingAtAllIsNotAdmitted) {
  EXPECT_TRUE(admits(""));
  EXPECT_TRUE(admits("D:(A;;GR;;;WD)"));
  EXPECT_TRUE(admits("D:(A;;GW;;;WD)"));
  EXPECT_TRUE(admits("D:(A;;GX;;;WD)"));
  EXPECT_FALSE(admits("D:(A;;GA;;;BA)"));
  EXPECT_FALSE(admits("D:(A;;FA;;;WD)"));
  EXPECT_FALSE(admits("D:(D;;GA;;;WD)(A;;GA;;;WD)"));
}

TEST(AccessRules, RightsOfOperations) {
  for (const auto operation : {WSManOperationGet, WSManOperationEnumerate, WSManOperationSubscribe})
    EXPECT_EQ(right_for(operation, false), generic_read);
  for (const auto operation : {WSManOperationPut, WSManOperationDelete, WSManOperationCreate})
    EXPECT_EQ(right_for(operation, false), generic_write);
  for (const auto operation : {WSManOperationInvoke, WSManOperationShell, WSManOperationCommand})
    EXPECT_EQ(right_for(operation, false), generic_execute);
  for (const auto operation : {WSManOperationGet, WSManOperationDelete, WSManOperationEnumerate, WSManOperationShell})
    EXPECT_EQ(right_for(operation, true), generic_execute);
}

TEST(AccessRules, RequestsAboutShells) {
  auto configured = application("");
  configured.plugins.push_back({.name = "cmd", .file = "/cmd.so", .resources = {{.uri = "http://x/cmd"}}});
  const auto shared = std::make_shared<const Application>(std::move(configured));
  for (const std::string_view uri :
       {soap::shell_resource, soap::shell_command_resource, std::string_view("http://x/cmd"),
        std::string_view("http://x/cmd/more"), std::string_view("http://nowhere")}) {
    EXPECT_TRUE(is_about_shells(shared, uri)) << uri;
  }
  for (const std::string_view uri : {"http://x/stock", "http://x/stock/more"}) {
    EXPECT_FALSE(is_about_shells(shared, uri)) << uri;
  }
}

}  // namespace
}  // namespace winrmd::net
