// Plug-ins that cannot be used, and hosts that give up.
#include "host/calls/plugin.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "host/testing/running_host.hpp"
#include "lib/ipc/messages_resource.hpp"

namespace winrmd::host::testing {
namespace {

using namespace std::chrono_literals;

ipc::Failed create_with(const std::string& file) {
  auto setup = operations_setup();
  setup.plugins.front().file = file;
  RunningHost host(setup);
  return host.ask<ipc::Failed>(shell_create());
}

TEST(PluginFile, MissingNotALibraryOrIncompleteEachHasItsCode) {
  EXPECT_EQ(create_with("/nonexistent/plugin.so").code, code_file_not_present);
  const std::string text_file = ::testing::TempDir() + "/not_a_library.so";
  std::ofstream(text_file) << "hello";
  EXPECT_EQ(create_with(text_file).code, code_load_failed);
  EXPECT_EQ(create_with("/").code, code_load_failed);
  const auto incomplete = create_with(NO_SIGNAL_PLUGIN);
  EXPECT_EQ(incomplete.code, code_entry_point_missing);
  EXPECT_NE(incomplete.text.find("WSManPluginSignal"), std::string::npos);
  EXPECT_FALSE(incomplete.from_plugin);
}

TEST(PluginFile, AnAuthorizationPluginThatIsIncompleteRefusesTheRequest) {
  auto setup = authorization_setup();
  setup.plugins.front().file = NO_SIGNAL_PLUGIN;
  RunningHost host(setup);
  ipc::AuthzUser message;
  message.token = "t";
  const auto answer = host.ask<ipc::AuthzCompleted>(message);
  EXPECT_EQ(answer.error_code, code_entry_point_missing);
  EXPECT_FALSE(answer.from_plugin);
}

TEST(PluginStartup, B5_AFailureReachesTheClientAndTheNextRequestTriesAgain) {
  script_plain_shell();
  int shutdowns = 0;
  script().startup = [](auto...) { return 0x80070005U; };
  script().shutdown = [&shutdowns](auto...) {
    ++shutdowns;
    return 0U;
  };
  {
    RunningHost host(operations_setup());
    const auto failed = host.ask<ipc::Failed>(shell_create());
    EXPECT_EQ(failed.code, 0x80070005U);
    EXPECT_TRUE(failed.from_plugin);
    EXPECT_EQ(host.stop(2), Exit::stopped);
    EXPECT_EQ(shutdowns, 0);
  }
  RunningHost host(operations_setup());
  host.ask<ipc::Failed>(shell_create());
  script().startup = nullptr;
  host.ask<ipc::ShellCreated>(shell_create());
  EXPECT_EQ(host.stop(2), Exit::stopped);
  EXPECT_EQ(shutdowns, 1);
}

TEST(PluginStartup, AnExceptionIsAFailure) {
  script_plain_shell();
  script().startup = [](auto...) -> DWORD { throw 1; };
  RunningHost host(operations_setup());
  EXPECT_EQ(host.ask<ipc::Failed>(shell_create()).code, code_plugin_failed);
}

TEST(PluginStartup, RequestsThatArriveMeanwhileWait) {
  script_plain_shell();
  int starts = 0;
  script().startup = [&starts](auto...) {
    ++starts;
    std::this_thread::sleep_for(50ms);
    return 0U;
  };
  RunningHost host(operations_setup());
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(host.send(shell_create("S" + std::to_string(i))));
  for (const auto id : ids) host.expect<ipc::ShellCreated>(id);
  EXPECT_EQ(starts, 1);
}

std::u16string text_of(const WSMAN_DATA& data) {
  EXPECT_EQ(data.type, WSMAN_DATA_TYPE_TEXT);
  return {reinterpret_cast<const char16_t*>(data.text.buffer), data.text.bufferLength};
}
DWORD number_of(PVOID plugin, DWORD selector) {
  WSMAN_DATA data{};
  EXPECT_EQ(WSManPluginGetConfiguration(plugin, selector, &data), 0U);
  EXPECT_EQ(data.type, WSMAN_DATA_TYPE_DWORD);
  return data.number;
}

TEST(PluginConfiguration, IsToldWholeToWhoHasTheContext) {
  script_plain_shell();
  static int context;
  script().startup = [](PCWSTR, PCWSTR, PVOID* it) {
    EXPECT_EQ(number_of(&context, WSMAN_PLUGIN_PARAMS_SHAREDHOST), 1U);  // a plug-in may ask right away
    *it = &context;
    return 0U;
  };
  script().shell = [](PVOID plugin, WSMAN_PLUGIN_REQUEST* request, auto*, auto*) {
    EXPECT_EQ(number_of(plugin, WSMAN_PLUGIN_PARAMS_SHAREDHOST), 1U);
    EXPECT_EQ(number_of(plugin, WSMAN_PLUGIN_PARAMS_AUTORESTART), 1U);
    EXPECT_EQ(number_of(plugin, WSMAN_PLUGIN_PARAMS_HOSTIDLETIMEOUTSECONDS), 300U);
    WSMAN_DATA data{};
    EXPECT_EQ(WSManPluginGetConfiguration(plugin, WSMAN_PLUGIN_PARAMS_RUNAS_USER, &data), 0U);
    EXPECT_EQ(text_of(data), u"worker");
    EXPECT_EQ(WSManPluginGetConfiguration(plugin, WSMAN_PLUGIN_PARAMS_NAME, &data), 0U);
    EXPECT_EQ(text_of(data), u"scripted");
    EXPECT_EQ(WSManPluginGetConfiguration(&data, WSMAN_PLUGIN_PARAMS_NAME, &data), 87U);
    EXPECT_EQ(WSManPluginGetConfiguration(nullptr, WSMAN_PLUGIN_PARAMS_NAME, &data), 87U);
    EXPECT_EQ(WSManPluginReportCompletion(plugin, 0), 0U);
    EXPECT_EQ(WSManPluginReportCompletion(&data, 0), 87U);
    EXPECT_EQ(WSManPluginReportCompletion(plugin, 1), 87U);
    WSManPluginOperationComplete(request, 0, 5, nullptr);
  };
  auto setup = operations_setup();
  setup.plugins.front().shared_process = true;
  setup.plugins.front().process_idle_timeout_ms = 300'000;
  setup.plugins.front().run_as_user = "worker";
  setup.plugins.front().auto_restart = true;
  RunningHost host(setup);
  EXPECT_EQ(host.ask<ipc::Failed>(shell_create()).code, 5U);
}

TEST(PluginStart, AHostThatStartsByItselfStartsItsPluginsAndHearsThatTheyAreDone) {
  script().startup = [](PCWSTR, PCWSTR, PVOID* context) {
    static int the_context;
    *context = &the_context;
    EXPECT_EQ(WSManPluginReportCompletion(&the_context, 0), 0U);
    return 0U;
  };
  auto setup = operations_setup();
  setup.startup_flags = WSMAN_PLUGIN_STARTUP_AUTORESTARTED_REBOOT;
  RunningHost host(setup);
  EXPECT_EQ(host.expect_event<ipc::WorkFinished>().plugin, "scripted");
}

TEST(PluginStart, StartupIsToldWhyTheHostWasStarted) {
  for (const DWORD flags : {0U, DWORD{WSMAN_PLUGIN_STARTUP_AUTORESTARTED_CRASH}}) {
    script_plain_shell();
    std::optional<DWORD> told;
    script().startup_flags = [&told](DWORD it) { told = it; };
    auto setup = operations_setup();
    setup.startup_flags = flags;
    RunningHost host(setup);
    host.ask<ipc::ShellCreated>(shell_create());
    EXPECT_EQ(told, flags);
  }
}

TEST(Watchdog, GivesUpWhenEveryCallIsPastItsDeadline) {
  script_plain_shell();
  std::promise<void> leave;
  const auto left = leave.get_future().share();
  script().shell = [left](PVOID, WSMAN_PLUGIN_REQUEST*, auto*, auto*) { left.wait(); };
  auto setup = operations_setup();
  setup.call_threads = 2;
  setup.call_deadline_ms = 200;
  auto host = std::make_unique<RunningHost>(setup);
  host->send(shell_create("A"));
  EXPECT_TRUE(host->unanswered(1, 500ms));  // one of two: that is allowed
  host->send(shell_create("B"));
  EXPECT_EQ(host->wait_for_end(), Exit::calls_stuck);
  leave.set_value();
}

TEST(Watchdog, ACallThatWaitsForTheClientIsNotStuck) {
  script_plain_shell();
  script().receive = [](WSMAN_PLUGIN_REQUEST* request, auto...) {
    std::string text(3U << 20, 'x');
    WSMAN_DATA data{};
    data.type = WSMAN_DATA_TYPE_BINARY;
    data.binaryData.data = reinterpret_cast<BYTE*>(text.data());
    data.binaryData.dataLength = static_cast<DWORD>(text.size());
    WSManPluginReceiveResult(request, 0, WSMAN_STREAM_ID_STDOUT, &data, nullptr, 0);
    WSManPluginOperationComplete(request, 0, 0, nullptr);
  };
  auto setup = operations_setup();
  setup.call_threads = 1;
  setup.call_deadline_ms = 1000;
  RunningHost host(setup);
  host.ask<ipc::ShellCreated>(shell_create());
  host.ask<ipc::Done>(command_create());
  host.ask<ipc::Received>(stream_receive());
  std::this_thread::sleep_for(1500ms);
  host.ask<ipc::Done>(signal_terminate());  // and others get through
}

// The program itself, with the channel on descriptor 3.
TEST(HostProgram, ReadsItsSetupAndEndsInGoodOrder) {
  auto control = ipc::socket_pair();
  auto net = ipc::socket_pair();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(control->second.get(), 3);
    ::execl(HOST_PROGRAM, "winrmd-host", nullptr);
    ::_exit(99);
  }
  control->second.reset();
  ipc::Channel supervisor(std::move(control->first));
  const int fd = net->second.get();
  auto setup = operations_setup();
  setup.plugins.front().file = TEXT_SHELL_PLUGIN;
  ASSERT_TRUE(supervisor.send(setup, 0, std::span(&fd, 1)));
  net->second.reset();
  auto ready = supervisor.receive();
  ASSERT_TRUE(ready && *ready);
  EXPECT_EQ((*ready)->type, static_cast<std::uint16_t>(ipc::MessageType::host_ready));
  ipc::Channel channel(std::move(net->first));
  ASSERT_TRUE(channel.send(shell_create(), 7));
  auto answer = channel.receive();
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->type, static_cast<std::uint16_t>(ipc::MessageType::shell_created));
  ASSERT_TRUE(channel.send(ipc::Stop{.reason = WSMAN_PLUGIN_SHUTDOWN_SERVICE}));
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), static_cast<int>(Exit::stopped));
}

TEST(HostProgram, GarbageInsteadOfASetupIsRefused) {
  auto control = ipc::socket_pair();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(control->second.get(), 3);
    ::execl(HOST_PROGRAM, "winrmd-host", nullptr);
    ::_exit(99);
  }
  control->second.reset();
  ipc::Channel supervisor(std::move(control->first));
  ASSERT_TRUE(supervisor.send(ipc::Done{}));
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(WEXITSTATUS(status), static_cast<int>(Exit::bad_setup));
}

}  // namespace
}  // namespace winrmd::host::testing
