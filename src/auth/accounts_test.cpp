#include "auth/accounts.hpp"

#include <gtest/gtest.h>

#include <map>

#include "auth/host_names.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::auth {
namespace {

using ipc::AccountRules;

// Accounts and groups of a pretended system. An account called `broken` cannot be looked up.
class FakeNames final : public NameService {
 public:
  Result<std::optional<LocalAccount>> find_account(const std::string& name) const override {
    if (name == "broken") return fail("the name service is away");
    const auto found = accounts.find(name);
    return found == accounts.end() ? std::nullopt : std::optional(found->second);
  }
  Result<std::optional<gid_t>> find_group(const std::string& name) const override {
    if (name == "broken") return fail("the name service is away");
    const auto found = groups.find(name);
    return found == groups.end() ? std::nullopt : std::optional(found->second);
  }

  std::map<std::string, LocalAccount> accounts{
      {"root", {.name = "root", .uid = 0, .groups = {0}}},
      {"alice", {.name = "alice", .uid = 1000, .groups = {100, 200}}},
      {"bob", {.name = "bob", .uid = 1001, .groups = {100}}},
      {"asmith", {.name = "asmith", .uid = 1002, .groups = {100}}},
      {"ops", {.name = "ops", .uid = 1003, .groups = {300}}},
      {"Carol", {.name = "carol", .uid = 1004, .groups = {100}}},
      {"dave", {.name = "dave@corp", .uid = 1005, .groups = {}}},
  };
  std::map<std::string, gid_t> groups{{"users", 100}, {"admins", 200}, {"wheel", 0}};
};

class AccountsTest : public ::testing::Test {
 protected:
  [[nodiscard]] Accounts make() const {
    return {rules_, [](std::string_view name) { return text::iequals(name, "WEB01"); }};
  }
  // `name account` of whoever that is, or the reason why nobody.
  [[nodiscard]] std::string who(const std::string& name, Origin origin = Origin::password) const {
    const auto accounts = make();
    const auto person = accounts.resolve({.text = name, .origin = origin}, users_);
    if (!person) return "refused: " + person.error().message;
    const auto admission = accounts.admit(*person, privileged_, names_);
    if (!admission) return "refused: " + admission.error().message;
    return admission->name + " " + admission->account;
  }
  [[nodiscard]] bool refused(const std::string& name, Origin origin = Origin::password) const {
    return who(name, origin).starts_with("refused");
  }

  AccountRules rules_;
  users::UserFile users_ = users::UserFile::parse("carla:x\nbuild:x:ops\nCORP\\eve:x:bob\n", "users").value();
  FakeNames names_;
  bool privileged_ = true;
};

TEST_F(AccountsTest, EveryFormOfALocalNameMeansTheSameUser) {
  for (const auto* name :
       {"alice", ".\\alice", "WEB01\\alice", "web01\\alice", "alice@web01", "ALICE", "WEB01\\Alice"}) {
    EXPECT_EQ(who(name), "alice alice") << name;
    EXPECT_EQ(who(name, Origin::ntlm), "alice alice") << name;
  }
}

TEST_F(AccountsTest, WithoutAWordAboutDomainsAPasswordIsOfAUserHereWhateverTheDomain) {
  EXPECT_EQ(who("ANY\\alice"), "alice alice");
  EXPECT_EQ(who("alice@example.org", Origin::ntlm), "alice alice");
  EXPECT_TRUE(refused("alice@EXAMPLE.ORG", Origin::kerberos));
  rules_.local_domains = {"Lab"};
  EXPECT_EQ(who("LAB\\alice"), "alice alice");
  EXPECT_TRUE(refused("ANY\\alice"));
}

TEST_F(AccountsTest, OnePersonHasOneNameOverAllSchemes) {
  rules_.names = {{.realm = "CORP", .user = "*", .account = "%u"},
                  {.realm = "CORP.EXAMPLE", .user = "a.smith", .account = "asmith"},
                  {.realm = "CORP.EXAMPLE", .user = "*", .account = "%u"}};
  EXPECT_EQ(who("alice"), "alice alice");
  EXPECT_EQ(who("CORP\\Alice", Origin::ntlm), "alice alice");
  EXPECT_EQ(who("alice@CORP.EXAMPLE", Origin::kerberos), "alice alice");
  EXPECT_EQ(who("a.smith@CORP.EXAMPLE", Origin::kerberos), "asmith asmith");
  EXPECT_EQ(who("asmith"), "asmith asmith");
}

TEST_F(AccountsTest, TwoPersonsWithOneAccountKeepTheirNames) {
  rules_.names = {{.realm = "CORP", .user = "*", .account = "ops"},
                  {.realm = "LAB", .user = "alice", .account = "bob"},
                  {.realm = "LAB", .user = "bert", .account = "bob"}};
  EXPECT_EQ(who("alice@CORP", Origin::kerberos), "alice@CORP ops");
  EXPECT_EQ(who("CORP\\Alice", Origin::ntlm), "alice@CORP ops");
  EXPECT_EQ(who("dora@corp", Origin::kerberos), "dora@CORP ops");
  EXPECT_EQ(who("alice@LAB", Origin::kerberos), "alice@LAB bob");
  EXPECT_EQ(who("bert@LAB", Origin::kerberos), "bert@LAB bob");
  EXPECT_EQ(who("bob"), "bob bob");
  EXPECT_EQ(who("build"), "build ops");
}

TEST_F(AccountsTest, ThePasswordOfASharedAccountProvesNobody) {
  rules_.names = {{.realm = "CORP", .user = "*", .account = "ops"}};
  EXPECT_TRUE(refused("CORP\\alice", Origin::password));
  EXPECT_EQ(who("ops", Origin::password), "ops ops");
}

TEST_F(AccountsTest, AUserOfTheFileComesBeforeTheAccountOfThatName) {
  names_.accounts["build"] = {.name = "build", .uid = 1010, .groups = {}};
  rules_.names = {{.realm = "CORP", .user = "*", .account = "%u"}};
  EXPECT_EQ(who("build"), "build ops");
  EXPECT_EQ(who("build@CORP", Origin::kerberos), "build ops");
  EXPECT_EQ(who("CORP\\eve"), "CORP\\eve bob");
  // Where the name service would spell an account as a user of the file is spelled, they stay two.
  names_.accounts["BUILD"] = {.name = "build", .uid = 1010, .groups = {}};
  EXPECT_EQ(who("BUILD@CORP", Origin::kerberos), "BUILD build");
}

TEST_F(AccountsTest, TheFirstRuleThatFitsDecides) {
  rules_.names = {{.realm = "CORP", .user = "bob", .account = "alice"},
                  {.realm = "", .user = "boss", .account = "asmith"},
                  {.realm = "web01", .user = "chief", .account = "asmith"},
                  {.realm = "*", .user = "bob", .account = "bob"},
                  {.realm = "CORP", .user = "*", .account = "%u"}};
  EXPECT_EQ(who("bob@CORP", Origin::kerberos), "alice alice");
  EXPECT_EQ(who("bob@OTHER", Origin::kerberos), "bob bob");
  EXPECT_EQ(who("chief", Origin::ntlm), "chief asmith");  // asmith is given to two, so it is nobody's own
  EXPECT_TRUE(refused("alice@OTHER", Origin::kerberos));
  EXPECT_TRUE(refused("nobody@CORP", Origin::kerberos));
}

TEST_F(AccountsTest, AnyRealmDoesNotMeanTheUsersHere) {
  rules_.names = {{.realm = "*", .user = "*", .account = "ops"}};
  EXPECT_EQ(who("alice"), "alice alice");
  EXPECT_EQ(who("alice@ELSEWHERE", Origin::kerberos), "alice@ELSEWHERE ops");
}

TEST_F(AccountsTest, TheDefaultDomainIsThatOfNamesWithoutOne) {
  rules_.default_domain = "corp";
  EXPECT_TRUE(refused("alice"));
  EXPECT_EQ(who(".\\alice"), "alice alice");
  EXPECT_EQ(who("carla"), "refused: there is no account 'carla'");
  rules_.names = {{.realm = "CORP", .user = "alice", .account = "bob"}};
  EXPECT_EQ(who("alice", Origin::ntlm), "bob bob");
  EXPECT_EQ(who("build"), "build ops");
}

TEST_F(AccountsTest, CaseCountsWhereTheSchemeSaysSo) {
  rules_.names = {{.realm = "CORP", .user = "Alice", .account = "bob"},
                  {.realm = "CORP", .user = "*", .account = "%u"}};
  EXPECT_EQ(who("Alice@corp", Origin::kerberos), "bob bob");
  EXPECT_EQ(who("alice@CORP", Origin::kerberos), "alice alice");
  EXPECT_TRUE(refused("ALICE@CORP", Origin::kerberos));
  EXPECT_EQ(who("CORP\\ALICE", Origin::ntlm), "bob bob");
  EXPECT_TRUE(refused("ALICE", Origin::certificate));
}

TEST_F(AccountsTest, TheNameServiceSaysHowANameIsSpelled) {
  EXPECT_EQ(who("Carol"), "carol carol");
  EXPECT_EQ(who("dave"), "dave dave@corp");
}

TEST_F(AccountsTest, InstancesNeedARuleOfTheirOwn) {
  rules_.names = {{.realm = "CORP", .user = "host/db01", .account = "bob"},
                  {.realm = "CORP", .user = "*", .account = "ops"}};
  EXPECT_EQ(who("host/db01@CORP", Origin::kerberos), "bob bob");
  EXPECT_TRUE(refused("alice/admin@CORP", Origin::kerberos));
  EXPECT_TRUE(refused("host/db02@CORP", Origin::kerberos));
}

TEST_F(AccountsTest, RootIsRefusedUnlessItIsNamed) {
  EXPECT_TRUE(refused("root"));
  rules_.names = {{.realm = "CORP", .user = "chief", .account = "root"},
                  {.realm = "CORP", .user = "*", .account = "%u"}};
  EXPECT_TRUE(refused("chief@CORP", Origin::kerberos));
  rules_.allow_root = true;
  EXPECT_EQ(who("root"), "root root");
  EXPECT_EQ(who("chief@CORP", Origin::kerberos), "root root");
  EXPECT_EQ(who("root@CORP", Origin::kerberos), "refused: account 'root' is root, which is not named");
  // Another account with uid 0 is no way around it.
  rules_.allow_root = false;
  names_.accounts["toor"] = {.name = "toor", .uid = 0, .groups = {}};
  EXPECT_TRUE(refused("toor"));
}

TEST_F(AccountsTest, HostileNamesMeanNobody) {
  rules_.names = {{.realm = "CORP", .user = "*", .account = "%u"}};
  const std::string bad_utf8 =
      "al\xff"
      "ice";
  const std::string with_nul("alice\0root", 10);
  for (const auto& user : {std::string(),
                           with_nul,
                           std::string("/"),
                           std::string("../alice"),
                           std::string(".."),
                           std::string("."),
                           std::string("-x"),
                           std::string("+alice"),
                           std::string("~alice"),
                           std::string("1000"),
                           std::string("0"),
                           std::string("alice:x"),
                           std::string(" alice"),
                           std::string("alice "),
                           std::string("alice\n"),
                           std::string("a,b"),
                           bad_utf8,
                           std::string(10'240, 'a'),
                           std::string("\xC4\xB0lice"),
                           std::string("\\alice\\alice"),
                           std::string("a@b@c"),
                           std::string("*"),
                           std::string("%u")}) {
    EXPECT_TRUE(refused(user)) << user;
    EXPECT_TRUE(refused("CORP\\" + user, Origin::ntlm)) << user;
    EXPECT_TRUE(refused(user + "@CORP", Origin::kerberos)) << user;
    EXPECT_TRUE(refused(user, Origin::certificate)) << user;
  }
  for (const auto* name : {"alice", "alice@", "@CORP", "al\\@ice@CORP", "CORP\\alice", "alice\\@CORP@CORP"}) {
    EXPECT_TRUE(refused(name, Origin::kerberos)) << name;
  }
  EXPECT_TRUE(refused("CORP\\"));
}

TEST_F(AccountsTest, NamesAreLimitedInLength) {
  const std::string longest(users::max_name_size, 'a');
  names_.accounts[longest] = {.name = longest, .uid = 5000, .groups = {}};
  EXPECT_EQ(who(longest), longest + " " + longest);
  EXPECT_TRUE(refused(longest + "a"));
  EXPECT_TRUE(refused(std::string(1U << 22, 'a')));
}

TEST_F(AccountsTest, ListsSayWhoMayLogIn) {
  rules_.names = {{.realm = "CORP", .user = "*", .account = "ops"}};
  rules_.deny_users = {"BOB", "CORP\\mallory"};
  EXPECT_TRUE(refused("bob"));
  EXPECT_TRUE(refused("mallory@CORP", Origin::kerberos));
  EXPECT_FALSE(refused("alice@CORP", Origin::kerberos));
  rules_.deny_groups = {"admins", "no-such-group"};
  EXPECT_TRUE(refused("alice"));
  EXPECT_FALSE(refused("asmith"));
  rules_.allow_users = {"alice", "CORP\\dora"};
  EXPECT_TRUE(refused("alice"));
  EXPECT_TRUE(refused("asmith"));
  EXPECT_FALSE(refused("dora@CORP", Origin::kerberos));
  EXPECT_TRUE(refused("Dora@CORP", Origin::kerberos));
  rules_.allow_groups = {"users"};
  EXPECT_FALSE(refused("asmith"));
  EXPECT_TRUE(refused("ops"));
}

TEST_F(AccountsTest, WhileTheNameServiceIsAwayNobodyIsLetIn) {
  EXPECT_TRUE(refused("broken"));
  rules_.deny_groups = {"broken"};
  EXPECT_TRUE(refused("alice"));
  rules_.deny_groups.clear();
  rules_.allow_groups = {"broken"};
  EXPECT_TRUE(refused("alice"));
}

TEST_F(AccountsTest, UnprivilegedEverybodyWorksAsTheRunningAccount) {
  privileged_ = false;
  EXPECT_EQ(who("carla"), "carla ");
  EXPECT_EQ(who("build"), "build ");
  EXPECT_EQ(who("NoAccount", Origin::ntlm), "noaccount ");
  EXPECT_EQ(who("root"), "root ");
  EXPECT_EQ(who("carla", Origin::certificate), "carla ");
  EXPECT_EQ(who("alice", Origin::certificate), "alice ");
  EXPECT_TRUE(refused("gone", Origin::certificate));
  rules_.allow_groups = {"admins"};
  EXPECT_EQ(who("alice"), "alice ");
  EXPECT_TRUE(refused("carla"));
}

TEST_F(AccountsTest, FailuresOfAllSpellingsAreCountedTogether) {
  const auto accounts = make();
  for (const auto* name : {"alice", "ALICE", "x\\aLiCe", "alice@y"}) {
    EXPECT_EQ(accounts.resolve({.text = name, .origin = Origin::password}, users_)->penalty_key(), "alice");
  }
}

TEST(HostNames, AreComparedWithoutCase) {
  const auto is_this_host = host_names();
  EXPECT_TRUE(is_this_host("LOCALHOST"));
  EXPECT_FALSE(is_this_host(""));
  EXPECT_FALSE(is_this_host("localhost.example"));
}

TEST(SystemNames, KnowRootAndNobodyElseByThatName) {
  const SystemNames names;
  const auto root = names.find_account("root");
  ASSERT_TRUE(root && *root);
  EXPECT_EQ((*root)->uid, 0U);
  EXPECT_EQ(names.find_account("no-such-account-here").value(), std::nullopt);
  EXPECT_EQ(names.find_group("root").value(), std::optional<gid_t>(0));
  EXPECT_EQ(names.find_group("no-such-group-here").value(), std::nullopt);
}

}  // namespace
}  // namespace winrmd::auth
