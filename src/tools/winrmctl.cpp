#include "tools/winrmctl.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "lib/text/ascii.hpp"
#include "tools/password_input.hpp"
#include "tools/user_commands.hpp"

namespace winrmd::tools {
namespace {

constexpr int usage_error = 2;

struct Arguments {
  std::string file = default_user_file;
  std::string name;
  std::string account;
  bool password_stdin = false;
};

Result<void> with_password(const Arguments& arguments, Result<void> (*act)(const Arguments&, const std::string&)) {
  auto password = arguments.password_stdin ? read_password_from_stdin() : ask_password(arguments.name);
  if (!password) return std::unexpected(password.error());
  auto result = act(arguments, *password);
  text::wipe(*password);
  return result;
}

Result<void> list(const Arguments& arguments) {
  const auto lines = list_users(arguments.file);
  if (!lines) return std::unexpected(lines.error());
  fmt::print("{}", *lines);
  return {};
}

Result<void> add(const Arguments& arguments) {
  return with_password(arguments, [](const Arguments& given, const std::string& password) {
    return add_user(given.file, given.name, given.account, password);
  });
}

Result<void> passwd(const Arguments& arguments) {
  return with_password(arguments, [](const Arguments& given, const std::string& password) {
    return change_password(given.file, given.name, password);
  });
}

CLI::App* add_command(CLI::App& user, Arguments& arguments, const char* name, const char* what, bool named) {
  auto* command = user.add_subcommand(name, what);
  command->add_option("--file", arguments.file, "the user file")->capture_default_str();
  if (named) command->add_option("NAME", arguments.name, "the user")->required();
  return command;
}

void add_password_option(CLI::App& command, Arguments& arguments) {
  command.add_flag("--password-stdin", arguments.password_stdin,
                   "take the password from the first line of standard input instead of asking");
}

}  // namespace

int winrmctl(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("administers winrmd", "winrmctl");
  app.set_version_flag("--version", "winrmctl " WINRMD_VERSION);
  app.require_subcommand(1);
  auto* user = app.add_subcommand("user", "users of the user file");
  user->require_subcommand(1);
  auto* adding = add_command(*user, arguments, "add", "add a user", true);
  adding->add_option("--account", arguments.account, "the local account that does the user's work");
  add_password_option(*adding, arguments);
  auto* changing = add_command(*user, arguments, "passwd", "change a user's password", true);
  add_password_option(*changing, arguments);
  auto* removing = add_command(*user, arguments, "remove", "remove a user", true);
  add_command(*user, arguments, "list", "list the users", false);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : usage_error;
  }
  const auto result = adding->parsed()     ? add(arguments)
                      : changing->parsed() ? passwd(arguments)
                      : removing->parsed() ? remove_user(arguments.file, arguments.name)
                                           : list(arguments);
  if (result) return 0;
  fmt::print(stderr, "winrmctl: {}\n", result.error().message);
  return 1;
}

}  // namespace winrmd::tools
