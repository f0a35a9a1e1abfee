// Shells and commands in a host, with a plug-in that does what each test says: creation, the order of calls and
// releases, streams, errors.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <thread>

#include "host/testing/running_host.hpp"

namespace winrmd::host::testing {
namespace {

using namespace std::chrono_literals;

void done(WSMAN_PLUGIN_REQUEST* request, DWORD code = 0, PCWSTR text = nullptr) {
  EXPECT_EQ(WSManPluginOperationComplete(request, 0, code, text), 0U);
}

DWORD output(WSMAN_PLUGIN_REQUEST* request, std::string text, DWORD flags = 0, PCWSTR stream = WSMAN_STREAM_ID_STDOUT) {
  WSMAN_DATA data{};
  data.type = WSMAN_DATA_TYPE_BINARY;
  data.binaryData.data = reinterpret_cast<BYTE*>(text.data());
  data.binaryData.dataLength = static_cast<DWORD>(text.size());
  return WSManPluginReceiveResult(request, flags, stream, &data, nullptr, 0);
}

void* pointer(std::uintptr_t value) { return reinterpret_cast<void*>(value); }

// What happened, in order.
class Journal {
 public:
  void add(std::string what) {
    std::lock_guard lock(mutex_);
    entries_.push_back(std::move(what));
  }
  std::vector<std::string> entries() {
    std::lock_guard lock(mutex_);
    return entries_;
  }
  std::size_t place(const std::string& what) {
    const auto all = entries();
    return static_cast<std::size_t>(std::ranges::find(all, what) - all.begin());
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> entries_;
};

class ShellsTest : public ::testing::Test {
 protected:
  ShellsTest() { script_plain_shell(); }

  void create() {
    host_.ask<ipc::ShellCreated>(shell_create());
    host_.ask<ipc::Done>(command_create());
  }

  Journal journal_;
  RunningHost host_{operations_setup()};
};

TEST_F(ShellsTest, ADeletedShellIsReleasedAfterItsCommandsAndThenNobodyKnowsIt) {
  script().release_command = [this](PVOID, PVOID) { journal_.add("command"); };
  script().release_shell = [this](PVOID) { journal_.add("shell"); };
  create();
  ipc::ShellDelete remove;
  remove.shell = "S";
  host_.ask<ipc::Done>(remove);
  EXPECT_EQ(host_.expect_event<ipc::CommandEnded>().command, "C");
  EXPECT_EQ(host_.expect_event<ipc::ShellEnded>().shell, "S");
  EXPECT_EQ(journal_.entries(), (std::vector<std::string>{"command", "shell"}));
  EXPECT_EQ(host_.ask<ipc::Failed>(remove).code, code_unexpected_selectors);
  EXPECT_EQ(host_.ask<ipc::Failed>(command_create()).code, code_unexpected_selectors);
  host_.ask<ipc::ShellCreated>(shell_create());  // the id is free again
}

// The client was told that nothing came of it, so nothing must stay.
TEST_F(ShellsTest, ACancelledCreationEndsWhetherItWasAnsweredOrNot) {
  std::promise<WSMAN_PLUGIN_REQUEST*> asked;
  const auto plain = script().shell;
  script().shell = [&](PVOID, WSMAN_PLUGIN_REQUEST* request, auto*, auto*) { asked.set_value(request); };
  const auto slow = host_.send(shell_create());
  auto* const request = asked.get_future().get();
  host_.send_as(ipc::Cancel{}, slow);
  EXPECT_EQ(host_.expect<ipc::Failed>(slow).code, code_aborted);
  // It comes up after all, and ends when it hears that nobody wants it.
  EXPECT_EQ(WSManPluginReportContext(request, 0, request), 0U);
  WSManPluginRegisterShutdownCallback(request, [](void* it) { done(static_cast<WSMAN_PLUGIN_REQUEST*>(it)); }, request);
  EXPECT_EQ(host_.expect_event<ipc::ShellEnded>().creation, slow);

  script().shell = plain;
  host_.ask<ipc::ShellCreated>(shell_create());
  const auto command = host_.send(command_create());
  host_.expect<ipc::Done>(command);
  host_.send_as(ipc::Cancel{}, command);
  EXPECT_EQ(host_.expect_event<ipc::CommandEnded>().creation, command);
}

TEST_F(ShellsTest, TheStartupInformationIsComplete) {
  script().shell = [](PVOID plugin, WSMAN_PLUGIN_REQUEST* request, WSMAN_SHELL_STARTUP_INFO* info,
                      WSMAN_DATA* content) {
    EXPECT_EQ(plugin, pointer(0x77));
    EXPECT_EQ(info->inputStreamSet->streamIDsCount, 1U);
    EXPECT_EQ(info->outputStreamSet->streamIDsCount, 2U);
    EXPECT_EQ(WSManPosixCompare(info->outputStreamSet->streamIDs[1], WSMAN_TEXT("stderr")), 0);
    EXPECT_EQ(info->idleTimeoutMs, 1234U);
    EXPECT_EQ(WSManPosixCompare(info->workingDirectory, WSMAN_TEXT("/tmp")), 0);
    EXPECT_EQ(WSManPosixCompare(info->name, WSMAN_TEXT("my shell")), 0);
    EXPECT_EQ(info->variableSet->varsCount, 1U);
    EXPECT_EQ(WSManPosixCompare(info->variableSet->vars[0].value, WSMAN_TEXT("\u00e4")), 0);
    EXPECT_EQ(content->type, WSMAN_DATA_TYPE_TEXT);
    EXPECT_EQ(content->text.bufferLength, 4U);
    done(request, 5);
  };
  script().startup = [](PCWSTR application, PCWSTR extra_info, PVOID* context) {
    EXPECT_EQ(WSManPosixCompare(application, WSMAN_TEXT("wsman")), 0);
    EXPECT_EQ(extra_info, nullptr);
    *context = pointer(0x77);
    return 0U;
  };
  auto message = shell_create();
  message.idle_timeout_ms = 1234;
  message.working_directory = "/tmp";
  message.name = "my shell";
  message.environment.push_back({"A", "\xC3\xA4"});
  message.open_content = "<x/>";
  EXPECT_EQ(host_.ask<ipc::Failed>(message).code, 5U);
}

TEST_F(ShellsTest, TheRequestSaysWhoAndWhatAndTheDetailsCanBeFreed) {
  script().shell = [](PVOID, WSMAN_PLUGIN_REQUEST* request, auto*, WSMAN_DATA* content) {
    EXPECT_EQ(content, nullptr);
    EXPECT_EQ(WSManPosixCompare(request->senderDetails->senderName, WSMAN_TEXT("alice")), 0);
    EXPECT_EQ(WSManPosixCompare(request->locale, WSMAN_TEXT("de-DE")), 0);
    EXPECT_EQ(WSManPosixCompare(request->dataLocale, WSMAN_TEXT("fr-FR")), 0);
    EXPECT_EQ(WSManPosixCompare(request->resourceUri, WSMAN_TEXT("urn:resource")), 0);
    EXPECT_EQ(request->shutdownNotification, 0);
    EXPECT_EQ(WaitForSingleObject(request->shutdownNotificationHandle, 0), WAIT_TIMEOUT);
    const auto* const info = reinterpret_cast<WSMAN_OPERATION_INFOEX*>(request->operationInfo);
    EXPECT_EQ(info->version, WSMAN_OPERATION_INFOV2);
    EXPECT_EQ(WSManPosixCompare(info->uiLocale, WSMAN_TEXT("de-DE")), 0);
    EXPECT_EQ(info->optionSet.optionsCount, 2U);
    EXPECT_TRUE(info->optionSet.optionsMustUnderstand);
    EXPECT_TRUE(info->optionSet.options[1].mustComply);
    EXPECT_EQ(WSManPosixCompare(info->optionSet.optionTypes[0], WSMAN_TEXT("xs:int")), 0);
    EXPECT_EQ(info->selectorSet.numberKeys, 1U);
    EXPECT_EQ(WSManPosixCompare(info->selectorSet.keys[0].value, WSMAN_TEXT("v")), 0);
    WSMAN_POSIX_IDENTITY* identity = nullptr;
    ASSERT_EQ(WSManPosixTokenIdentity(request->senderDetails->clientToken, &identity), 0U);
    EXPECT_EQ(identity->groupsCount, 2U);
    WSManPosixFree(identity);
    EXPECT_EQ(WSManPluginFreeRequestDetails(request), 0U);
    EXPECT_EQ(request->senderDetails, nullptr);
    EXPECT_EQ(WSManPluginFreeRequestDetails(request), 0U);
    done(request, 5);
    EXPECT_EQ(WSManPluginFreeRequestDetails(request), 87U);
  };
  auto message = shell_create();
  message.details.options = {{"a", "1", "xs:int", false}, {"b", "2", "", true}};
  message.details.options_must_understand = true;
  message.details.selectors = {{"k", "v"}};
  host_.ask<ipc::Failed>(message);
}

TEST_F(ShellsTest, ACreationWithoutContextFailsWithThePluginsWords) {
  script().shell = [](PVOID, WSMAN_PLUGIN_REQUEST* request, auto*, auto*) {
    done(request, 0x80070005, WSMAN_TEXT("<no/>"));
  };
  const auto failed = host_.ask<ipc::Failed>(shell_create());
  EXPECT_EQ(failed.code, 0x80070005U);
  EXPECT_EQ(failed.text, "<no/>");
  EXPECT_TRUE(failed.from_plugin);
  script().shell = [](PVOID, WSMAN_PLUGIN_REQUEST* request, auto*, auto*) { done(request); };
  EXPECT_EQ(host_.ask<ipc::Failed>(shell_create()).code, code_invalid_response);
}

TEST_F(ShellsTest, AnExceptionFailsTheOperation) {
  script().command = [](auto...) { throw std::runtime_error("x"); };
  host_.ask<ipc::ShellCreated>(shell_create());
  EXPECT_EQ(host_.ask<ipc::Failed>(command_create()).code, code_plugin_failed);
}

TEST_F(ShellsTest, ContextsAreReportedOnceAndOnlyWhereTheyBelong) {
  script().shell = [](PVOID, WSMAN_PLUGIN_REQUEST* request, auto*, auto*) {
    EXPECT_EQ(WSManPluginReportContext(nullptr, 0, pointer(1)), 87U);
    EXPECT_EQ(WSManPluginReportContext(request, 1, pointer(1)), 87U);
    EXPECT_EQ(WSManPluginReportContext(request, 0, nullptr), 87U);
    EXPECT_EQ(WSManPluginReportContext(static_cast<WSMAN_PLUGIN_REQUEST*>(pointer(0x18)), 0, pointer(1)), 87U);
    EXPECT_EQ(WSManPluginReportContext(request, 0, pointer(1)), 0U);
    EXPECT_EQ(WSManPluginReportContext(request, 0, pointer(1)), 87U);
    WSManPluginRegisterShutdownCallback(
        request, [](void* it) { done(static_cast<WSMAN_PLUGIN_REQUEST*>(it)); }, request);
  };
  script().send = [](WSMAN_PLUGIN_REQUEST* request, auto...) {
    EXPECT_EQ(WSManPluginReportContext(request, 0, pointer(1)), 87U);
    EXPECT_EQ(output(request, "x"), 87U);
    done(request);
    EXPECT_EQ(WSManPluginOperationComplete(request, 0, 0, nullptr), 87U);
  };
  create();
  host_.ask<ipc::Done>(stream_send("x"));
}

TEST_F(ShellsTest, B7_ASignalMayArriveWhileReportContextRuns) {
  script().command = [](WSMAN_PLUGIN_REQUEST* request, auto...) {
    WSManPluginRegisterShutdownCallback(
        request, [](void* it) { done(static_cast<WSMAN_PLUGIN_REQUEST*>(it)); }, request);
    WSManPluginReportContext(request, 0, pointer(5));
    std::this_thread::sleep_for(100ms);  // the entry point is slow to return
  };
  std::atomic<bool> signalled = false;
  script().signal = [&](WSMAN_PLUGIN_REQUEST* request, PVOID command, PCWSTR) {
    EXPECT_EQ(command, pointer(5));
    signalled = true;
    done(request);
  };
  create();
  auto signal = signal_terminate();
  signal.code = "urn:other";
  host_.ask<ipc::Done>(signal);
  EXPECT_TRUE(signalled);
}

TEST_F(ShellsTest, PiecesOfOneStreamComeOneAtATime) {
  std::vector<std::string> pieces;
  std::atomic<int> inside = 0;
  script().send = [&](WSMAN_PLUGIN_REQUEST* request, DWORD flags, PVOID, PCWSTR, WSMAN_DATA* data) {
    EXPECT_EQ(++inside, 1);
    pieces.emplace_back(reinterpret_cast<char*>(data->binaryData.data), data->binaryData.dataLength);
    EXPECT_EQ(flags, pieces.size() == 3 ? WSMAN_FLAG_SEND_NO_MORE_DATA : 0U);
    std::thread([request, &inside] {
      std::this_thread::sleep_for(20ms);
      --inside;
      done(request);
    }).detach();
  };
  create();
  const auto a = host_.send(stream_send("one"));
  const auto b = host_.send(stream_send("two"));
  const auto c = host_.send(stream_send("", true));
  for (const auto id : {a, b, c}) host_.expect<ipc::Done>(id);
  EXPECT_EQ(pieces, (std::vector<std::string>{"one", "two", ""}));
  auto wrong = stream_send("x");
  wrong.stream = "nope";
  EXPECT_EQ(host_.ask<ipc::Failed>(wrong).code, code_invalid_input_stream);
}

TEST_F(ShellsTest, TooManyWaitingPiecesAreBusy) {
  std::promise<WSMAN_PLUGIN_REQUEST*> first;
  script().send = [&first](WSMAN_PLUGIN_REQUEST* request, auto...) { first.set_value(request); };
  create();
  std::vector<std::uint64_t> ids;
  ids.push_back(host_.send(stream_send("x")));
  auto* const request = first.get_future().get();
  for (std::size_t i = 0; i < max_waiting_sends; ++i) ids.push_back(host_.send(stream_send("x")));
  EXPECT_EQ(host_.ask<ipc::Failed>(stream_send("x")).code, code_busy);
  script().send = [](WSMAN_PLUGIN_REQUEST* it, auto...) { done(it); };
  done(request);
  for (const auto id : ids) host_.expect<ipc::Done>(id);
}

TEST_F(ShellsTest, SignalsOfOneCommandComeOneAtATime) {
  std::atomic<int> inside = 0;
  script().signal = [&](WSMAN_PLUGIN_REQUEST* request, auto...) {
    EXPECT_EQ(++inside, 1);
    std::this_thread::sleep_for(10ms);
    --inside;
    done(request);
  };
  create();
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < 5; ++i) {
    auto signal = signal_terminate();
    signal.code = "urn:" + std::to_string(i);
    ids.push_back(host_.send(signal));
  }
  for (const auto id : ids) host_.expect<ipc::Done>(id);
}

TEST_F(ShellsTest, AFailedSendOrSignalCarriesThePluginsError) {
  script().send = [](WSMAN_PLUGIN_REQUEST* request, auto...) { done(request, 0x800700E8, WSMAN_TEXT("closed")); };
  script().signal = [](WSMAN_PLUGIN_REQUEST* request, auto...) { done(request, 1); };
  create();
  const auto failed = host_.ask<ipc::Failed>(stream_send("x"));
  EXPECT_EQ(failed.code, 0x800700E8U);
  EXPECT_EQ(failed.text, "closed");
  EXPECT_EQ(host_.ask<ipc::Failed>(signal_terminate()).code, 1U);
  host_.send(stream_receive());  // a failed terminate drops nothing
  script().signal = [](WSMAN_PLUGIN_REQUEST* request, auto...) { done(request); };
  host_.ask<ipc::Done>(signal_terminate());
}

TEST_F(ShellsTest, IdsAreUniqueAndUnknownOnesAreRefused) {
  create();
  EXPECT_EQ(host_.ask<ipc::Failed>(shell_create()).code, code_duplicate_shell);
  EXPECT_EQ(host_.ask<ipc::Failed>(command_create()).code, code_duplicate_command);
  EXPECT_EQ(host_.ask<ipc::Failed>(stream_receive("X")).code, code_unexpected_selectors);
  EXPECT_EQ(host_.ask<ipc::Failed>(stream_send("", true, "X")).code, code_unexpected_selectors);
  EXPECT_EQ(host_.ask<ipc::Failed>(signal_terminate("X")).code, code_unexpected_selectors);
  auto other = shell_create("T");
  other.plugin = "unknown";
  EXPECT_EQ(host_.ask<ipc::Failed>(other).code, code_load_failed);
  const auto failed = host_.ask<ipc::Failed>(stream_receive("X"));
  EXPECT_FALSE(failed.from_plugin);
}

TEST_F(ShellsTest, TextThatIsNoUtf8IsRefusedBeforeThePluginSeesIt) {
  auto message = shell_create();
  message.name = "\xFF";
  EXPECT_EQ(host_.ask<ipc::Failed>(message).code, code_invalid_parameter);
  message = shell_create();
  message.details.sender_name = "\xC0\x80";
  EXPECT_EQ(host_.ask<ipc::Failed>(message).code, code_invalid_parameter);
  create();
  EXPECT_EQ(host_.ask<ipc::Failed>(command_create("D", "\xED\xA0\x80")).code, code_invalid_parameter);
  host_.ask<ipc::Done>(command_create("D"));
}

TEST_F(ShellsTest, OperationParametersTellWhatTheLastMessageSaid) {
  std::promise<WSMAN_PLUGIN_REQUEST*> receive;
  script().receive = [&receive](WSMAN_PLUGIN_REQUEST* request, auto...) {
    WSManPluginRegisterShutdownCallback(
        request, [](void* it) { done(static_cast<WSMAN_PLUGIN_REQUEST*>(it)); }, request);
    receive.set_value(request);
  };
  create();
  host_.ask<ipc::Failed>(stream_receive("C", 1));
  auto* const request = receive.get_future().get();
  auto message = stream_receive("C", 30'000);
  message.details.locale = "it-IT";
  message.details.data_locale.clear();
  message.max_data = 1000;
  const auto parked = host_.send(message);
  host_.ask<ipc::Failed>(stream_receive("X"));  // the one before has been read
  const auto number = [request](DWORD selector) {
    WSMAN_DATA data{};
    EXPECT_EQ(WSManPluginGetOperationParameters(request, selector, &data), 0U);
    EXPECT_EQ(data.type, WSMAN_DATA_TYPE_DWORD);
    return data.number;
  };
  EXPECT_EQ(number(WSMAN_PLUGIN_PARAMS_MAX_ENVELOPE_SIZE), 512'000U);
  EXPECT_EQ(number(WSMAN_PLUGIN_PARAMS_TIMEOUT), 30'000U);
  EXPECT_EQ(number(WSMAN_PLUGIN_PARAMS_LARGEST_RESULT_SIZE), 1000U);
  EXPECT_EQ(output(request, "12345"), 0U);
  EXPECT_EQ(number(WSMAN_PLUGIN_PARAMS_REMAINING_RESULT_SIZE), 995U);
  WSMAN_DATA data{};
  EXPECT_EQ(WSManPluginGetOperationParameters(request, WSMAN_PLUGIN_PARAMS_GET_REQUESTED_LOCALE, &data), 0U);
  EXPECT_EQ(WSManPosixCompare(data.text.buffer, WSMAN_TEXT("it-IT")), 0);
  EXPECT_EQ(data.text.bufferLength, 5U);
  EXPECT_NE(WSManPluginGetOperationParameters(request, WSMAN_PLUGIN_PARAMS_GET_REQUESTED_DATA_LOCALE, &data), 0U);
  EXPECT_EQ(WSManPluginGetOperationParameters(request, 7, &data), 87U);
  EXPECT_EQ(text_of(host_.expect<ipc::Received>(parked), "stdout"), "12345");
}

TEST_F(ShellsTest, EveryCallHasTheClientsLanguage) {
  Journal languages;
  const auto note = [&languages] { languages.add(std::to_string(GetThreadUILanguage())); };
  script().send = [note](WSMAN_PLUGIN_REQUEST* request, auto...) {
    note();
    done(request);
  };
  create();
  auto french = stream_send("x");
  french.details.locale = "fr-FR";
  host_.ask<ipc::Done>(french);
  host_.ask<ipc::Done>(stream_send("x"));
  EXPECT_EQ(languages.entries(), (std::vector<std::string>{"1036", "1031"}));
  EXPECT_EQ(GetThreadUILanguage(), 0x0409);
}

}  // namespace
}  // namespace winrmd::host::testing
