#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "command_line.hpp"
#include "options.hpp"
#include "process.hpp"
#include "session.hpp"
#include "text.hpp"

namespace text_shell {
namespace {

bool no_program(const std::string&) { return false; }

TEST(Compose, JoinsWithOneBlankAndQuotesNothing) {
  EXPECT_EQ(compose("echo", {}), "echo");
  EXPECT_EQ(compose("echo", {"a b", "", "$X"}), "echo a b  $X");
}

TEST(QuoteRule, FollowsCmdExe) {
  const auto only_my_app = [](const std::string& name) { return name == "/opt/my app"; };
  const struct {
    const char* line;
    const char* expected;
  } rows[] = {
      {"echo \"hi\"", "echo \"hi\""},                // does not start with a quote
      {"\"echo hi\"", "echo hi"},                    // what the Ruby client sends
      {"\"ls\" -l", "ls -l"},                        // no blank inside
      {"\"/opt/my app\" -x", "\"/opt/my app\" -x"},  // a program with a blank in its name
      {"\"/opt/no app\" -x", "/opt/no app -x"},      // names no program
      {"\"a b\" \"c d\"", "a b\" \"c d"},            // four quotes: first and last go
      {"\"dir & echo x\"", "dir & echo x"},          // special characters
      {"\"echo \"x\" y\"", "echo \"x\" y"},
      {"\"", ""},
      {"\"echo", "echo"},
      {"", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(apply_quote_rule(row.line, only_my_app), row.expected) << row.line;
  EXPECT_EQ(apply_quote_rule("\"/opt/my app\"", no_program), "/opt/my app");
}

TEST(SplitArguments, FollowsCommandLineToArgvW) {
  using Words = std::vector<std::string>;
  const struct {
    const char* line;
    Words expected;
  } rows[] = {
      {"", {}},
      {"  \t ", {}},
      {"a b  c", {"a", "b", "c"}},
      {"\"C:\\my app\\x\" y", {"C:\\my app\\x", "y"}},
      {"p \"a b\"", {"p", "a b"}},
      {"p \"\"", {"p", ""}},
      {"p a\\\\b", {"p", "a\\\\b"}},
      {"p \"a\\\\\" b", {"p", "a\\", "b"}},
      {"p \\\"a b", {"p", "\"a", "b"}},
      {"p \\\\\\\"a", {"p", "\\\"a"}},
      {"p \"a\"\"b\"", {"p", "a\"b"}},
      {"p a\"b c\"d", {"p", "ab cd"}},
      {"p \"unclosed x", {"p", "unclosed x"}},
      {"p tail\\", {"p", "tail\\"}},
  };
  for (const auto& row : rows) EXPECT_EQ(split_arguments(row.line), row.expected) << row.line;
}

TEST(FindProgram, LooksAlongThePath) {
  EXPECT_EQ(find_program("sh", "/nonexistent:/bin"), "/bin/sh");
  EXPECT_EQ(find_program("sh", ""), "");
  EXPECT_EQ(find_program("", "/bin"), "");
  EXPECT_EQ(find_program("./x", "/bin"), "./x");
  EXPECT_EQ(find_program("passwd", "/etc"), "");  // a file, but no program
}

TEST(Parameter, ReadsWhatTheServiceWrites) {
  const std::string xml =
      "<InitializationParameters><Param Name=\"a\" Value=\"1 &amp; 2\"/><Param Value='/bin/bash' Name='shell' />"
      "</InitializationParameters>";
  EXPECT_EQ(parameter(xml, "a"), "1 & 2");
  EXPECT_EQ(parameter(xml, "shell"), "/bin/bash");
  EXPECT_EQ(parameter(xml, "none"), "");
  for (const char* const bad : {"", "<Param", "<Param Name", "<Param Name=", "<Param Name=\"shell",
                                "<Param Name=\"shell\"/>", "<Param Name=\"shell\" Value=\"x"}) {
    parameter(bad, "shell");
  }
  EXPECT_EQ(read_settings(xml).interpreter, "/bin/bash");
  EXPECT_EQ(read_settings("").interpreter, "/bin/sh");
  EXPECT_FALSE(read_settings("<Param Name=\"shell\" Value=\"login\"/>").interpreter.empty());
}

TEST(Text, ConvertsBothWaysAndRepairs) {
  EXPECT_EQ(to_utf8(u"a\u00e4\u20ac\U0001F600"), "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
  EXPECT_EQ(to_utf16("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"), u"a\u00e4\u20ac\U0001F600");
  const char16_t lone[] = {0xD800, u'x', 0};
  EXPECT_EQ(to_utf8(lone), "\xEF\xBF\xBDx");
  EXPECT_EQ(to_utf8(nullptr), "");
  EXPECT_EQ(to_utf16("\xC0\x80\xED\xA0\x80z\xF0\x9F"), u"\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDz\uFFFD\uFFFD");
  EXPECT_TRUE(equals_ignoring_case("TERMINATE", "terminate"));
  EXPECT_FALSE(equals_ignoring_case("terminat", "terminate"));
}

WSMAN_OPERATION_INFO with(WSMAN_OPTION& option) {
  WSMAN_OPERATION_INFO info{};
  info.optionSet.optionsCount = 1;
  info.optionSet.options = &option;
  return info;
}

TEST(Options, OnlyThoseThatMustBeCompliedWithFail) {
  const struct {
    const WCHAR* name;
    const WCHAR* value;
    DWORD shell;
    DWORD command;
  } rows[] = {
      {WSMAN_TEXT("WINRS_NOPROFILE"), WSMAN_TEXT("TRUE"), 0, ERROR_WSMAN_OPTIONS_NOT_SUPPORTED},
      {WSMAN_TEXT("WINRS_CODEPAGE"), WSMAN_TEXT("65001"), 0, ERROR_WSMAN_OPTIONS_NOT_SUPPORTED},
      {WSMAN_TEXT("WINRS_CODEPAGE"), WSMAN_TEXT("utf"), ERROR_WSMAN_OPTIONS_INVALID_VALUE,
       ERROR_WSMAN_OPTIONS_NOT_SUPPORTED},
      {WSMAN_TEXT("winrs_skip_cmd_shell"), WSMAN_TEXT("false"), ERROR_WSMAN_OPTIONS_NOT_SUPPORTED, 0},
      {WSMAN_TEXT("WINRS_SKIP_CMD_SHELL"), WSMAN_TEXT("maybe"), ERROR_WSMAN_OPTIONS_NOT_SUPPORTED,
       ERROR_WSMAN_OPTIONS_INVALID_VALUE},
      {WSMAN_TEXT("WINRS_CONSOLEMODE_STDIN"), WSMAN_TEXT("1"), ERROR_WSMAN_OPTIONS_NOT_SUPPORTED, 0},
      {WSMAN_TEXT("X"), WSMAN_TEXT(""), ERROR_WSMAN_OPTIONS_NOT_SUPPORTED, ERROR_WSMAN_OPTIONS_NOT_SUPPORTED},
  };
  for (const auto& row : rows) {
    WSMAN_OPTION option{row.name, row.value, TRUE};
    const auto info = with(option);
    const auto shell = check_shell_options(&info);
    const auto command = read_command_options(&info);
    EXPECT_EQ(shell ? 0 : shell.error(), row.shell) << to_utf8(row.name);
    EXPECT_EQ(command ? 0 : command.error(), row.command) << to_utf8(row.name);
    option.mustComply = FALSE;
    EXPECT_TRUE(check_shell_options(&info));
    EXPECT_TRUE(read_command_options(&info));
  }
  EXPECT_TRUE(check_shell_options(nullptr));
}

TEST(Options, SkipShellIsRead) {
  WSMAN_OPTION option{WSMAN_TEXT("WINRS_SKIP_CMD_SHELL"), WSMAN_TEXT("TRUE"), FALSE};
  const auto info = with(option);
  EXPECT_TRUE(read_command_options(&info)->skip_shell);
  EXPECT_FALSE(read_command_options(nullptr)->skip_shell);
}

TEST(MakeLaunch, AnEmptyLineIsAnInvalidParameter) {
  const auto session = make_session({}, nullptr);
  ASSERT_TRUE(session);
  EXPECT_EQ(make_launch(*session, {}, WSMAN_TEXT(" "), nullptr).error(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
  EXPECT_EQ(make_launch(*session, {.skip_shell = true}, WSMAN_TEXT("no-such-program-here"), nullptr).error(),
            file_not_found);
  EXPECT_EQ(make_launch(*session, {}, WSMAN_TEXT("\"echo hi\""), nullptr)->arguments.back(), "echo hi");
}

// The host's own limit on its data is not the commands'.
TEST(ProcessStart, GivesCommandsTheHardDataLimit) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_DATA, &before), 0);
  const rlimit low{.rlim_cur = 64U << 20, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_DATA, &low), 0);
  const auto process = Process::start({.program = "/bin/sh",
                                       .arguments = {"sh", "-c", "ulimit -Sd; ulimit -Hd"},
                                       .environment = {},
                                       .working_directory = "/"});
  rlimit after{};
  ::getrlimit(RLIMIT_DATA, &after);
  ::setrlimit(RLIMIT_DATA, &before);
  EXPECT_EQ(after.rlim_cur, low.rlim_cur) << "the host has its own again";
  ASSERT_TRUE(process);
  pollfd ended{.fd = process->exit_readable.get(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&ended, 1, 20'000), 1);
  std::string text(256, '\0');
  text.resize(static_cast<std::size_t>(::read(process->output.get(), text.data(), text.size())));
  const auto hard = before.rlim_max == RLIM_INFINITY ? "unlimited\n" : std::to_string(before.rlim_max / 1024) + "\n";
  EXPECT_EQ(text, std::string(hard) + hard);
}

}  // namespace
}  // namespace text_shell
