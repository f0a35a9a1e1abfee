#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "lib/base/result.hpp"
#include "supervisor/options.hpp"

namespace winrmd::supervisor {
namespace {

constexpr int usage_error = 2;
constexpr std::string_view shell_prefix = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/";

// What CLI11 fills; checked and turned into Options afterwards.
struct Raw {
  std::vector<std::string> users;
  std::vector<std::string> admins;
  std::vector<std::string> plugins;
  std::vector<std::string> authz_parameters;
};

Result<std::pair<std::string, std::string>> split(const std::string& text, char separator, std::string_view form) {
  const auto place = text.find(separator);
  if (place == std::string::npos || place == 0) return fail(fmt::format("'{}' is not of the form {}", text, form));
  return std::pair(text.substr(0, place), text.substr(place + 1));
}

// `echo` for `/x/libecho.so`.
std::string stem(const std::string& file) {
  auto name = std::filesystem::path(file).stem().string();
  return name.starts_with("lib") && name.size() > 3 ? name.substr(3) : name;
}

TryPlugin plugin_from(const std::string& text) {
  const auto place = text.find('=');
  const auto file = text.substr(0, place);
  const auto uri = place == std::string::npos ? std::string(shell_prefix) + stem(file) : text.substr(place + 1);
  return {.file = std::filesystem::absolute(file).lexically_normal().string(), .uri = uri};
}

Result<void> add_users(const std::vector<std::string>& texts, bool admin, std::vector<TryUser>& users) {
  for (const auto& text : texts) {
    auto parts = split(text, ':', "NAME:PASSWORD");
    if (!parts) return std::unexpected(parts.error());
    users.push_back({.name = parts->first, .password = parts->second, .admin = admin});
  }
  return {};
}

Result<void> finish_try(const Raw& raw, TryOptions& options) {
  if (auto added = add_users(raw.users, false, options.users); !added) return added;
  if (auto added = add_users(raw.admins, true, options.users); !added) return added;
  for (const auto& text : raw.plugins) options.plugins.push_back(plugin_from(text));
  for (const auto& text : raw.authz_parameters) {
    auto parts = split(text, '=', "NAME=VALUE");
    if (!parts) return std::unexpected(parts.error());
    options.authz_parameters.push_back(std::move(*parts));
  }
  if (options.authz.empty() && !options.authz_parameters.empty()) return fail("--authz-param needs --authz");
  if (!options.authz.empty()) options.authz = std::filesystem::absolute(options.authz).lexically_normal().string();
  return {};
}

void add_try(CLI::App& app, TryOptions& options, Raw& raw) {
  app.add_option("--port", options.port, "HTTP port on 127.0.0.1 (a free one)")->type_name("N");
  app.add_option("--https-port", options.https_port, "HTTPS port on 127.0.0.1 (a free one)")->type_name("N");
  app.add_option("--user", raw.users, "a user; repeatable (one with a generated password)")
      ->type_name("NAME:PASSWORD")
      ->allow_extra_args(false);
  app.add_option("--admin", raw.admins,
                 "a user who is administrator, where no authorization plug-in says otherwise; repeatable")
      ->type_name("NAME:PASSWORD")
      ->allow_extra_args(false);
  app.add_option("--plugin", raw.plugins, "also load this operations plug-in; repeatable")
      ->type_name("FILE.so[=URI]")
      ->allow_extra_args(false);
  app.add_option("--authz", options.authz, "load this authorization plug-in")->type_name("FILE.so");
  app.add_option("--authz-param", raw.authz_parameters, "an initialization parameter of it; repeatable")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  app.add_flag("--json", options.json, "say what was started in one line of JSON");
  app.add_flag("--as-root", options.as_root, "stay root when started as root (otherwise: nobody)");
  app.add_flag("--verbose", options.verbose, "show the log");
}

}  // namespace

std::expected<Options, int> parse_command_line(int argc, char** argv) {
  Options options;
  Raw raw;
  bool check = false;
  CLI::App app("winrmd, a WinRM (WS-Management) service", "winrmd");
  app.set_version_flag("--version", "winrmd " WINRMD_VERSION);
  auto* config = app.add_option("--config", options.config, "run the service that this file describes");
  config->type_name("FILE");
  app.add_flag("--check-config", check, "say whether the file is good, and do nothing else")->needs(config);
  auto* try_out = app.add_subcommand(
      "try",
      "start a throw-away service on this machine's loopback address, for the current user, without configuration");
  add_try(*try_out, options.try_out, raw);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return std::unexpected(app.exit(error) == 0 ? 0 : usage_error);
  }
  const bool trying = try_out->parsed();
  if (trying == !options.config.empty()) {
    fmt::print(stderr, "winrmd: say either `--config FILE` or `try`; `winrmd --help` tells more\n");
    return std::unexpected(usage_error);
  }
  options.mode = trying ? Mode::try_out : check ? Mode::check : Mode::service;
  if (const auto finished = finish_try(raw, options.try_out); !finished) {
    fmt::print(stderr, "winrmd: {}\n", finished.error().message);
    return std::unexpected(usage_error);
  }
  return options;
}

}  // namespace winrmd::supervisor
