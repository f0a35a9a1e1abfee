#include "tools/winrmctl.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "lib/text/ascii.hpp"
#include "tools/cert_commands.hpp"
#include "tools/password_input.hpp"
#include "tools/plugin_check/check.hpp"
#include "tools/plugin_commands.hpp"
#include "tools/plugin_new/project.hpp"
#include "tools/reload_command.hpp"
#include "tools/user_commands.hpp"

namespace winrmd::tools {
namespace {

constexpr int usage_error = 2;

struct Arguments {
  std::string file = default_user_file;
  std::string ntlm_file{};
  bool ntlm = false;
  std::string name;
  std::string account;
  bool password_stdin = false;
  std::string shown = default_certificate_file;
  CertificateRequest certificate{};
  std::string config = default_config_file;
  std::string socket{};
  PluginPlace plugins{.config = default_config_file};
  std::string plugin_file{};
  NewPlugin project{};
  check::Options check{};
};

UserFiles files(const Arguments& arguments) {
  return {.users = arguments.file,
          .ntlm = arguments.ntlm_file.empty() ? arguments.file + ntlm_suffix : arguments.ntlm_file};
}

Ntlm ntlm(const Arguments& arguments) { return arguments.ntlm ? Ntlm::yes : Ntlm::as_before; }

using Command = Result<void> (*)(const Arguments&);

Result<void> with_password(const Arguments& arguments, Result<void> (*act)(const Arguments&, const std::string&)) {
  auto password = arguments.password_stdin ? read_password_from_stdin() : ask_password(arguments.name);
  if (!password) return std::unexpected(password.error());
  auto result = act(arguments, *password);
  text::wipe(*password);
  return result;
}

Result<void> print(const Result<std::string>& text) {
  if (!text) return std::unexpected(text.error());
  fmt::print("{}", *text);
  return {};
}

Result<void> list(const Arguments& arguments) { return print(list_users(files(arguments))); }

Result<void> remove(const Arguments& arguments) { return remove_user(files(arguments), arguments.name); }

Result<void> make(const Arguments& arguments) { return print(make_certificate(arguments.certificate)); }

Result<void> show(const Arguments& arguments) { return print(show_certificate(arguments.shown)); }

Result<void> reload(const Arguments& arguments) { return print(reload_service(arguments.config, arguments.socket)); }

Result<void> list_all(const Arguments& arguments) { return print(list_plugins(arguments.plugins)); }

Result<void> show_one(const Arguments& arguments) { return print(show_plugin(arguments.plugins, arguments.name)); }

Result<void> register_one(const Arguments& arguments) {
  return print(register_plugin(arguments.plugins, arguments.plugin_file));
}

Result<void> enable(const Arguments& arguments) {
  return print(enable_plugin(arguments.plugins, arguments.name, true));
}

Result<void> disable(const Arguments& arguments) {
  return print(enable_plugin(arguments.plugins, arguments.name, false));
}

Result<void> unregister(const Arguments& arguments) {
  return print(unregister_plugin(arguments.plugins, arguments.name));
}

Result<void> begin_project(const Arguments& arguments) { return print(new_plugin(arguments.project)); }

Result<void> add(const Arguments& arguments) {
  return with_password(arguments, [](const Arguments& given, const std::string& password) {
    return add_user(files(given), given.name, given.account, password, ntlm(given));
  });
}

Result<void> passwd(const Arguments& arguments) {
  return with_password(arguments, [](const Arguments& given, const std::string& password) {
    return change_password(files(given), given.name, password, ntlm(given));
  });
}

// Each leaf of the command line sets `chosen` when it was parsed.
CLI::App* leaf(CLI::App& above, const char* name, const char* what, Command command, Command& chosen) {
  auto* made = above.add_subcommand(name, what);
  made->callback([&chosen, command] { chosen = command; });
  return made;
}

void add_user_commands(CLI::App& app, Arguments& arguments, Command& chosen) {
  auto* user = app.add_subcommand("user", "users of the user file");
  user->require_subcommand(1);
  const auto add_one = [&](const char* name, const char* what, Command command, bool named) {
    auto* made = leaf(*user, name, what, command, chosen);
    made->add_option("--file", arguments.file, "the user file")->capture_default_str();
    made->add_option("--ntlm-file", arguments.ntlm_file, "the file of NT hashes (default: the user file's name.ntlm)");
    if (named) made->add_option("NAME", arguments.name, "the user")->required();
    return made;
  };
  const auto with_password_option = [&](CLI::App* command) {
    command->add_flag("--password-stdin", arguments.password_stdin,
                      "take the password from the first line of standard input instead of asking");
    command->add_flag("--ntlm", arguments.ntlm, "let the user log in by NTLM: keeps an NT hash of the password");
  };
  auto* adding = add_one("add", "add a user", add, true);
  adding->add_option("--account", arguments.account, "the local account that does the user's work");
  with_password_option(adding);
  with_password_option(add_one("passwd", "change a user's password", passwd, true));
  add_one("remove", "remove a user", remove, true);
  add_one("list", "list the users", list, false);
}

void add_cert_commands(CLI::App& app, Arguments& arguments, Command& chosen) {
  auto* cert = app.add_subcommand("cert", "the certificate of the service");
  cert->require_subcommand(1);
  auto& request = arguments.certificate;
  auto* making = leaf(*cert, "make", "make a self-signed certificate for this host, and its key", make, chosen);
  making->add_option("--cert", request.certificate, "where the certificate goes")->capture_default_str();
  making->add_option("--key", request.key, "where the key goes")->capture_default_str();
  making
      ->add_option("--name", request.names,
                   "one more name or address that clients call this host by, besides its own names; repeatable")
      ->allow_extra_args(false);
  making->add_option("--days", request.days, "how long it is valid")->capture_default_str();
  making->add_flag("--rsa", request.rsa, "RSA, for clients that are too old for elliptic curves");
  making->add_flag("--force", request.force, "take the place of files that are there");
  auto* showing = leaf(*cert, "show", "say what is in a certificate, and its thumbprints", show, chosen);
  showing->add_option("FILE", arguments.shown, "the certificate")->capture_default_str();
}

void add_reload_command(CLI::App& app, Arguments& arguments, Command& chosen) {
  auto* reloading =
      leaf(app, "reload", "let the running service read certificates and log-in settings again", reload, chosen);
  reloading->add_option("--config", arguments.config, "the configuration of the service")->capture_default_str();
  reloading->add_option("--socket", arguments.socket, "its control socket, instead of the one in the configuration");
}

void add_check_command(CLI::App& plugin, check::Options& options) {
  auto* checking =
      plugin.add_subcommand("check", "play scripted clients against a plug-in, and say what it does wrong");
  checking->add_option("FILE", options.file, "the library");
  checking->add_option("--kind", options.kind, "what it is for (default: what it exports says)")
      ->check(CLI::IsMember({"authz", "shell", "resource"}));
  checking->add_option("--config", options.config, "its PlugInConfiguration document");
  checking->add_option("--parameter", options.parameters, "NAME=VALUE for its Startup; repeatable")
      ->allow_extra_args(false);
  checking->add_option("--scenario", options.scenarios, "play this one only; repeatable")->allow_extra_args(false);
  checking->add_option("--user", options.user, "who the clients log in as (default: whoever runs this)");
  checking->add_option("--command", options.command, "what shells are asked to run")->capture_default_str();
  checking->add_option("--resource", options.resource_uri, "the resource URI that it is asked for");
  checking->add_option("--selector", options.selectors, "NAME=VALUE of the instance to be used; repeatable")
      ->allow_extra_args(false);
  checking->add_option("--body", options.body, "XML that Create brings, and Put where nothing can be read")
      ->capture_default_str();
  checking->add_option("--action", options.action, "the action of Invoke (default: an invented one)");
  checking->add_option("--input", options.input, "XML that Invoke brings (default: none)");
  checking->add_option("--timeout", options.timeout_ms, "milliseconds for one answer")
      ->capture_default_str()
      ->check(CLI::Range(100, 600'000));
  checking->add_option("--memory", options.memory_mb, "MiB of data that its process may have; 0: no limit")
      ->capture_default_str();
  checking->add_flag("--json", options.json, "the report as JSON");
  checking->add_flag("--list", options.list, "say what scenarios there are, and check nothing");
  checking->add_flag("--verbose", options.verbose, "show what the plug-in and its host write to standard error");
}

void add_plugin_commands(CLI::App& app, Arguments& arguments, Command& chosen) {
  auto* plugin = app.add_subcommand("plugin", "plug-ins: their registrations, and projects of your own");
  plugin->require_subcommand(1);
  const auto add_one = [&](const char* name, const char* what, Command command, bool named) {
    auto* made = leaf(*plugin, name, what, command, chosen);
    made->add_option("--config", arguments.plugins.config, "the configuration of the service")->capture_default_str();
    made->add_option("--application", arguments.plugins.application,
                     "path of the application, where there are several");
    if (named) made->add_option("NAME", arguments.name, "the plug-in")->required();
    return made;
  };
  add_one("list", "list the plug-ins", list_all, false);
  add_one("show", "show a plug-in's registration, as XML", show_one, true);
  add_one("register", "register a plug-in", register_one, false)
      ->add_option("FILE", arguments.plugin_file, "its PlugInConfiguration document")
      ->required();
  add_one("enable", "let clients reach a plug-in", enable, true);
  add_one("disable", "keep a plug-in registered, but from clients", disable, true);
  add_one("unregister", "take a plug-in's registration away", unregister, true);
  auto* beginning = leaf(*plugin, "new", "begin a project for a plug-in, with tests", begin_project, chosen);
  beginning->add_option("NAME", arguments.project.name, "name of the plug-in and of its folder")->required();
  beginning->add_option("--kind", arguments.project.kind, "what it is for")
      ->required()
      ->check(CLI::IsMember(plugin_kinds()));
  add_check_command(*plugin, arguments.check);
  beginning->add_option("--folder", arguments.project.folder, "where its folder is made (default: here)");
}

}  // namespace

int winrmctl(int argc, char** argv) {
  Arguments arguments;
  Command chosen = nullptr;
  CLI::App app("administers winrmd", "winrmctl");
  app.set_version_flag("--version", "winrmctl " WINRMD_VERSION);
  app.require_subcommand(1);
  add_user_commands(app, arguments, chosen);
  add_cert_commands(app, arguments, chosen);
  add_reload_command(app, arguments, chosen);
  add_plugin_commands(app, arguments, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : usage_error;
  }
  // The one command that has more to say than whether it worked.
  if (chosen == nullptr) return check::check_plugin(arguments.check);
  const auto result = chosen(arguments);
  if (result) return 0;
  fmt::print(stderr, "winrmctl: {}\n", result.error().message);
  return 1;
}

}  // namespace winrmd::tools
