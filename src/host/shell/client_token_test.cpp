// B25: how a plug-in that runs as somebody else (RunAsUser) finds out who its client is.
#include <charconv>
#include <optional>

#include "host/testing/powershell.hpp"

namespace winrmd::host::testing {
namespace {

constexpr std::string_view variable = "__WINRM_RUNAS_CLIENT_TOKEN__";

std::optional<std::u16string> value_in(const WSMAN_SHELL_STARTUP_INFO* info) {
  std::optional<std::u16string> value;
  if (info->variableSet == nullptr) return value;
  for (DWORD i = 0; i < info->variableSet->varsCount; ++i) {
    const auto name = text_of(info->variableSet->vars[i].name);
    if (name != std::u16string(variable.begin(), variable.end())) continue;
    EXPECT_FALSE(value) << "twice";
    value = text_of(info->variableSet->vars[i].value);
  }
  return value;
}

HANDLE handle_in(const WSMAN_SHELL_STARTUP_INFO* info) {
  const auto value = value_in(info).value_or(u"");
  const std::string digits(value.begin(), value.end());
  std::uintptr_t number = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  EXPECT_TRUE(status == std::errc{} && end == digits.data() + digits.size()) << digits;
  return reinterpret_cast<HANDLE>(number);  // NOLINT(performance-no-int-to-ptr): that is how it is handed over
}

std::u16string account_of(HANDLE token) {
  WSMAN_POSIX_IDENTITY* identity = nullptr;
  if (WSManPosixTokenIdentity(token, &identity) != 0) return u"nobody";
  std::u16string account = text_of(identity->account);
  EXPECT_EQ(identity->uid, 4242U);
  WSManPosixFree(identity);
  return account;
}

ipc::ShellCreate create(const std::string& token) {
  auto message = powershell_create();
  message.client_token = token;
  return message;
}

void know_bob(RunningHost& host) {
  host.supervisor([](Supervisor& it) {
    ipc::TokenDescription who;
    who.login_name = "bob@EXAMPLE";
    who.account = "bob";
    who.uid = 4242;
    it.tokens.emplace("client", who);
  });
}

TEST(RunAs, B25_TheClientsTokenIsInTheEnvironmentUntilTheShellEnds) {
  script_powershell();
  HANDLE token = nullptr;
  HANDLE own = nullptr;
  script().shell = [&](PVOID, WSMAN_PLUGIN_REQUEST* request, WSMAN_SHELL_STARTUP_INFO* info, WSMAN_DATA*) {
    token = handle_in(info);
    EXPECT_EQ(account_of(token), u"bob");
    EXPECT_EQ(WSManPosixDuplicateToken(token, &own), 0U);
    EXPECT_FALSE(CloseHandle(token)) << "that one is the host's";
    report_itself(request);
  };
  RunningHost host(powershell_setup());
  know_bob(host);
  host.ask<ipc::ShellCreated>(create("client"));
  EXPECT_EQ(account_of(token), u"bob");
  host.ask<ipc::Done>(ipc::ShellDelete{.shell = "S"});
  host.expect_event<ipc::ShellEnded>();
  // The shell is forgotten a moment after that.
  EXPECT_EQ(host.stop(WSMAN_PLUGIN_SHUTDOWN_SERVICE), Exit::stopped);
  EXPECT_EQ(account_of(token), u"nobody");
  EXPECT_EQ(account_of(own), u"bob") << "what it duplicated is the plug-in's";
  EXPECT_TRUE(CloseHandle(own));
  host.supervisor([](Supervisor& it) {
    EXPECT_EQ(it.described, 1);
    EXPECT_TRUE(it.released.empty()) << "the token is winrmd-net's";
  });
}

TEST(RunAs, B25_AClientCannotSayWhoItIs) {
  script_powershell();
  std::optional<std::u16string> value;
  DWORD others = 0;
  script().shell = [&](PVOID, WSMAN_PLUGIN_REQUEST* request, WSMAN_SHELL_STARTUP_INFO* info, WSMAN_DATA*) {
    value = value_in(info);
    others = info->variableSet == nullptr ? 0 : info->variableSet->varsCount;
    if (value) EXPECT_EQ(account_of(handle_in(info)), u"bob");
    report_itself(request);
  };
  RunningHost host(powershell_setup());
  know_bob(host);
  for (const auto* token : {"", "client"}) {
    auto message = create(token);
    message.shell = std::string("S") + token;
    message.environment = {{.name = std::string(variable), .value = "1234"},
                           {.name = "__winrm_runas_client_token__", .value = "1234"},
                           {.name = "A", .value = "1"}};
    host.ask<ipc::ShellCreated>(message);
    EXPECT_EQ(value.has_value(), *token != '\0');
    EXPECT_EQ(others, *token == '\0' ? 1U : 2U);
  }
}

TEST(RunAs, AShellOfAClientThatIsNobodyAnyMoreIsRefused) {
  script_powershell();
  bool called = false;
  script().shell = [&](PVOID, WSMAN_PLUGIN_REQUEST* request, auto*, auto*) {
    called = true;
    report_itself(request);
  };
  RunningHost host(powershell_setup());
  EXPECT_NE(host.ask<ipc::Failed>(create("released")).code, 0U);
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace winrmd::host::testing
