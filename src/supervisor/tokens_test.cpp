#include "supervisor/tokens.hpp"

#include <gtest/gtest.h>

#include <map>

#include "supervisor/win32_errors.hpp"

namespace winrmd::supervisor {
namespace {

Account account(const std::string& name, uid_t uid) {
  return {.name = name, .uid = uid, .gid = uid, .groups = {uid, 50}, .home = "/home/" + name, .shell = "/bin/sh"};
}

const std::map<std::string, Account> accounts{{"root", account("root", 0)},
                                              {"toor", account("toor", 0)},
                                              {"alice", account("alice", 1000)},
                                              {"bob", account("bob", 1001)},
                                              {"guest", account("guest", 1002)},
                                              {"_winrmd", account("_winrmd", 900)},
                                              {"alias", account("alias", 900)},
                                              {"_winrmd-auth", account("_winrmd-auth", 901)},
                                              {"_winrmd-svc", account("_winrmd-svc", 902)},
                                              {"_winrmd-authz", account("_winrmd-authz", 903)}};

Result<Account> lookup(const std::string& name) {
  const auto found = accounts.find(name);
  if (found == accounts.end()) return fail("there is no account '" + name + "'");
  return found->second;
}

Tokens privileged(bool allow_root = false) {
  config::Accounts names;
  names.allow_root = allow_root;
  return {names, true, account("root", 0), lookup};
}
Tokens unprivileged() { return {{}, false, account("alice", 1000), lookup}; }

ipc::MintLogin login(const std::string& name, const std::string& account_name) {
  return {.login_name = name, .mechanism = "Basic", .account = account_name};
}

std::vector<std::string> listed() { return {"guest", "root", "_winrmd-auth", "missing"}; }

TEST(Tokens, ALoginGetsATokenForItsAccount) {
  auto tokens = privileged();
  const auto minted = tokens.mint_login(login("alice", "alice"));
  ASSERT_TRUE(minted);
  EXPECT_EQ(minted->token.size(), token_size);
  EXPECT_EQ(minted->identity.login_name, "alice");
  EXPECT_EQ(minted->identity.mechanism, "Basic");
  EXPECT_EQ(minted->identity.account, "alice");
  EXPECT_EQ(minted->identity.uid, 1000U);
  EXPECT_EQ(minted->identity.groups, (std::vector<std::uint32_t>{1000, 50}));
  ASSERT_NE(tokens.find(minted->token), nullptr);
  EXPECT_NE(tokens.mint_login(login("alice", "alice"))->token, minted->token);
}

TEST(Tokens, LoginsThatMayNotBeAreRefused) {
  struct Row {
    std::string name;
    std::string account;
    std::uint32_t code;
  };
  for (const auto& [name, account_name, code] : std::vector<Row>{{"", "alice", error_invalid_parameter},
                                                                 {"alice", "", error_no_such_user},
                                                                 {"alice", "missing", error_no_such_user},
                                                                 {"alice", "root", error_access_denied},
                                                                 {"alice", "toor", error_access_denied},
                                                                 {"alice", "_winrmd", error_access_denied},
                                                                 {"alice", "alias", error_access_denied},
                                                                 {"alice", "_winrmd-auth", error_access_denied},
                                                                 {"alice", "_winrmd-authz", error_access_denied},
                                                                 {"alice", "_winrmd-svc", error_access_denied}}) {
    auto tokens = privileged();
    const auto minted = tokens.mint_login(login(name, account_name));
    ASSERT_FALSE(minted) << account_name;
    EXPECT_EQ(minted.error().code, code) << account_name;
    EXPECT_FALSE(minted.error().from_plugin);
    EXPECT_EQ(tokens.size(), 0U);
  }
}

TEST(Tokens, RootOnlyWhereItIsAllowed) {
  auto tokens = privileged(true);
  EXPECT_TRUE(tokens.mint_login(login("admin", "root")));
  EXPECT_FALSE(tokens.mint_login(login("admin", "_winrmd-auth")));
}

TEST(Tokens, UnprivilegedEverybodyIsTheRunningAccount) {
  auto tokens = unprivileged();
  EXPECT_EQ(tokens.mint_login(login("whoever", ""))->identity.account, "alice");
  EXPECT_EQ(tokens.mint_login(login("whoever", "alice"))->identity.uid, 1000U);
  EXPECT_EQ(tokens.mint_login(login("whoever", "bob")).error().code, error_privilege_not_held);
  EXPECT_EQ(tokens.service_account()->name, "alice");
  const auto client = tokens.mint_login(login("whoever", ""))->token;
  EXPECT_TRUE(tokens.mint_account({.account = "alice", .for_token = client}, listed(), 5));
  EXPECT_EQ(tokens.mint_account({.account = "guest", .for_token = client}, listed(), 5).error().code,
            error_privilege_not_held);
}

TEST(Tokens, APluginMayChooseListedAccountsTheUsersOwnAndTheService) {
  auto tokens = privileged();
  const auto client = tokens.mint_login(login("alice", "alice"))->token;
  const auto choose = [&](const std::string& name, const std::string& for_token) {
    return tokens.mint_account({.account = name, .for_token = for_token}, listed(), 5);
  };
  EXPECT_TRUE(choose("guest", client));
  EXPECT_TRUE(choose("guest", ""));
  EXPECT_TRUE(choose("alice", client));
  EXPECT_TRUE(choose("_winrmd-svc", client));
  EXPECT_EQ(choose("guest", client)->identity.login_name, "") << "a chosen account is nobody's log-in";
  EXPECT_EQ(choose("alice", "").error().code, error_access_denied) << "without the log-in it is nobody's own";
  EXPECT_EQ(choose("bob", client).error().code, error_access_denied);
  EXPECT_EQ(choose("root", client).error().code, error_access_denied) << "listed, but root is not allowed";
  EXPECT_EQ(choose("_winrmd-auth", client).error().code, error_access_denied) << "listed, but the service's own";
  EXPECT_EQ(choose("missing", client).error().code, error_no_such_user);
  EXPECT_EQ(choose("guest", "no such token").error().code, error_invalid_handle);
  tokens.release(client);
  EXPECT_EQ(choose("alice", client).error().code, error_invalid_handle) << "the log-in is over";
}

TEST(Tokens, ReleasedTokensAreVoid) {
  auto tokens = privileged();
  const auto token = tokens.mint_login(login("alice", "alice"))->token;
  tokens.release("something else");
  EXPECT_NE(tokens.find(token), nullptr);
  tokens.release(token);
  EXPECT_EQ(tokens.find(token), nullptr);
  tokens.release(token);
  const auto other = tokens.mint_login(login("alice", "alice"))->token;
  tokens.clear();
  EXPECT_EQ(tokens.find(other), nullptr);
}

TEST(Tokens, WhatWasDelegatedAndTheCertificateStayWithTheToken) {
  auto tokens = privileged();
  auto request = login("alice", "alice");
  request.delegated = "tickets";
  request.certificate = ipc::CertificateDetails{
      .subject = "CN=alice", .issuer_name = "", .issuer_thumbprint = "", .subject_name = "alice"};
  const auto minted = tokens.mint_login(request).value();
  ASSERT_TRUE(minted.identity.certificate);
  EXPECT_EQ(minted.identity.certificate->subject, "CN=alice");
  EXPECT_EQ(tokens.find(minted.token)->identity.certificate->subject, "CN=alice");
  EXPECT_EQ(tokens.find(minted.token)->delegated, "tickets");
  // It follows the user to a token that an authorization plug-in chose for the same account, and no further.
  const auto same = tokens.mint_account({.account = "alice", .for_token = minted.token}, listed(), 5)->token;
  EXPECT_EQ(tokens.find(same)->delegated, "tickets");
  const auto other = tokens.mint_account({.account = "guest", .for_token = minted.token}, listed(), 5)->token;
  EXPECT_EQ(tokens.find(other)->delegated, "");
}

TEST(Tokens, TheLatestDelegatedCredentialIsTheOneOfThatPerson) {
  auto tokens = privileged();
  auto request = login("alice", "alice");
  const auto first = tokens.mint_login(request)->token;
  const auto other_name = tokens.mint_login(login("alice@ELSEWHERE", "alice"))->token;
  request.delegated = "tickets";
  const auto second = tokens.mint_login(request)->token;
  EXPECT_EQ(tokens.find(first)->delegated, "tickets");
  EXPECT_EQ(tokens.find(other_name)->delegated, "") << "the same account, but somebody else";
  request.delegated = "fresh";
  const auto third = tokens.mint_login(request)->token;
  for (const auto& token : {first, second, third}) EXPECT_EQ(tokens.find(token)->delegated, "fresh");
  request.delegated.clear();
  tokens.mint_login(request);
  EXPECT_EQ(tokens.find(first)->delegated, "fresh");
}

TEST(Tokens, DelegatedCredentialsAreLimitedInAll) {
  auto tokens = unprivileged();
  auto request = login("a", "");
  request.delegated = std::string(max_delegated_total, 't');
  const auto all = tokens.mint_login(request)->token;
  EXPECT_EQ(tokens.find(all)->delegated.size(), max_delegated_total);
  auto late = login("b", "");
  late.delegated = "t";
  EXPECT_EQ(tokens.find(tokens.mint_login(late)->token)->delegated, "") << "a log-in, but without";
  tokens.release(all);
  EXPECT_EQ(tokens.find(tokens.mint_login(late)->token)->delegated, "t");
}

TEST(Tokens, AHostReleasesOnlyWhatItMinted) {
  auto tokens = privileged();
  const auto client = tokens.mint_login(login("alice", "alice"))->token;
  const auto chosen = tokens.mint_account({.account = "guest", .for_token = client}, listed(), 5)->token;
  tokens.release(client, 5);
  EXPECT_NE(tokens.find(client), nullptr);
  tokens.release(chosen, 6);
  EXPECT_NE(tokens.find(chosen), nullptr);
  tokens.release(chosen, 5);
  EXPECT_EQ(tokens.find(chosen), nullptr);
}

TEST(Tokens, LiveTokensOfOneHostAreLimited) {
  auto tokens = privileged();
  const ipc::MintAccount request{.account = "guest", .for_token = ""};
  std::string last;
  for (std::size_t i = 0; i < max_tokens_per_host; ++i) last = tokens.mint_account(request, listed(), 5)->token;
  EXPECT_EQ(tokens.mint_account(request, listed(), 5).error().code, error_not_enough_quota);
  EXPECT_TRUE(tokens.mint_account(request, listed(), 6));
  tokens.release(last);
  EXPECT_TRUE(tokens.mint_account(request, listed(), 5));
}

TEST(Tokens, LiveTokensAreLimited) {
  auto tokens = unprivileged();
  std::string last;
  for (std::size_t i = 0; i < max_tokens; ++i) last = tokens.mint_login(login("a", ""))->token;
  EXPECT_EQ(tokens.mint_login(login("a", "")).error().code, error_not_enough_quota);
  tokens.release(last);
  EXPECT_TRUE(tokens.mint_login(login("a", "")));
}

}  // namespace
}  // namespace winrmd::supervisor
