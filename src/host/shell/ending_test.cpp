// How shells and hosts end: the order of notifications, plug-ins that do not let go, and the process's own end.
#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <thread>

#include "host/testing/running_host.hpp"

namespace winrmd::host::testing {
namespace {

using namespace std::chrono_literals;

DWORD done(WSMAN_PLUGIN_REQUEST* request) { return WSManPluginOperationComplete(request, 0, 0, nullptr); }

void* pointer(std::uintptr_t value) { return reinterpret_cast<void*>(value); }

ipc::ShellDelete shell_delete() {
  ipc::ShellDelete message;
  message.shell = "S";
  return message;
}

// A plug-in that writes down what it is told, and whose operations end when the test or the notification says so.
class Ending : public ::testing::Test {
 protected:
  struct Watched {
    Ending* test = nullptr;
    std::string name;
    WSMAN_PLUGIN_REQUEST* request = nullptr;
    bool ends_when_told = true;
  };

  Ending() {
    script_plain_shell();
    script().shell = [this](PVOID, WSMAN_PLUGIN_REQUEST* request, auto*, auto*) {
      watch("shell", request);
      WSManPluginReportContext(request, 0, pointer(1));
    };
    script().command = [this](WSMAN_PLUGIN_REQUEST* request, auto...) {
      watch("command", request);
      WSManPluginReportContext(request, 0, pointer(2));
    };
    script().receive = [this](WSMAN_PLUGIN_REQUEST* request, PVOID command, auto*) {
      watch(command == nullptr ? "shell receive" : "receive", request);
      begun_.count_down();
    };
    script().send = [this](WSMAN_PLUGIN_REQUEST* request, auto...) {
      watch("send", request);
      begun_.count_down();
    };
    script().release_command = [this](auto...) { note("release command"); };
    script().release_shell = [this](auto...) { note("release shell"); };
    script().shutdown = [this](PVOID, DWORD) {
      note("shutdown");
      return 0U;
    };
  }

  void note(const std::string& what) {
    std::lock_guard lock(mutex_);
    journal_.push_back(what);
  }
  std::vector<std::string> journal() {
    std::lock_guard lock(mutex_);
    return journal_;
  }
  bool before(const std::string& a, const std::string& b) {
    const auto all = journal();
    const auto at_a = std::ranges::find(all, a);
    return at_a != all.end() && at_a < std::ranges::find(all, b);
  }

  void watch(const std::string& name, WSMAN_PLUGIN_REQUEST* request) {
    std::lock_guard lock(mutex_);
    auto& it =
        watched_.emplace_back(std::make_unique<Watched>(Watched{this, name, request, !stubborn_.contains(name)}));
    WSManPluginRegisterShutdownCallback(
        request,
        [](void* context) {
          auto& told = *static_cast<Watched*>(context);
          EXPECT_EQ(__atomic_load_n(&told.request->shutdownNotification, __ATOMIC_SEQ_CST), 1);
          EXPECT_EQ(WaitForSingleObject(told.request->shutdownNotificationHandle, 0), WAIT_OBJECT_0);
          told.test->note("tell " + told.name);
          told.test->notifier_ = std::this_thread::get_id();
          if (told.ends_when_told) done(told.request);
        },
        it.get());
  }
  WSMAN_PLUGIN_REQUEST* request(const std::string& name) {
    std::lock_guard lock(mutex_);
    return (*std::ranges::find(watched_, name, [](const auto& it) { return it->name; }))->request;
  }

  // A shell with a command; a Receive and a Send on the command, a Receive on the shell.
  void build_tree() {
    host_->ask<ipc::ShellCreated>(shell_create());
    host_->ask<ipc::Done>(command_create());
    receive_ = host_->send(stream_receive());
    send_ = host_->send(stream_send("x"));
    auto on_shell = stream_receive();
    on_shell.command.clear();
    shell_receive_ = host_->send(on_shell);
    begun_.wait();
  }

  std::mutex mutex_;
  std::vector<std::string> journal_;
  std::set<std::string> stubborn_;
  std::vector<std::unique_ptr<Watched>> watched_;
  std::latch begun_{3};
  std::thread::id notifier_;
  std::uint64_t receive_ = 0;
  std::uint64_t send_ = 0;
  std::uint64_t shell_receive_ = 0;
  std::unique_ptr<RunningHost> host_ = std::make_unique<RunningHost>(operations_setup());
};

TEST_F(Ending, O5_TheInnermostAreToldFirst) {
  build_tree();
  host_->ask<ipc::Done>(shell_delete());
  host_->expect_event<ipc::ShellEnded>();
  const auto all = journal();
  EXPECT_TRUE(before("tell receive", "tell command"));
  EXPECT_TRUE(before("tell send", "tell command"));
  EXPECT_TRUE(before("tell command", "tell shell receive"));
  EXPECT_TRUE(before("tell shell receive", "tell shell"));
  EXPECT_EQ(std::ranges::count(all, "tell shell"), 1);
  for (const auto id : {receive_, send_, shell_receive_}) EXPECT_EQ(host_->expect<ipc::Failed>(id).code, code_aborted);
}

TEST_F(Ending, O6_TheAnswerToADeleteWaitsForTheShell) {
  stubborn_ = {"shell"};
  build_tree();
  const auto first = host_->send(shell_delete());
  const auto second = host_->send(shell_delete());
  while (!before("tell shell", "none")) std::this_thread::sleep_for(1ms);
  EXPECT_TRUE(host_->unanswered(first, 50ms));
  EXPECT_EQ(done(request("shell")), 0U);
  host_->expect<ipc::Done>(first);
  host_->expect<ipc::Done>(second);
}

TEST_F(Ending, O7_ACommandThatEndsTellsItsReceive) {
  stubborn_ = {"send"};
  build_tree();
  EXPECT_EQ(done(request("command")), 0U);
  const auto got = host_->expect<ipc::Received>(receive_);
  EXPECT_EQ(got.state, state_done);
  EXPECT_TRUE(host_->unanswered(send_, 20ms));
  EXPECT_FALSE(before("release command", "none"));
  EXPECT_EQ(done(request("send")), 0U);
  host_->expect<ipc::Done>(send_);
  host_->expect_event<ipc::CommandEnded>();
  EXPECT_FALSE(before("tell shell", "none"));
}

TEST_F(Ending, O8_ContextsAreReleasedAfterEverythingThatUsesThem) {
  stubborn_ = {"receive", "command"};
  build_tree();
  host_->ask<ipc::Done>(shell_delete());  // the shell completes after the grace of the others
  EXPECT_EQ(done(request("command")), 0U);
  std::this_thread::sleep_for(50ms);
  EXPECT_FALSE(before("release command", "none"));
  EXPECT_FALSE(before("release shell", "none"));
  EXPECT_EQ(done(request("receive")), 0U);
  host_->expect_event<ipc::ShellEnded>();
  EXPECT_TRUE(before("release command", "release shell"));
}

TEST_F(Ending, O8_AReleaseWaitsForEntryPointsThatStillRun) {
  std::promise<void> leave;
  auto left = leave.get_future().share();
  script().signal = [&, left](WSMAN_PLUGIN_REQUEST* signal, auto...) {
    done(signal);
    done(request("command"));
    left.wait();
    note("signal left");
  };
  host_->ask<ipc::ShellCreated>(shell_create());
  host_->ask<ipc::Done>(command_create());
  host_->ask<ipc::Done>(signal_terminate());
  std::this_thread::sleep_for(30ms);
  EXPECT_FALSE(before("release command", "none"));
  leave.set_value();
  host_->expect_event<ipc::CommandEnded>();
  EXPECT_TRUE(before("signal left", "release command"));
}

TEST_F(Ending, TerminateMayEndTheCommandBeforeOrAfterTheSignal) {
  bool command_first = true;
  script().signal = [&](WSMAN_PLUGIN_REQUEST* signal, auto...) {
    if (command_first) done(request("command"));
    done(signal);
    if (!command_first) done(request("command"));
  };
  host_->ask<ipc::ShellCreated>(shell_create());
  for (const bool first : {true, false}) {
    command_first = first;
    host_->ask<ipc::Done>(command_create());
    host_->ask<ipc::Done>(signal_terminate());
    host_->expect_event<ipc::CommandEnded>();
    std::lock_guard lock(mutex_);
    std::erase_if(watched_, [](const auto& it) { return it->name == "command"; });
  }
}

TEST_F(Ending, AShellThatEndsByItselfTakesEverythingAlong) {
  build_tree();
  EXPECT_EQ(done(request("shell")), 0U);
  host_->expect_event<ipc::CommandEnded>();
  host_->expect_event<ipc::ShellEnded>();
  EXPECT_EQ(host_->expect<ipc::Failed>(receive_).code, code_aborted);
  EXPECT_EQ(host_->ask<ipc::Failed>(shell_delete()).code, code_unexpected_selectors);
}

TEST_F(Ending, NotificationsComeThroughWhenEveryCallThreadIsBusy) {
  host_.reset();
  auto setup = operations_setup();
  setup.call_threads = 1;
  host_ = std::make_unique<RunningHost>(setup);
  DWORD result = 0;
  script().receive = [&](WSMAN_PLUGIN_REQUEST* request, auto...) {
    // Waits inside the entry point for the event, as plug-ins from Windows do.
    result = WaitForSingleObject(request->shutdownNotificationHandle, INFINITE);
    done(request);
  };
  host_->ask<ipc::ShellCreated>(shell_create());
  host_->ask<ipc::Done>(command_create());
  host_->send(stream_receive());
  host_->ask<ipc::Done>(shell_delete());
  host_->expect_event<ipc::ShellEnded>();
  EXPECT_EQ(result, WAIT_OBJECT_0);
}

TEST_F(Ending, InputAndSignalsThatComeWithTheEndOfTheCommandAreNoErrors) {
  host_.reset();
  auto setup = operations_setup();
  setup.call_threads = 1;
  host_ = std::make_unique<RunningHost>(setup);
  std::latch free(1);
  script().receive = [&](WSMAN_PLUGIN_REQUEST* request, auto...) {
    free.wait();  // holds the only call thread
    done(request);
  };
  host_->ask<ipc::ShellCreated>(shell_create());
  host_->ask<ipc::Done>(command_create());
  host_->send(stream_receive());
  const auto send = host_->send(stream_send("x"));
  const auto signal = host_->send(signal_terminate());
  auto unknown = stream_send("x");
  unknown.stream = "nope";
  host_->ask<ipc::Failed>(unknown);  // answered without a call: the two before it are waiting for their thread now
  EXPECT_EQ(done(request("command")), 0U);
  host_->expect<ipc::Done>(send);
  host_->expect<ipc::Done>(signal);
  free.count_down();
  host_->expect_event<ipc::CommandEnded>();
}

TEST_F(Ending, TheEventHasADescriptorThatCanBePolled) {
  int fd = -1;
  HANDLE event = nullptr;
  script().receive = [&](WSMAN_PLUGIN_REQUEST* request, auto...) {
    event = request->shutdownNotificationHandle;
    fd = WSManPosixEventDescriptor(event);
    EXPECT_EQ(WSManPosixEventDescriptor(event), fd);
    EXPECT_FALSE(CloseHandle(event));
    pollfd wait{fd, POLLIN, 0};
    EXPECT_EQ(::poll(&wait, 1, 0), 0);
    begun_.count_down(3);
    EXPECT_EQ(::poll(&wait, 1, 20'000), 1);
    EXPECT_EQ(::poll(&wait, 1, 0), 1);
    done(request);
  };
  host_->ask<ipc::ShellCreated>(shell_create());
  host_->ask<ipc::Done>(command_create());
  host_->send(stream_receive());
  begun_.wait();
  host_->ask<ipc::Done>(shell_delete());
  host_->expect_event<ipc::ShellEnded>();
  EXPECT_EQ(WSManPosixEventDescriptor(event), -1);
  EXPECT_EQ(WaitForSingleObject(event, 0), WAIT_FAILED);
}

TEST_F(Ending, ACallbackThatIsRegisteredLateIsCalledOnce) {
  std::atomic<int> calls = 0;
  stubborn_ = {"command"};
  host_->ask<ipc::ShellCreated>(shell_create());
  host_->ask<ipc::Done>(command_create());
  const auto remove = host_->send(shell_delete());
  while (!before("tell command", "none")) std::this_thread::sleep_for(1ms);
  WSManPluginRegisterShutdownCallback(
      request("command"), [](void* count) { ++*static_cast<std::atomic<int>*>(count); }, &calls);
  host_->expect<ipc::Done>(remove);
  while (calls == 0) std::this_thread::sleep_for(1ms);
  done(request("command"));
  host_->expect_event<ipc::ShellEnded>();
  EXPECT_EQ(calls, 1);
}

TEST_F(Ending, OperationCompleteWaitsForARunningCallback) {
  std::promise<void> in_callback;
  std::atomic<bool> callback_over = false;
  struct Shared {
    std::promise<void>& entered;
    std::atomic<bool>& over;
  } shared{in_callback, callback_over};
  WSMAN_PLUGIN_REQUEST* command = nullptr;
  script().command = [&](WSMAN_PLUGIN_REQUEST* request, auto...) {
    command = request;
    WSManPluginRegisterShutdownCallback(
        request,
        [](void* context) {
          auto& it = *static_cast<Shared*>(context);
          it.entered.set_value();
          std::this_thread::sleep_for(100ms);
          it.over = true;
        },
        &shared);
    WSManPluginReportContext(request, 0, pointer(2));
  };
  host_->ask<ipc::ShellCreated>(shell_create());
  host_->ask<ipc::Done>(command_create());
  host_->send(shell_delete());
  in_callback.get_future().wait();
  EXPECT_EQ(done(command), 0U);
  EXPECT_TRUE(callback_over);
  host_->expect_event<ipc::ShellEnded>();
}

TEST_F(Ending, O9_AHostThatStopsEndsItsShellsFirst) {
  build_tree();
  EXPECT_EQ(host_->stop(WSMAN_PLUGIN_SHUTDOWN_IDLETIMEOUT_ELAPSED), Exit::stopped);
  EXPECT_TRUE(before("release command", "release shell"));
  EXPECT_TRUE(before("release shell", "shutdown"));
  EXPECT_EQ(host_->expect<ipc::Failed>(receive_).code, code_aborted);
}

TEST_F(Ending, AHostEndsWhenWinrmdNetIsGone) {
  build_tree();
  EXPECT_EQ(host_->close_net(), Exit::stopped);
  EXPECT_TRUE(before("release shell", "shutdown"));
}

TEST_F(Ending, StartupAndShutdownHaveTheirArguments) {
  host_.reset();
  int starts = 0;
  DWORD reason = 0;
  script().startup = [&](PCWSTR application, PCWSTR extra_info, PVOID* context) {
    ++starts;
    EXPECT_EQ(WSManPosixCompare(application, WSMAN_TEXT("my/app")), 0);
    EXPECT_EQ(WSManPosixCompare(extra_info, WSMAN_TEXT("<InitializationParameters/>")), 0);
    *context = pointer(0x99);
    return 0U;
  };
  script().shutdown = [&](PVOID context, DWORD why) {
    EXPECT_EQ(context, pointer(0x99));
    reason = why;
    return 0U;
  };
  auto setup = operations_setup();
  setup.application = "my/app";
  setup.plugins.front().initialization_xml = "<InitializationParameters/>";
  host_ = std::make_unique<RunningHost>(setup);
  for (const char* const id : {"A", "B", "C"}) host_->ask<ipc::ShellCreated>(shell_create(id));
  EXPECT_EQ(host_->stop(WSMAN_PLUGIN_SHUTDOWN_IDLETIMEOUT_ELAPSED), Exit::stopped);
  EXPECT_EQ(starts, 1);
  EXPECT_EQ(reason, static_cast<DWORD>(WSMAN_PLUGIN_SHUTDOWN_IDLETIMEOUT_ELAPSED));
}

}  // namespace
}  // namespace winrmd::host::testing
