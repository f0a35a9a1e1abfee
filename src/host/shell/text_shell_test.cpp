// The shipped text shell in a host: what a client's requests become, end to end within one process.
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <thread>

#include "host/testing/running_host.hpp"

namespace winrmd::host::testing {
namespace {

ipc::HostSetup text_shell_setup(const std::string& xml = {}) {
  ipc::HostSetup setup = operations_setup();
  setup.plugins.front() = {.name = "scripted", .file = TEXT_SHELL_PLUGIN, .initialization_xml = xml};
  return setup;
}

// Ended, or at least a zombie.
bool is_gone(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(status, text);
  return text.empty() || text.find(") Z") != std::string::npos;
}

struct Outcome {
  std::string out;
  std::string err;
  std::uint32_t exit_code = 0;
};

class TextShell : public ::testing::Test {
 protected:
  void create() { host_.ask<ipc::ShellCreated>(shell_create()); }

  Outcome collect(const std::string& command = "C") {
    Outcome outcome;
    for (;;) {
      const auto got = host_.ask<ipc::Received>(stream_receive(command));
      outcome.out += text_of(got, "stdout");
      outcome.err += text_of(got, "stderr");
      if (got.state != state_done) {
        if (::testing::Test::HasFailure()) return outcome;
        continue;
      }
      outcome.exit_code = got.exit_code.value_or(0xFFFF);
      return outcome;
    }
  }

  Outcome run(const std::string& line, std::vector<std::string> arguments = {}, bool skip = false) {
    static int number = 0;
    auto command = command_create("R" + std::to_string(++number), line);
    command.arguments = std::move(arguments);
    if (skip) command.details.options.push_back({.name = "WINRS_SKIP_CMD_SHELL", .value = "TRUE", .type = {}});
    host_.ask<ipc::Done>(command);
    return collect(command.command);
  }

  RunningHost host_{text_shell_setup()};
};

TEST_F(TextShell, RunsACommandAndTellsItsExitCode) {
  create();
  const auto outcome = run("echo hello; echo oops >&2; exit 3");
  EXPECT_EQ(outcome.out, "hello\n");
  EXPECT_EQ(outcome.err, "oops\n");
  EXPECT_EQ(outcome.exit_code, 3U);
}

TEST_F(TextShell, ASecondReceiveAfterDoneFindsNoCommand) {
  create();
  host_.ask<ipc::Done>(command_create("C", "true"));
  EXPECT_EQ(collect().exit_code, 0U);
  EXPECT_EQ(host_.ask<ipc::Failed>(stream_receive()).code, code_unexpected_selectors);
  host_.ask<ipc::Done>(signal_terminate());
  EXPECT_EQ(host_.ask<ipc::Failed>(signal_terminate()).code, code_unexpected_selectors);
}

TEST_F(TextShell, ArgumentsAreAppendedWithBlanks) {
  create();
  EXPECT_EQ(run("echo", {"one", "two  three", "$((1+1))"}).out, "one two three 2\n");
}

TEST_F(TextShell, ACommandInQuotesLosesThem) {
  create();
  EXPECT_EQ(run("\"echo hi\"").out, "hi\n");
  EXPECT_EQ(run("\"echo\"", {"hi"}).out, "hi\n");
}

TEST_F(TextShell, WithoutInterpreterTheProgramRunsDirectly) {
  create();
  EXPECT_EQ(run("echo $HOME \"a  b\"", {}, true).out, "$HOME a  b\n");
}

TEST_F(TextShell, AMissingProgramIsAFaultOnlyWithoutInterpreter) {
  create();
  auto command = command_create("C", "no-such-program-here");
  command.details.options.push_back({.name = "WINRS_SKIP_CMD_SHELL", .value = "TRUE", .type = {}});
  const auto failed = host_.ask<ipc::Failed>(command);
  EXPECT_EQ(failed.code, 2147942402U);
  EXPECT_EQ(failed.text, "The system cannot find the file specified. ");
  const auto outcome = run("no-such-program-here");
  EXPECT_EQ(outcome.exit_code, 127U);
  EXPECT_NE(outcome.err.find("no-such-program-here"), std::string::npos);
}

TEST_F(TextShell, EnvironmentAndDirectoryAreTheShells) {
  auto shell = shell_create();
  shell.environment = {{"GREETING", "gr\xC3\xBC\xC3\x9F dich"}, {"PATH", "/bin"}};
  shell.working_directory = "/usr";
  host_.ask<ipc::ShellCreated>(shell);
  EXPECT_EQ(run("echo $GREETING; pwd; echo $PATH").out, "gr\xC3\xBC\xC3\x9F dich\n/usr\n/bin\n");
}

TEST_F(TextShell, AMissingDirectoryIsAFaultOfTheCommand) {
  auto shell = shell_create();
  shell.working_directory = "/no/such/directory";
  host_.ask<ipc::ShellCreated>(shell);
  EXPECT_EQ(host_.ask<ipc::Failed>(command_create()).code, 2147942667U);
}

TEST_F(TextShell, AVariableWithoutAProperNameIsRefused) {
  auto shell = shell_create();
  shell.environment = {{"A=B", "x"}};
  EXPECT_EQ(host_.ask<ipc::Failed>(shell).code, 87U);
}

TEST_F(TextShell, StreamsItDoesNotHaveAreRefused) {
  auto shell = shell_create();
  shell.input_streams = {"pr"};
  EXPECT_EQ(host_.ask<ipc::Failed>(shell).code, 2150859147U);
  shell = shell_create();
  shell.output_streams = {"stdout", "other"};
  EXPECT_EQ(host_.ask<ipc::Failed>(shell).code, 2150859149U);
}

TEST_F(TextShell, AShellWithStdoutOnlyLosesStderr) {
  auto shell = shell_create();
  shell.output_streams = {"stdout"};
  host_.ask<ipc::ShellCreated>(shell);
  host_.ask<ipc::Done>(command_create("C", "echo a; echo b >&2"));
  auto receive = stream_receive();
  receive.streams = {"stdout"};
  const auto got = host_.ask<ipc::Received>(receive);
  EXPECT_EQ(text_of(got, "stdout"), "a\n");
  EXPECT_EQ(got.state, state_done);
}

TEST_F(TextShell, AnOptionThatMustBeCompliedWithIsRefused) {
  auto shell = shell_create();
  shell.details.options.push_back({.name = "UNKNOWN", .value = "1", .type = {}, .must_comply = true});
  EXPECT_EQ(host_.ask<ipc::Failed>(shell).code, 0x80338051U);
}

TEST_F(TextShell, InputReachesTheProcessUntilItsEnd) {
  create();
  host_.ask<ipc::Done>(command_create("C", "cat"));
  host_.ask<ipc::Done>(stream_send("one "));
  host_.ask<ipc::Done>(stream_send("two"));
  host_.ask<ipc::Done>(stream_send("", true));
  const auto outcome = collect();
  EXPECT_EQ(outcome.out, "one two");
  EXPECT_EQ(outcome.exit_code, 0U);
}

TEST_F(TextShell, ALargeInputGoesThroughWithBackPressure) {
  create();
  host_.ask<ipc::Done>(command_create("C", "wc -c"));
  const std::string piece(400'000, 'x');
  std::vector<std::uint64_t> sends;
  for (int i = 0; i < 10; ++i) sends.push_back(host_.send(stream_send(piece, i == 9)));
  EXPECT_EQ(std::stoul(collect().out), 4'000'000U);
  for (const auto id : sends) host_.expect<ipc::Done>(id);
}

TEST_F(TextShell, InputNobodyReadsKeepsTheSendWaiting) {
  create();
  host_.ask<ipc::Done>(command_create("C", "sleep 60"));
  const auto send = host_.send(stream_send(std::string(1'000'000, 'x')));
  EXPECT_TRUE(host_.unanswered(send, std::chrono::milliseconds(100)));
  host_.ask<ipc::Done>(signal_terminate());
}

TEST_F(TextShell, InputAfterTheEndOfTheProcessIsAccepted) {
  create();
  host_.ask<ipc::Done>(command_create("C", "exit 0"));
  collect();
  host_.ask<ipc::Done>(stream_send("late"));
  host_.ask<ipc::Done>(stream_send(std::string(1'000'000, 'x'), true));
}

TEST_F(TextShell, ALargeOutputArrivesWhole) {
  create();
  const auto outcome = run("head -c 5000000 /dev/zero; echo end >&2; exit 4");
  EXPECT_EQ(outcome.out.size(), 5'000'000U);
  EXPECT_EQ(outcome.err, "end\n");
  EXPECT_EQ(outcome.exit_code, 4U);
}

TEST_F(TextShell, CtrlCInterruptsEvenWhenTheServiceIgnoresIt) {
  struct sigaction ignore{};
  struct sigaction before{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGINT, &ignore, &before);
  create();
  host_.ask<ipc::Done>(command_create("C", "echo ready; sleep 60"));
  EXPECT_EQ(text_of(host_.ask<ipc::Received>(stream_receive()), "stdout"), "ready\n");
  auto signal = signal_terminate();
  signal.code = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal/ctrl_c";
  host_.ask<ipc::Done>(signal);
  EXPECT_EQ(collect().exit_code, 128U + SIGINT);
  host_.ask<ipc::Done>(signal);  // on the finished command: forgets it
  EXPECT_EQ(host_.ask<ipc::Failed>(signal).code, code_unexpected_selectors);
  EXPECT_EQ(host_.expect_event<ipc::CommandEnded>().command, "C");
  ::sigaction(SIGINT, &before, nullptr);
}

TEST_F(TextShell, CtrlBreakTerminates) {
  create();
  host_.ask<ipc::Done>(command_create("C", "sleep 60"));
  auto signal = signal_terminate();
  signal.code = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal/CTRL_BREAK";
  host_.ask<ipc::Done>(signal);
  EXPECT_EQ(collect().exit_code, 128U + SIGTERM);
  signal.code = "urn:unknown";
  EXPECT_EQ(host_.ask<ipc::Failed>(signal).code, 87U);
}

TEST_F(TextShell, TerminateKillsTheWholeGroupEvenWhenItIgnoresTheFirstSignal) {
  create();
  host_.ask<ipc::Done>(command_create("C", "trap '' TERM; sh -c 'sleep 60' & echo $!; while :; do sleep 1; done"));
  const auto got = host_.ask<ipc::Received>(stream_receive());
  const pid_t child = std::stoi(text_of(got, "stdout"));
  EXPECT_EQ(::kill(child, 0), 0);
  const auto parked = host_.send(stream_receive());
  host_.ask<ipc::Done>(signal_terminate());
  EXPECT_EQ(host_.expect<ipc::Failed>(parked).code, code_aborted);
  host_.expect_event<ipc::CommandEnded>();
  for (int i = 0; i < 1000 && !is_gone(child); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_TRUE(is_gone(child));
}

TEST_F(TextShell, ADeletedShellEndsItsProcesses) {
  create();
  host_.ask<ipc::Done>(command_create("C", "echo $$; exec sleep 60"));
  const pid_t child = std::stoi(text_of(host_.ask<ipc::Received>(stream_receive()), "stdout"));
  const auto parked = host_.send(stream_receive());
  ipc::ShellDelete remove;
  remove.shell = "S";
  host_.ask<ipc::Done>(remove);
  EXPECT_EQ(host_.expect<ipc::Failed>(parked).code, code_aborted);
  host_.expect_event<ipc::ShellEnded>();
  EXPECT_TRUE(is_gone(child));
}

TEST_F(TextShell, SomethingInTheBackgroundDoesNotHoldTheEndBack) {
  create();
  const auto began = Clock::now();
  const auto outcome = run("sleep 60 & echo started");
  EXPECT_EQ(outcome.out, "started\n");
  EXPECT_EQ(outcome.exit_code, 0U);
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(10));
}

TEST_F(TextShell, CommandsOfOneShellRunSideBySide) {
  create();
  for (int i = 0; i < 8; ++i)
    host_.ask<ipc::Done>(command_create(std::to_string(i), "sleep 0.5; echo $0 " + std::to_string(i)));
  const auto began = Clock::now();
  for (int i = 0; i < 8; ++i) EXPECT_NE(collect(std::to_string(i)).out.find(std::to_string(i)), std::string::npos);
  EXPECT_LT(Clock::now() - began, std::chrono::milliseconds(3500));
}

TEST_F(TextShell, AReceiveOnTheShellItselfIsAnInvalidParameter) {
  create();
  auto receive = stream_receive();
  receive.command.clear();
  const auto failed = host_.ask<ipc::Failed>(receive);
  EXPECT_EQ(failed.code, 87U);
  EXPECT_EQ(failed.text, "The parameter is incorrect. ");
}

TEST_F(TextShell, ATerminateForTheShellEndsAllItsCommands) {
  create();
  host_.ask<ipc::Done>(command_create("A", "sleep 60"));
  host_.ask<ipc::Done>(command_create("B", "sleep 60"));
  host_.ask<ipc::Done>(signal_terminate(""));
  host_.expect_event<ipc::CommandEnded>();
  host_.expect_event<ipc::CommandEnded>();
}

TEST_F(TextShell, AProcessGetsNoDescriptorsButItsOwn) {
  create();
  EXPECT_EQ(run("ls /proc/self/fd | wc -l").out, "4\n");  // three, and the directory itself
}

TEST_F(TextShell, TheEndOfTheHostEndsEverything) {
  create();
  host_.ask<ipc::Done>(command_create("C", "echo $$; exec sleep 60"));
  const pid_t child = std::stoi(text_of(host_.ask<ipc::Received>(stream_receive()), "stdout"));
  EXPECT_EQ(host_.close_net(), Exit::stopped);
  EXPECT_TRUE(is_gone(child));
}

TEST(TextShellSettings, AnotherInterpreterCanBeConfigured) {
  RunningHost host(text_shell_setup(
      "<InitializationParameters><Param Name=\"shell\" Value=\"/bin/echo\"/></InitializationParameters>"));
  host.ask<ipc::ShellCreated>(shell_create());
  host.ask<ipc::Done>(command_create("C", "hello"));
  EXPECT_EQ(text_of(host.ask<ipc::Received>(stream_receive()), "stdout"), "-c hello\n");
}

}  // namespace
}  // namespace winrmd::host::testing
