#include "session.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>

#include "command_line.hpp"
#include "text.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): not every libc declares it

namespace text_shell {
namespace {

constexpr std::string_view default_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

struct Account {
  std::string name;
  std::string home = "/";
  std::string shell = "/bin/sh";
};

Account account() {
  std::array<char, 4096> space{};
  passwd entry{};
  passwd* found = nullptr;
  Account result;
  if (::getpwuid_r(::geteuid(), &entry, space.data(), space.size(), &found) != 0 || found == nullptr) return result;
  result.name = entry.pw_name;
  if (entry.pw_dir != nullptr && *entry.pw_dir != 0) result.home = entry.pw_dir;
  if (entry.pw_shell != nullptr && *entry.pw_shell != 0) result.shell = entry.pw_shell;
  return result;
}

using Variables = std::map<std::string, std::string>;

Variables inherited_variables() {
  Variables variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t sign = text.find('=');
    if (sign != std::string_view::npos && sign > 0) variables.emplace(text.substr(0, sign), text.substr(sign + 1));
  }
  const Account self = account();
  if (!self.name.empty()) {
    variables["USER"] = variables["LOGNAME"] = self.name;
    variables["SHELL"] = self.shell;
  }
  variables.try_emplace("HOME", self.home);
  variables.try_emplace("PATH", default_path);
  return variables;
}

// Every name in `streams` must be one of `known`.
bool only(const WSMAN_STREAM_ID_SET* streams, std::initializer_list<std::string_view> known) {
  if (streams == nullptr) return true;
  for (DWORD i = 0; i < streams->streamIDsCount; ++i) {
    if (std::ranges::find(known, to_utf8(streams->streamIDs[i])) == known.end()) return false;
  }
  return true;
}

bool has(const WSMAN_STREAM_ID_SET* streams, std::string_view name) {
  if (streams == nullptr || streams->streamIDsCount == 0) return true;
  for (DWORD i = 0; i < streams->streamIDsCount; ++i) {
    if (to_utf8(streams->streamIDs[i]) == name) return true;
  }
  return false;
}

// Accounts of services often have a home that is not there: no reason to refuse a client that asked for no folder.
std::string folder_or_root(const std::string& home) { return ::access(home.c_str(), X_OK) == 0 ? home : "/"; }

std::string value_of(const std::vector<std::string>& environment, std::string_view name) {
  for (const std::string& entry : environment) {
    if (entry.starts_with(name) && entry.size() > name.size() && entry[name.size()] == '=') {
      return entry.substr(name.size() + 1);
    }
  }
  return {};
}

}  // namespace

Settings read_settings(std::string_view xml) {
  Settings settings;
  const std::string shell = parameter(xml, "shell");
  if (shell == "login") {
    settings.interpreter = account().shell;
  } else if (!shell.empty()) {
    settings.interpreter = shell;
  }
  return settings;
}

std::expected<Session, DWORD> make_session(const Settings& settings, const WSMAN_SHELL_STARTUP_INFO* startup) {
  Session session{.settings = settings};
  Variables variables = inherited_variables();
  if (startup != nullptr) {
    if (!only(startup->inputStreamSet, {"stdin"})) return std::unexpected(ERROR_WSMAN_SHELL_INVALID_INPUT_STREAM);
    if (!only(startup->outputStreamSet, {"stdout", "stderr"}))
      return std::unexpected(ERROR_WSMAN_SHELL_INVALID_DESIRED_STREAMS);
    session.want_stdout = has(startup->outputStreamSet, "stdout");
    session.want_stderr = has(startup->outputStreamSet, "stderr");
    session.working_directory = to_utf8(startup->workingDirectory);
    const WSMAN_ENVIRONMENT_VARIABLE_SET* const set = startup->variableSet;
    for (DWORD i = 0; set != nullptr && i < set->varsCount; ++i) {
      std::string name = to_utf8(set->vars[i].name);
      if (name.empty() || name.find('=') != std::string::npos) return std::unexpected(ERROR_INVALID_PARAMETER);
      variables[std::move(name)] = to_utf8(set->vars[i].value);
    }
  }
  if (session.working_directory.empty()) session.working_directory = folder_or_root(variables["HOME"]);
  for (const auto& [name, value] : variables) session.environment.push_back(name + '=' + value);
  return session;
}

std::expected<Launch, DWORD> make_launch(const Session& session, const CommandOptions& options, PCWSTR command,
                                         const WSMAN_COMMAND_ARG_SET* arguments) {
  std::vector<std::string> texts;
  for (DWORD i = 0; arguments != nullptr && i < arguments->argsCount; ++i) {
    texts.push_back(to_utf8(arguments->args[i]));
  }
  Launch launch{.environment = session.environment,
                .working_directory = session.working_directory,
                .want_stdout = session.want_stdout,
                .want_stderr = session.want_stderr};
  std::string line = compose(to_utf8(command), texts);
  if (line.find_first_not_of(" \t") == std::string::npos) return std::unexpected(ERROR_INVALID_PARAMETER);
  const std::string path = value_of(session.environment, "PATH");
  if (options.skip_shell) {
    launch.arguments = split_arguments(line);
    launch.program = find_program(launch.arguments.front(), path);
    if (launch.program.empty()) return std::unexpected(file_not_found);
    return launch;
  }
  const auto is_program = [&path](const std::string& name) {
    const std::string file = find_program(name, path);
    return !file.empty() && ::access(file.c_str(), X_OK) == 0;
  };
  launch.program = session.settings.interpreter;
  launch.arguments = {session.settings.interpreter, "-c", apply_quote_rule(std::move(line), is_program)};
  return launch;
}

}  // namespace text_shell
