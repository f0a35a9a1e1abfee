// The shipped text shell in a host: what a client's requests become, end to end within one process.
#include <gtest/gtest.h>

#include "host/testing/running_host.hpp"

namespace winrmd::host::testing {
namespace {

ipc::HostSetup text_shell_setup(const std::string& xml = {}) {
  ipc::HostSetup setup = operations_setup();
  setup.plugins.front() = {.name = "scripted", .file = TEXT_SHELL_PLUGIN, .initialization_xml = xml};
  return setup;
}

struct Outcome {
  std::string out;
  std::string err;
  std::uint32_t exit_code = 0;
};

class TextShell : public ::testing::Test {
 protected:
  void create() { host_.ask<ipc::Done>(shell_create()); }

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

}  // namespace
}  // namespace winrmd::host::testing
