// The request table: who may ask for what, and when. Every pair of a child and a message that is not in it ends the
// child.
#include "supervisor/requests.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <set>

#include "lib/ipc/messages_login.hpp"
#include "lib/ipc/messages_pam.hpp"
#include "supervisor/win32_errors.hpp"

namespace winrmd::supervisor {
namespace {

using ipc::MessageType;

Result<Account> lookup(const std::string& name) {
  if (name == "missing") return fail("there is no account 'missing'");
  if (name == "root") return Account{.name = name, .groups = {}, .home = "/", .shell = "/bin/sh"};
  const auto uid = static_cast<uid_t>(1000 + std::hash<std::string>{}(name) % 60000);
  return Account{.name = name, .uid = uid, .gid = uid, .groups = {}, .home = "/", .shell = "/bin/sh"};
}

class FalseStarter : public HostStarter {
 public:
  std::expected<StartedHost, ipc::Failed> start_host(const HostPlan& plan) override {
    plans.push_back(plan);
    return StartedHost{.number = 77, .account = plan.account.name, .channel = Fd(::open("/dev/null", O_RDONLY))};
  }
  std::expected<Fd, ipc::Failed> start_pam() override { return Fd(::open("/dev/null", O_RDONLY)); }
  void end_host(std::uint64_t number) override { ended.push_back(number); }
  void reloaded(std::uint64_t number, const ipc::Reloaded& report) override {
    reloads.emplace_back(number, report.error);
  }
  std::vector<HostPlan> plans;
  std::vector<std::uint64_t> ended;
  std::vector<std::pair<std::uint64_t, std::string>> reloads;
};

template <class M>
ipc::Frame frame(const M& message, std::uint64_t id = 9) {
  ipc::FrameReader reader;
  reader.add(ipc::encode(message, id));
  return std::move(**reader.next());
}

template <class M>
std::optional<M> message_in(const Reply& reply) {
  // The descriptors travel beside the bytes; any will do here.
  std::vector<Fd> fds;
  for (std::size_t i = 0; i < reply.fds.size(); ++i) fds.emplace_back(::open("/dev/null", O_RDONLY));
  ipc::FrameReader reader;
  reader.add(reply.bytes, std::move(fds));
  auto next = reader.next();
  EXPECT_TRUE(next && *next);
  EXPECT_EQ((*next)->id, 9U);
  auto message = ipc::decode<M>(**next);
  if (!message) return std::nullopt;
  return *message;
}

class RequestTable : public testing::Test {
 protected:
  RequestTable() {
    config::Application application;
    application.path = "wsman";
    application.authorization.name = "roles";
    application.authorization.accounts = {"guest"};
    config::Plugin plugin;
    plugin.name = "shell";
    plugin.file = "/shell.so";
    application.plugins.push_back(plugin);
    settings_.applications.push_back(application);
    application.path = "open";
    application.authorization = {};
    settings_.applications.push_back(application);
  }

  Asker asker(Kind kind, bool ready = true) {
    return {.kind = kind,
            .number = 5,
            .application = kind == Kind::authorization_host ? "wsman" : "",
            .authorization = settings_.applications[0].authorization,
            .ready = ready,
            .buckets = {}};
  }
  Result<std::optional<Reply>> ask(Asker& who, const ipc::Frame& what) { return requests().handle(who, what, now_); }
  std::string login() {
    return tokens_.mint_login({.login_name = "alice", .mechanism = "Basic", .account = "alice"})->token;
  }
  std::uint32_t refusal(const ipc::StartHost& request) {
    auto net = asker(Kind::net);
    const auto reply = ask(net, frame(request));
    EXPECT_TRUE(reply && *reply);
    const auto failed = message_in<ipc::Failed>(**reply);
    return failed ? failed->code : 0;
  }

  config::Settings settings_;
  Tokens tokens_{settings_.accounts, true, Account{.name = "root", .groups = {}, .home = {}, .shell = {}}, lookup};
  FalseStarter starter_;
  // The settings as they are once the test has written them.
  Requests& requests() {
    requests_.use(std::make_shared<const config::Settings>(settings_));
    return requests_;
  }
  Requests requests_{nullptr, true,   Account{.name = "root", .groups = {}, .home = {}, .shell = {}},
                     tokens_, lookup, starter_};
  Clock::time_point now_{std::chrono::seconds(1000)};
};

TEST_F(RequestTable, OnlyItsPairsOfChildAndMessageAreAnswered) {
  const std::set<std::pair<Kind, MessageType>> allowed{{Kind::net, MessageType::net_ready},
                                                       {Kind::operations_host, MessageType::host_ready},
                                                       {Kind::authorization_host, MessageType::host_ready},
                                                       {Kind::auth, MessageType::mint_login},
                                                       {Kind::auth, MessageType::start_pam},
                                                       {Kind::auth, MessageType::reloaded},
                                                       {Kind::net, MessageType::reloaded},
                                                       {Kind::authorization_host, MessageType::mint_account},
                                                       {Kind::authorization_host, MessageType::describe_token},
                                                       {Kind::operations_host, MessageType::describe_token},
                                                       {Kind::net, MessageType::release_token},
                                                       {Kind::auth, MessageType::release_token},
                                                       {Kind::authorization_host, MessageType::release_token},
                                                       {Kind::net, MessageType::start_host},
                                                       {Kind::net, MessageType::end_host}};
  for (const auto kind : {Kind::auth, Kind::net, Kind::operations_host, Kind::authorization_host}) {
    for (std::uint16_t type = 0; type < 500; ++type) {
      const bool may = allowed.contains({kind, static_cast<MessageType>(type)});
      bool understood = false;
      for (const bool ready : {false, true}) {
        auto who = asker(kind, ready);
        who.run_as = true;
        // The fields are empty, so what gets as far as its handler fails there as malformed, or is a ready message.
        const auto reply = ask(who, ipc::Frame{.type = type, .id = 1, .fields = {}, .fds = {}});
        understood = understood || reply || reply.error().message == "malformed message";
      }
      EXPECT_EQ(understood, may) << kind_name(kind) << " " << type;
    }
  }
}

TEST_F(RequestTable, NothingIsAnsweredBeforeAChildIsReadyAndReadyIsSaidOnce) {
  auto net = asker(Kind::net, false);
  EXPECT_FALSE(ask(net, frame(ipc::StartHost{.application = "wsman", .token = {}, .plugin = "shell"})));
  EXPECT_TRUE(ask(net, frame(ipc::NetReady{})));
  EXPECT_TRUE(net.ready);
  EXPECT_TRUE(ask(net, frame(ipc::StartHost{.application = "wsman", .token = {}, .plugin = "shell"})));
  EXPECT_FALSE(ask(net, frame(ipc::NetReady{})));
  auto host = asker(Kind::authorization_host, false);
  EXPECT_FALSE(ask(host, frame(ipc::MintAccount{.account = "guest", .for_token = {}})));
  EXPECT_TRUE(ask(host, frame(ipc::HostReady{})));
  EXPECT_TRUE(ask(host, frame(ipc::MintAccount{.account = "guest", .for_token = {}})));
}

TEST_F(RequestTable, MalformedMessagesAndUnaskedDescriptorsEndTheChild) {
  auto auth = asker(Kind::auth);
  auto cut = frame(ipc::MintLogin{.login_name = "alice", .mechanism = "Basic", .account = "alice"});
  cut.fields.pop_back();
  EXPECT_FALSE(ask(auth, cut));
  auto with_fd = frame(ipc::MintLogin{.login_name = "alice", .mechanism = "Basic", .account = "alice"});
  with_fd.fds.emplace_back(::open("/dev/null", O_RDONLY));
  EXPECT_FALSE(ask(auth, with_fd));
}

TEST_F(RequestTable, AskingTooOftenEndsTheChild) {
  auto host = asker(Kind::authorization_host);
  const auto request = frame(ipc::DescribeToken{.token = "x"});
  for (int i = 0; i < 50'000; ++i) ASSERT_TRUE(ask(host, request)) << i;
  EXPECT_FALSE(ask(host, request));
  now_ += std::chrono::seconds(1);
  EXPECT_TRUE(ask(host, request));
}

TEST_F(RequestTable, AHostForATokenRunsUnderItsAccount) {
  auto net = asker(Kind::net);
  const auto token = login();
  const auto reply = ask(net, frame(ipc::StartHost{.application = "wsman", .token = token, .plugin = "shell"}));
  ASSERT_TRUE(reply && *reply);
  const auto started = message_in<ipc::HostStarted>(**reply);
  ASSERT_TRUE(started);
  EXPECT_EQ(started->host, 77U);
  EXPECT_EQ(started->account, "alice");
  EXPECT_EQ((*reply)->fds.size(), 1U);
  ASSERT_EQ(starter_.plans.size(), 1U);
  EXPECT_EQ(starter_.plans[0].account.name, "alice");
  EXPECT_EQ(starter_.plans[0].identity.login_name, "alice");
  EXPECT_EQ(starter_.plans[0].token, token);
  EXPECT_EQ(starter_.plans[0].plugin->file, "/shell.so");
}

TEST_F(RequestTable, AnEmptyTokenMeansTheServiceAccount) {
  auto net = asker(Kind::net);
  ASSERT_TRUE(ask(net, frame(ipc::StartHost{.application = "wsman", .token = {}, .plugin = "shell"})));
  ASSERT_EQ(starter_.plans.size(), 1U);
  EXPECT_EQ(starter_.plans[0].account.name, "_winrmd-svc");
}

TEST_F(RequestTable, AnAuthorizationHostRunsUnderItsOwnAccountWhateverTheToken) {
  auto net = asker(Kind::net);
  ASSERT_TRUE(
      ask(net, frame(ipc::StartHost{.authorization = true, .application = "wsman", .token = login(), .plugin = {}})));
  ASSERT_EQ(starter_.plans.size(), 1U);
  EXPECT_EQ(starter_.plans[0].account.name, "_winrmd-authz");
  EXPECT_EQ(starter_.plans[0].plugin, nullptr);
  EXPECT_EQ(starter_.plans[0].token, "");
}

TEST_F(RequestTable, HostsThatMayNotBeAreRefused) {
  const auto token = login();
  EXPECT_EQ(refusal({.application = "wsman", .token = "never minted", .plugin = "shell"}), error_invalid_handle);
  EXPECT_EQ(refusal({.application = "other", .token = token, .plugin = "shell"}), error_not_found);
  EXPECT_EQ(refusal({.application = "wsman", .token = token, .plugin = "other"}), error_not_found);
  EXPECT_EQ(refusal({.authorization = true, .application = "open", .token = {}, .plugin = {}}), error_not_found);
  tokens_.release(token);
  EXPECT_EQ(refusal({.application = "wsman", .token = token, .plugin = "shell"}), error_invalid_handle);
  EXPECT_TRUE(starter_.plans.empty());
}

TEST_F(RequestTable, DescribeTokenSaysWhoALiveTokenIs) {
  auto host = asker(Kind::authorization_host);
  const auto token = login();
  auto reply = ask(host, frame(ipc::DescribeToken{.token = token}));
  ASSERT_TRUE(reply && *reply);
  EXPECT_EQ(message_in<ipc::TokenDescribed>(**reply)->identity.login_name, "alice");
  tokens_.release(token);
  reply = ask(host, frame(ipc::DescribeToken{.token = token}));
  ASSERT_TRUE(reply && *reply);
  EXPECT_EQ(message_in<ipc::Failed>(**reply)->code, error_invalid_handle);
}

TEST_F(RequestTable, WhatAnAuthorizationHostMayChooseIsWhatTheConfigurationSaysNow) {
  auto host = asker(Kind::authorization_host);
  const auto chooses = [&](const std::string& account) {
    const auto reply = ask(host, frame(ipc::MintAccount{.account = account, .for_token = {}}));
    return reply && *reply && message_in<ipc::TokenMinted>(**reply).has_value();
  };
  EXPECT_TRUE(chooses("guest"));
  EXPECT_FALSE(chooses("other"));
  auto& authorization = settings_.applications[0].authorization;
  authorization.accounts = {"other"};
  EXPECT_FALSE(chooses("guest"));
  EXPECT_TRUE(chooses("other"));
  // Another plug-in has come: the old one may not choose what the new one may.
  authorization.accounts = {"guest", "other"};
  authorization.file = "/another.so";
  EXPECT_TRUE(chooses("guest"));
  EXPECT_FALSE(chooses("other"));
  EXPECT_TRUE(chooses("_winrmd-svc"));
  settings_.applications.clear();
  EXPECT_FALSE(chooses("guest"));
}

TEST_F(RequestTable, RootIsRefusedFromTheReloadOnThatForbidsIt) {
  settings_.accounts.allow_root = true;
  tokens_.use(settings_.accounts);
  const auto token = tokens_.mint_login({.login_name = "root", .mechanism = "Basic", .account = "root"})->token;
  auto net = asker(Kind::net);
  const auto request = frame(ipc::StartHost{.application = "wsman", .token = token, .plugin = "shell"});
  EXPECT_TRUE(ask(net, request));
  ASSERT_EQ(starter_.plans.size(), 1U);
  EXPECT_EQ(starter_.plans[0].account.uid, 0U);
  tokens_.use({});
  EXPECT_EQ(refusal({.application = "wsman", .token = token, .plugin = "shell"}), error_access_denied);
}

TEST_F(RequestTable, APluginThatIsSwitchedOffHasNoHosts) {
  settings_.applications[0].plugins[0].enabled = false;
  EXPECT_EQ(refusal({.application = "wsman", .token = login(), .plugin = "shell"}), error_not_found);
}

TEST_F(RequestTable, APluginThatRunsAsSomebodyDoesSoWhateverTheToken) {
  settings_.applications[0].plugins[0].run_as_user = "worker";
  auto net = asker(Kind::net);
  for (const auto& token : {login(), std::string(), std::string("never minted")}) {
    ASSERT_TRUE(ask(net, frame(ipc::StartHost{.application = "wsman", .token = token, .plugin = "shell"})));
    EXPECT_EQ(starter_.plans.back().account.name, "worker");
    EXPECT_EQ(starter_.plans.back().identity.account, "worker");
    EXPECT_EQ(starter_.plans.back().identity.login_name, "");
    EXPECT_EQ(starter_.plans.back().token, "");
    EXPECT_EQ(starter_.plans.back().delegated, "");
  }
  for (const auto* name : {"missing", "root", "_winrmd", "_winrmd-auth"}) {
    settings_.applications[0].plugins[0].run_as_user = name;
    EXPECT_NE(refusal({.application = "wsman", .token = login(), .plugin = "shell"}), 0U) << name;
  }
}

TEST_F(RequestTable, AHostMayAskWhoTheClientIsOnlyWhereItRunsAsSomebodyElse) {
  auto host = asker(Kind::operations_host);
  const auto request = frame(ipc::DescribeToken{.token = login()});
  EXPECT_FALSE(ask(host, request));
  host.run_as = true;
  const auto reply = ask(host, request);
  ASSERT_TRUE(reply && *reply);
  EXPECT_EQ(message_in<ipc::TokenDescribed>(**reply)->identity.login_name, "alice");
}

TEST_F(RequestTable, StartupFlagsAreTheDocumentedOnes) {
  for (const std::uint32_t flags : {0U, 1U, 2U}) {
    auto net = asker(Kind::net);
    ASSERT_TRUE(ask(
        net, frame(ipc::StartHost{.application = "wsman", .token = {}, .plugin = "shell", .startup_flags = flags})));
    EXPECT_EQ(starter_.plans.back().startup_flags, flags);
  }
  starter_.plans.clear();
  for (const std::uint32_t flags : {3U, 0xFFFFFFFFU}) {
    EXPECT_EQ(refusal({.application = "wsman", .token = {}, .plugin = "shell", .startup_flags = flags}),
              error_invalid_parameter);
  }
  EXPECT_TRUE(starter_.plans.empty());
}

TEST_F(RequestTable, AWinrmdPamIsAnsweredWithItsChannel) {
  auto auth = asker(Kind::auth);
  const auto reply = ask(auth, frame(ipc::StartPam{}));
  ASSERT_TRUE(reply && *reply);
  EXPECT_TRUE(message_in<ipc::PamStarted>(**reply));
  EXPECT_EQ((*reply)->fds.size(), 1U);
}

TEST_F(RequestTable, AnAuthorizationHostCannotReleaseALogin) {
  const auto token = login();
  auto host = asker(Kind::authorization_host);
  EXPECT_TRUE(ask(host, frame(ipc::ReleaseToken{.token = token})));
  EXPECT_NE(tokens_.find(token), nullptr);
  auto net = asker(Kind::net);
  EXPECT_TRUE(ask(net, frame(ipc::ReleaseToken{.token = token})));
  EXPECT_EQ(tokens_.find(token), nullptr);
}

}  // namespace
}  // namespace winrmd::supervisor
