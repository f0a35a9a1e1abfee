// What a shell is to this plug-in: a place (directory, environment, streams) to run commands in.
#pragma once

#include <wsman.h>

#include <expected>
#include <string>
#include <vector>

#include "options.hpp"
#include "process.hpp"

namespace text_shell {

// Settings of the plug-in, from Startup.
struct Settings {
  std::string interpreter = "/bin/sh";  // is called with `-c LINE`
};

// `xml` may be empty. Param `shell`: path of an interpreter, or `login` for the account's login shell.
Settings read_settings(std::string_view xml);

struct Session {
  Settings settings;
  std::vector<std::string> environment{};  // NAME=value
  std::string working_directory{};
  bool want_stdout = true;
  bool want_stderr = true;
};

// The error is a code for the client: a stream that text shells do not have, or a variable without a proper name.
std::expected<Session, DWORD> make_session(const Settings& settings, const WSMAN_SHELL_STARTUP_INFO* startup);

// What to run for a command line; the error is a code for the client (nothing to run, no such program).
std::expected<Launch, DWORD> make_launch(const Session& session, const CommandOptions& options, PCWSTR command,
                                         const WSMAN_COMMAND_ARG_SET* arguments);

}  // namespace text_shell
