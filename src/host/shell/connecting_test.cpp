// Clients that go and come back: ShellState, and WSManPluginConnect.
#include <gtest/gtest.h>

#include "host/core/codes.hpp"
#include "host/testing/running_host.hpp"

namespace winrmd::host::testing {
namespace {

using namespace std::chrono_literals;

ipc::ShellState away(bool drop = false) { return {.shell = "S", .connected = false, .drop = drop}; }
ipc::ShellState back() { return {.shell = "S", .connected = true, .drop = false}; }

ipc::Connect connect(const std::string& command = {}, std::optional<std::string> content = {}) {
  ipc::Connect message;
  message.details = details();
  message.shell = "S";
  message.command = command;
  message.open_content = std::move(content);
  return message;
}

void complete(WSMAN_PLUGIN_REQUEST* request, DWORD code = 0, PCWSTR text = nullptr) {
  EXPECT_EQ(WSManPluginOperationComplete(request, 0, code, text), 0U);
}

DWORD report(WSMAN_PLUGIN_REQUEST* request, const std::string& text) {
  WSMAN_DATA data{};
  data.type = WSMAN_DATA_TYPE_BINARY;
  data.binaryData.data = reinterpret_cast<BYTE*>(const_cast<char*>(text.data()));
  data.binaryData.dataLength = static_cast<DWORD>(text.size());
  return WSManPluginReceiveResult(request, 0, WSMAN_STREAM_ID_STDOUT, &data, nullptr, 0);
}

class Connecting : public ::testing::Test {
 protected:
  Connecting() {
    script_plain_shell();
    script().connect = [](WSMAN_PLUGIN_REQUEST* request, PVOID, PVOID, WSMAN_DATA*) { complete(request); };
  }
  // A running Receive of the command, for the test to report to.
  WSMAN_PLUGIN_REQUEST* begin_receive() {
    std::promise<WSMAN_PLUGIN_REQUEST*> begun;
    script().receive = [&begun](WSMAN_PLUGIN_REQUEST* request, PVOID, auto*) { begun.set_value(request); };
    host_.ask<ipc::ShellCreated>(shell_create());
    host_.ask<ipc::Done>(command_create());
    parked_ = host_.send(stream_receive());
    return begun.get_future().get();
  }
  RunningHost host_{operations_setup()};
  std::uint64_t parked_ = 0;
};

TEST_F(Connecting, AShellSaysWhetherItsPluginSupportsIt) {
  EXPECT_TRUE(host_.ask<ipc::ShellCreated>(shell_create()).supports_connect);
}

TEST_F(Connecting, LeavingDismissesReceivesThatWaitAndLeavesThePluginAlone) {
  auto* const receive = begin_receive();
  host_.ask<ipc::Done>(away());
  EXPECT_EQ(host_.expect<ipc::Failed>(parked_).code, code_disconnected);
  EXPECT_EQ(receive->shutdownNotification, FALSE);
  EXPECT_EQ(report(receive, "while nobody was there"), 0U);
  host_.ask<ipc::Done>(back());
  EXPECT_EQ(text_of(host_.ask<ipc::Received>(stream_receive()), "stdout"), "while nobody was there");
  complete(receive);
}

TEST_F(Connecting, WithoutDropThePluginWaitsForRoom) {
  auto* const receive = begin_receive();
  host_.ask<ipc::Done>(away());
  auto reported = std::async(std::launch::async, [receive] { return report(receive, std::string(3U << 20, 'x')); });
  EXPECT_EQ(reported.wait_for(200ms), std::future_status::timeout);
  host_.ask<ipc::Done>(away(true));  // changes its mind
  EXPECT_EQ(reported.get(), 0U);
  complete(receive);
}

TEST_F(Connecting, WithDropTheOldestOutputIsLostAndTheNewestThere) {
  auto* const receive = begin_receive();
  host_.ask<ipc::Done>(away(true));
  EXPECT_EQ(report(receive, std::string(3U << 20, 'x') + "the end"), 0U);
  complete(receive);
  host_.ask<ipc::Done>(back());
  std::string text;
  for (bool done = false; !done;) {
    const auto answer = host_.ask<ipc::Received>(stream_receive());
    text += text_of(answer, "stdout");
    done = answer.exit_code.has_value();
  }
  EXPECT_LE(text.size(), max_held_per_stream);
  EXPECT_TRUE(text.ends_with("xthe end"));
}

TEST_F(Connecting, ConnectAsksThePluginAndBringsItsAnswer) {
  PVOID shell_context = nullptr;
  script().shell = [&shell_context](PVOID, WSMAN_PLUGIN_REQUEST* request, auto*, auto*) {
    WSManPluginRegisterShutdownCallback(
        request, [](void* it) { complete(static_cast<WSMAN_PLUGIN_REQUEST*>(it)); }, request);
    shell_context = request;
    WSManPluginReportContext(request, 0, request);
  };
  script().connect = [&](WSMAN_PLUGIN_REQUEST* request, PVOID shell, PVOID command, WSMAN_DATA* content) {
    EXPECT_EQ(shell, shell_context);
    EXPECT_EQ(command, nullptr);
    EXPECT_EQ(std::u16string(reinterpret_cast<const char16_t*>(request->resourceUri)), u"urn:resource");
    ASSERT_EQ(content->type, WSMAN_DATA_TYPE_TEXT);
    EXPECT_EQ(std::u16string(reinterpret_cast<const char16_t*>(content->text.buffer), content->text.bufferLength),
              u"<c xmlns=\"urn:c\"/>");
    complete(request, 0, WSMAN_TEXT("<r xmlns=\"urn:r\"/>"));
  };
  host_.ask<ipc::ShellCreated>(shell_create());
  host_.ask<ipc::Done>(away());
  EXPECT_EQ(host_.ask<ipc::Connected>(connect({}, R"(<c xmlns="urn:c"/>)")).open_content, R"(<r xmlns="urn:r"/>)");
}

TEST_F(Connecting, ConnectToACommandBringsItsContextAndNeedsNoContent) {
  script().connect = [](WSMAN_PLUGIN_REQUEST* request, PVOID shell, PVOID command, WSMAN_DATA* content) {
    EXPECT_NE(command, nullptr);
    EXPECT_NE(command, shell);
    EXPECT_EQ(content, nullptr);
    complete(request);
  };
  host_.ask<ipc::ShellCreated>(shell_create());
  host_.ask<ipc::Done>(command_create());
  EXPECT_EQ(host_.ask<ipc::Connected>(connect("C")).open_content, "");
  EXPECT_EQ(host_.ask<ipc::Failed>(connect("nobody")).code, code_unexpected_selectors);
}

TEST_F(Connecting, ARefusalOfThePluginReachesTheClient) {
  script().connect = [](WSMAN_PLUGIN_REQUEST* request, auto...) {
    complete(request, 0x80540FA2, WSMAN_TEXT("no negotiation data"));
  };
  host_.ask<ipc::ShellCreated>(shell_create());
  const auto failed = host_.ask<ipc::Failed>(connect());
  EXPECT_EQ(failed.code, 0x80540FA2U);
  EXPECT_EQ(failed.text, "no negotiation data");
  EXPECT_TRUE(failed.from_plugin);
}

TEST_F(Connecting, AnExceptionIsAFailure) {
  script().connect = [](auto...) { throw 1; };
  host_.ask<ipc::ShellCreated>(shell_create());
  EXPECT_EQ(host_.ask<ipc::Failed>(connect()).code, code_plugin_failed);
}

// O4, O5: a Connect that runs is told to end before its shell, and the shell's context stays until it has completed.
TEST_F(Connecting, AConnectIsEndedBeforeItsShell) {
  std::atomic<int> order = 0;
  std::atomic<int> connect_ended = 0;
  std::atomic<int> shell_released = 0;
  struct Pending {
    std::atomic<int>& order;
    std::atomic<int>& ended;
    WSMAN_PLUGIN_REQUEST* request = nullptr;
  } pending{order, connect_ended};
  std::promise<void> begun;
  script().connect = [&](WSMAN_PLUGIN_REQUEST* request, auto...) {
    pending.request = request;
    WSManPluginRegisterShutdownCallback(
        request,
        [](void* it) {
          auto& that = *static_cast<Pending*>(it);
          EXPECT_EQ(that.request->shutdownNotification, TRUE);
          that.ended = ++that.order;
          complete(that.request, ERROR_OPERATION_ABORTED);
        },
        &pending);
    begun.set_value();
  };
  script().release_shell = [&](PVOID) { shell_released = ++order; };
  host_.ask<ipc::ShellCreated>(shell_create());
  const auto asked = host_.send(connect());
  begun.get_future().wait();
  ipc::ShellDelete gone;
  gone.shell = "S";
  host_.ask<ipc::Done>(gone);
  EXPECT_EQ(host_.expect<ipc::Failed>(asked).code, code_aborted);
  host_.expect_event<ipc::ShellEnded>();
  EXPECT_EQ(connect_ended, 1);
  EXPECT_EQ(shell_released, 2);
}

TEST_F(Connecting, TheTextOfASuccessIsReadForAConnectOnly) {
  // What an author may leave in the argument of other completions is never looked at.
  const auto* const garbage = reinterpret_cast<PCWSTR>(std::uintptr_t{0x10});
  script().signal = [garbage](WSMAN_PLUGIN_REQUEST* request, PVOID, PCWSTR) { complete(request, 0, garbage); };
  host_.ask<ipc::ShellCreated>(shell_create());
  host_.ask<ipc::Done>(command_create());
  host_.ask<ipc::Done>(signal_terminate());
}

// Nobody waits any more: whatever the plug-in says then, the shell stays as it is.
TEST_F(Connecting, ACancelledConnectConnectsNothing) {
  auto* const receive = begin_receive();
  std::promise<WSMAN_PLUGIN_REQUEST*> begun;
  script().connect = [&begun](WSMAN_PLUGIN_REQUEST* request, auto...) { begun.set_value(request); };
  host_.ask<ipc::Done>(away(true));
  host_.expect<ipc::Failed>(parked_);
  const auto asked = host_.send(connect());
  auto* const request = begun.get_future().get();
  host_.send_as(ipc::Cancel{}, asked);
  host_.ask<ipc::Failed>(connect("nobody"));  // the Cancel has been read
  complete(request);
  EXPECT_EQ(report(receive, std::string(3U << 20, 'x')), 0U);  // still dropping
  EXPECT_TRUE(host_.unanswered(asked, 50ms));
  complete(receive);
}

TEST(ConnectSupport, APluginWithoutTheEntryPointHasNone) {
  script_plain_shell();
  auto setup = operations_setup();
  setup.plugins.front().file = NO_CONNECT_PLUGIN;
  RunningHost host(setup);
  EXPECT_FALSE(host.ask<ipc::ShellCreated>(shell_create()).supports_connect);
  EXPECT_EQ(host.ask<ipc::Failed>(connect()).code, code_disconnect_not_supported);
}

}  // namespace
}  // namespace winrmd::host::testing
