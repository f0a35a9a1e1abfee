// B25: how PowerShell's native shim goes about its work, and that a host lets it.
#include <thread>

#include "host/testing/powershell.hpp"

namespace winrmd::host::testing {
namespace {

constexpr std::string_view done = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Done";
constexpr std::string_view running = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Running";

TEST(PowerShell, B25_TheRequestItselfIsAsGoodAContextAsAny) {
  script_powershell();
  WSMAN_PLUGIN_REQUEST* shell_request = nullptr;
  WSMAN_PLUGIN_REQUEST* command_request = nullptr;
  std::vector<PVOID> shells;
  std::vector<PVOID> commands;
  script().shell = [&](PVOID, WSMAN_PLUGIN_REQUEST* request, auto*, auto*) {
    shell_request = request;
    WSManPluginFreeRequestDetails(request);  // the pointer stays good as a name
    report_itself(request);
  };
  script().command = [&](WSMAN_PLUGIN_REQUEST* request, PVOID shell, PCWSTR, auto*) {
    command_request = request;
    shells.push_back(shell);
    report_itself(request);
  };
  script().send = [&](WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID command, PCWSTR, WSMAN_DATA*) {
    commands.push_back(command);
    complete_request(request);
  };
  script().signal = [&](WSMAN_PLUGIN_REQUEST* request, PVOID command, PCWSTR) {
    commands.push_back(command);
    complete_request(request);
  };
  script().release_command = [&](PVOID shell, PVOID command) {
    shells.push_back(shell);
    commands.push_back(command);
  };
  script().release_shell = [&](PVOID shell) { shells.push_back(shell); };
  RunningHost host(powershell_setup());
  host.ask<ipc::ShellCreated>(powershell_create());
  host.ask<ipc::Done>(command_create());
  host.ask<ipc::Done>(stream_send("AAAA"));
  host.ask<ipc::Done>(signal_terminate());
  EXPECT_EQ(host.stop(WSMAN_PLUGIN_SHUTDOWN_SERVICE), Exit::stopped);
  EXPECT_EQ(commands, (std::vector<PVOID>(3, command_request)));
  EXPECT_EQ(shells, (std::vector<PVOID>(3, shell_request)));
}

// As on Windows: the wait begins before anything is reported that could let the end come.
TEST(PowerShell, B25_AWaitForTheHandleThatBeganBeforeTheReportEnds) {
  script_powershell();
  std::vector<std::thread> waiting;
  script().shell = [&](PVOID, WSMAN_PLUGIN_REQUEST* request, auto*, auto*) {
    const HANDLE event = request->shutdownNotificationHandle;
    waiting.emplace_back([request, event] {
      EXPECT_EQ(WaitForSingleObject(event, INFINITE), WAIT_OBJECT_0);
      complete_request(request);
    });
    EXPECT_EQ(WSManPluginReportContext(request, 0, request), 0U);
  };
  {
    RunningHost host(powershell_setup());
    host.ask<ipc::ShellCreated>(powershell_create());
    host.ask<ipc::Done>(ipc::ShellDelete{.shell = "S"});
    waiting.at(0).join();
    host.ask<ipc::ShellCreated>(powershell_create());
    EXPECT_EQ(host.stop(WSMAN_PLUGIN_SHUTDOWN_SERVICE), Exit::stopped);
  }
  waiting.at(1).join();
}

TEST(PowerShell, B25_ACallbackThatWasRegisteredBeforeTheReportIsCalledOnce) {
  script_powershell();
  static std::atomic<int> calls;
  calls = 0;
  script().shell = [](PVOID, WSMAN_PLUGIN_REQUEST* request, auto*, auto*) {
    WSManPluginRegisterShutdownCallback(
        request,
        [](void* it) {
          ++calls;
          complete_request(it);
        },
        request);
    EXPECT_EQ(WSManPluginReportContext(request, 0, request), 0U);
  };
  RunningHost host(powershell_setup());
  host.ask<ipc::ShellCreated>(powershell_create());
  EXPECT_EQ(calls, 0);
  host.ask<ipc::Done>(ipc::ShellDelete{.shell = "S"});
  EXPECT_EQ(calls, 1);
}

// It breaks the rule of pairs there, and does not look at the result: what follows closes the Receive all the same.
TEST(PowerShell, B25_AReceiveIsClosedWithAStreamAStateAndNoData) {
  script_powershell();
  script().receive = [](WSMAN_PLUGIN_REQUEST* request, PVOID, auto*) {
    std::array<BYTE, 4> bytes{'d', 'a', 't', 'a'};
    WSMAN_DATA data{};
    data.type = WSMAN_DATA_TYPE_BINARY;
    data.binaryData = {.dataLength = bytes.size(), .data = bytes.data()};
    EXPECT_EQ(WSManPluginReceiveResult(request, WSMAN_FLAG_RECEIVE_FLUSH, WSMAN_STREAM_ID_STDOUT, &data, nullptr, 0),
              0U);
    EXPECT_EQ(WSManPluginReceiveResult(request, WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA, WSMAN_STREAM_ID_STDOUT, nullptr,
                                       WSMAN_COMMAND_STATE_DONE, 0),
              ERROR_INVALID_PARAMETER);
    complete_request(request);
  };
  RunningHost host(powershell_setup());
  host.ask<ipc::ShellCreated>(powershell_create());
  host.ask<ipc::Done>(command_create());
  auto got = host.ask<ipc::Received>(powershell_receive("C"));
  EXPECT_EQ(text_of(got, "stdout"), "data");
  if (got.state != done) got = host.ask<ipc::Received>(powershell_receive("C"));
  EXPECT_EQ(got.state, done);
}

TEST(PowerShell, B25_AReportOfTheStateAloneIsTaken) {
  script_powershell();
  script().receive = [](WSMAN_PLUGIN_REQUEST* request, PVOID, auto*) {
    EXPECT_EQ(WSManPluginReceiveResult(request, 0, nullptr, nullptr, WSMAN_COMMAND_STATE_RUNNING, 0), 0U);
    WSManPluginRegisterShutdownCallback(request, complete_request, request);
  };
  RunningHost host(powershell_setup());
  host.ask<ipc::ShellCreated>(powershell_create());
  host.ask<ipc::Done>(command_create());
  auto receive = powershell_receive("C");
  receive.details.operation_timeout_ms = 300;
  const auto frame = host.answer(host.send(receive));
  const auto received = ipc::decode<ipc::Received>(frame);
  if (received) {
    EXPECT_EQ(received->state, running);
    EXPECT_TRUE(received->chunks.empty());
  } else {
    EXPECT_EQ(ipc::decode<ipc::Failed>(frame)->code, 0x80338029U) << "nothing came, and the command runs";
  }
}

}  // namespace
}  // namespace winrmd::host::testing
