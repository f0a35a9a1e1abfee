// wsman.hpp for shell plug-ins: the entry points that WSMAN_SHELL_PLUGIN makes, with a host that writes down.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <new>
#include <string>
#include <thread>
#include <wsman.hpp>

#include "host/wsmsvc/testing/fake_backend.hpp"

namespace {

using winrmd::wsmsvc::FakeBackend;

std::atomic<int> objects = 0;  // shells and commands that exist

struct Counted {
  Counted() { ++objects; }
  ~Counted() { --objects; }
};

// Does what its command line says, so that each test is one line of script.
class Scripted : public wsman::Command, Counted {
 public:
  void send(wsman::Send request) override {
    if (request.bytes() == "drop") return;
    if (request.bytes() == "throw") throw wsman::Error(ERROR_FILE_NOT_FOUND, u"no such thing");
    if (request.bytes() == "throw nothing wrong") throw wsman::Error(NO_ERROR);
    if (request.bytes() == "throw memory") throw std::bad_alloc();
    if (request.bytes() == "throw number") throw 7;
    if (request.bytes() == "complete and throw") {
      request.complete(NO_ERROR);
      throw wsman::Error(ERROR_FILE_NOT_FOUND);
    }
    heard += request.bytes();
    last = request.is_last();
    stream = request.stream();
    request.complete();
  }
  void receive(wsman::Receive request) override { output = request; }

  std::string heard;
  wsman::String stream;
  bool last = false;
  wsman::Receive output;
};

class ScriptedShell : public wsman::Shell, Counted {
 public:
  void command(wsman::NewCommand request) override {
    request.check_options({u"WINRS_CONSOLEMODE_STDIN"});
    if (request.line() == u"refuse") throw wsman::Error(ERROR_NOT_SUPPORTED);
    if (request.line() == u"twice") {
      const auto same = std::make_shared<Scripted>();
      request.accept(same);
      second = request.accept(same);
      return;
    }
    if (request.line() == u"nothing") {
      request.accept(nullptr);
      return;
    }
    latest = std::make_shared<Scripted>();
    const auto made = latest;
    arguments = request.argument_count();
    first_argument = request.argument(0);
    request.accept(made);
  }

  std::shared_ptr<Scripted> latest;
  std::size_t arguments = 0;
  wsman::String first_argument;
  DWORD second = 0;
};

class ScriptedPlugin : public wsman::ShellPlugin {
 public:
  explicit ScriptedPlugin(const wsman::Startup& startup) {
    if (startup.parameter("fail")) throw wsman::Error(ERROR_INVALID_DATA);
    application = startup.application();
  }
  void shell(wsman::NewShell request) override {
    if (request.content() == u"<drop/>") return;
    latest = std::make_shared<ScriptedShell>();
    request.accept(latest);
  }

  wsman::String application;
  std::shared_ptr<ScriptedShell> latest;
};

}  // namespace

WSMAN_SHELL_PLUGIN(ScriptedPlugin)
WSMAN_SHELL_PLUGIN_CONNECT

namespace {

class Shells : public testing::Test {
 protected:
  Shells() {
    EXPECT_EQ(WSManPluginStartup(0, u"wsman", nullptr, &context), NO_ERROR);
    WSManPluginShell(context, &shell, 0, nullptr, nullptr);
    if (!host.reports.empty()) shell_context = host.reports.back().context;
  }
  ~Shells() override {
    if (command_context != nullptr) WSManPluginReleaseCommandContext(shell_context, command_context);
    if (!host.is_complete(&shell)) host.shut_down(&shell);
    EXPECT_TRUE(host.is_complete(&shell));
    WSManPluginReleaseShellContext(shell_context);
    EXPECT_EQ(WSManPluginShutdown(context, 0, 2), NO_ERROR);
    EXPECT_EQ(objects, 0) << "each context is released once";
  }

  ScriptedShell& object() { return *static_cast<ScriptedPlugin*>(context)->latest; }
  Scripted& running() { return *object().latest; }
  void run(PCWSTR line = u"run") {
    const std::size_t before = host.reports.size();
    WSManPluginCommand(&command, 0, shell_context, line, nullptr);
    if (host.reports.size() > before) command_context = host.reports.back().context;
  }
  FakeBackend::Completion send(std::string bytes, DWORD flags = 0) {
    WSMAN_PLUGIN_REQUEST request = {};
    WSMAN_DATA data = {};
    data.type = WSMAN_DATA_TYPE_BINARY;
    data.binaryData = {static_cast<DWORD>(bytes.size()), reinterpret_cast<BYTE*>(bytes.data())};
    const std::size_t before = host.completions.size();
    WSManPluginSend(&request, flags, shell_context, command_context, u"stdin", &data);
    EXPECT_EQ(host.completions.size(), before + 1) << "one answer, always";
    return host.completions.back();
  }
  FakeBackend::Completion signal(PCWSTR code) {
    WSMAN_PLUGIN_REQUEST request = {};
    const std::size_t before = host.completions.size();
    WSManPluginSignal(&request, 0, shell_context, command_context, code);
    return host.completions.at(before);
  }

  FakeBackend host;
  void* context = nullptr;
  WSMAN_PLUGIN_REQUEST shell = {};
  WSMAN_PLUGIN_REQUEST command = {};
  void* shell_context = nullptr;
  void* command_context = nullptr;
};

TEST_F(Shells, reports_what_it_accepts_and_ends_when_told) {
  EXPECT_EQ(static_cast<ScriptedPlugin*>(context)->application, u"wsman");
  run();
  ASSERT_EQ(host.reports.size(), 2U);
  EXPECT_FALSE(host.is_complete(&command));
  EXPECT_FALSE(running().is_ending());
  host.shut_down(&command);
  EXPECT_EQ(host.completions.back().request, &command);
  EXPECT_EQ(host.completions.back().code, NO_ERROR);
  EXPECT_TRUE(running().is_ending());
  EXPECT_FALSE(running().finish()) << "once";
}

TEST_F(Shells, hands_input_to_the_command_it_is_for) {
  run();
  EXPECT_EQ(send("one ").code, NO_ERROR);
  EXPECT_FALSE(running().last);
  EXPECT_EQ(send("two", WSMAN_FLAG_SEND_NO_MORE_DATA).code, NO_ERROR);
  EXPECT_EQ(running().heard, "one two");
  EXPECT_EQ(running().stream, u"stdin");
  EXPECT_TRUE(running().last);
  running().finish();
}

TEST_F(Shells, answers_for_what_is_dropped_or_thrown) {
  run();
  EXPECT_EQ(send("drop").code, ERROR_INTERNAL_ERROR);
  EXPECT_EQ(host.completions.back().text, u"The plug-in dropped the operation.");
  EXPECT_EQ(send("throw").code, ERROR_FILE_NOT_FOUND);
  EXPECT_EQ(host.completions.back().text, u"no such thing");
  EXPECT_EQ(send("throw nothing wrong").code, ERROR_INTERNAL_ERROR);
  EXPECT_EQ(send("throw memory").code, ERROR_OUTOFMEMORY);
  EXPECT_EQ(send("throw number").code, ERROR_INTERNAL_ERROR);
  EXPECT_EQ(send("complete and throw").code, NO_ERROR);
  running().finish(ERROR_OPERATION_ABORTED, u"why");
  EXPECT_EQ(host.completions.back().text, u"why");
}

TEST_F(Shells, calls_without_a_command_are_for_the_shell_which_knows_none) {
  EXPECT_EQ(send("x").code, ERROR_NOT_SUPPORTED);
  WSMAN_PLUGIN_REQUEST receive = {};
  WSManPluginReceive(&receive, 0, shell_context, nullptr, nullptr);
  EXPECT_EQ(host.completions.back().code, ERROR_NOT_SUPPORTED);
  WSMAN_PLUGIN_REQUEST connect = {};
  WSManPluginConnect(&connect, 0, shell_context, nullptr, nullptr);
  EXPECT_EQ(host.completions.back().code, ERROR_NOT_SUPPORTED);
}

TEST_F(Shells, end_commands_on_signals_that_end_and_refuse_others) {
  run();
  EXPECT_EQ(signal(u"powershell/signal/crtl_c").code, ERROR_NOT_SUPPORTED);
  EXPECT_FALSE(host.is_complete(&command));
  EXPECT_EQ(signal(WSMAN_SIGNAL_SHELL_CODE_CTRL_C).code, NO_ERROR);
  EXPECT_TRUE(host.is_complete(&command));
  EXPECT_EQ(host.completions.back().request, &command) << "the signal is answered before what it ends";
}

TEST_F(Shells, output_goes_out_until_the_command_is_done) {
  run();
  WSMAN_PLUGIN_REQUEST receive = {};
  PCWSTR names[] = {u"stdout"};
  WSMAN_STREAM_ID_SET streams = {1, names};
  WSManPluginReceive(&receive, 0, shell_context, command_context, &streams);
  const auto& output = running().output;
  EXPECT_TRUE(output.wants(u"STDOUT"));
  EXPECT_FALSE(output.wants(u"stderr"));
  EXPECT_EQ(output.write(WSMAN_STREAM_ID_STDOUT, "hello"), NO_ERROR);
  EXPECT_EQ(output.write(WSMAN_STREAM_ID_STDOUT, "", WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA), NO_ERROR);
  EXPECT_TRUE(output.done(3));
  EXPECT_EQ(output.write(WSMAN_STREAM_ID_STDOUT, "late"), ERROR_INVALID_PARAMETER);
  ASSERT_EQ(host.outputs.size(), 3U);
  EXPECT_EQ(host.outputs[0].bytes, "hello");
  EXPECT_EQ(host.outputs[0].flags, DWORD{WSMAN_FLAG_RECEIVE_FLUSH});
  EXPECT_EQ(host.outputs[1].flags, DWORD{WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA});
  EXPECT_EQ(host.outputs[2].state, WSMAN_COMMAND_STATE_DONE);
  EXPECT_EQ(host.outputs[2].exit_code, 3U);
  EXPECT_TRUE(host.is_complete(&receive));
  running().finish();
}

TEST_F(Shells, a_command_that_could_not_be_reported_is_gone_and_complete) {
  host.result = ERROR_INVALID_PARAMETER;
  WSManPluginCommand(&command, 0, shell_context, u"run", nullptr);
  host.result = NO_ERROR;
  EXPECT_EQ(host.completions.back().request, &command);
  EXPECT_EQ(host.completions.back().code, ERROR_INVALID_PARAMETER);
  object().latest.reset();
  EXPECT_EQ(objects, 1) << "the shell alone";
}

TEST_F(Shells, refuse_by_throwing) {
  run(u"refuse");
  EXPECT_EQ(host.completions.back().code, ERROR_NOT_SUPPORTED);
  EXPECT_EQ(command_context, nullptr);
}

TEST_F(Shells, an_object_serves_one_command_and_nothing_is_no_object) {
  run(u"twice");
  EXPECT_EQ(object().second, ERROR_INVALID_PARAMETER);
  EXPECT_EQ(host.completions.back().request, &command);
  EXPECT_EQ(host.completions.back().code, ERROR_INTERNAL_ERROR);
  WSMAN_PLUGIN_REQUEST other = {};
  WSManPluginCommand(&other, 0, shell_context, u"nothing", nullptr);
  EXPECT_EQ(host.completions.back().request, &other);
  EXPECT_EQ(host.completions.back().code, ERROR_INTERNAL_ERROR);
}

TEST_F(Shells, options_are_known_or_refused_when_the_client_insists) {
  WSMAN_OPTION option = {u"winrs_consolemode_stdin", u"TRUE", TRUE};
  WSMAN_OPERATION_INFO info = {};
  info.optionSet.options = &option;
  info.optionSet.optionsCount = 1;
  command.operationInfo = &info;
  run();
  EXPECT_FALSE(host.is_complete(&command));
  running().finish();
  option.name = u"NO_SUCH_OPTION";
  WSMAN_PLUGIN_REQUEST other = {};
  other.operationInfo = &info;
  WSManPluginCommand(&other, 0, shell_context, u"run", nullptr);
  EXPECT_EQ(host.completions.back().code, ERROR_WSMAN_OPTIONS_NOT_SUPPORTED);
}

TEST_F(Shells, arguments_are_at_hand_and_beyond_them_is_nothing) {
  PCWSTR arguments[] = {u"a", u"b"};
  WSMAN_COMMAND_ARG_SET set = {2, arguments};
  WSManPluginCommand(&command, 0, shell_context, u"run", &set);
  command_context = host.reports.back().context;
  EXPECT_EQ(object().arguments, 2U);
  EXPECT_EQ(object().first_argument, u"a");
  EXPECT_EQ(wsman::NewCommand(nullptr, nullptr, nullptr).argument(0), u"");
  running().finish();
}

TEST(Startup, that_throws_returns_the_code_and_leaves_nothing) {
  FakeBackend host;
  void* context = &host;
  EXPECT_EQ(WSManPluginStartup(
                0, u"wsman", u"<InitializationParameters><Param Name=\"fail\" Value=\"1\"/></InitializationParameters>",
                &context),
            ERROR_INVALID_DATA);
  EXPECT_EQ(context, nullptr);
  EXPECT_EQ(WSManPluginStartup(0, u"wsman", nullptr, nullptr), ERROR_INVALID_PARAMETER);
}

TEST(NewShell, that_is_dropped_is_refused) {
  FakeBackend host;
  void* context = nullptr;
  ASSERT_EQ(WSManPluginStartup(0, u"wsman", nullptr, &context), NO_ERROR);
  WSMAN_PLUGIN_REQUEST request = {};
  WSMAN_DATA content = {};
  content.type = WSMAN_DATA_TYPE_TEXT;
  content.text = {7, u"<drop/>"};
  WSManPluginShell(context, &request, 0, nullptr, &content);
  EXPECT_EQ(host.completions.back().code, ERROR_INTERNAL_ERROR);
  EXPECT_TRUE(host.reports.empty());
  EXPECT_EQ(WSManPluginShutdown(context, 0, 2), NO_ERROR);
}

}  // namespace
