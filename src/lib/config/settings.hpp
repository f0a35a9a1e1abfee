// The typed settings of /etc/winrmd/winrmd.toml and the one function that reads them. Every error names file, line and
// key; unknown keys are errors. docs/configuration.md has one entry for each key.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.hpp"

namespace winrmd::config {

struct Listener {
  std::string address;     // numeric IPv4 or IPv6
  std::uint16_t port = 0;  // 0: any free port
  bool tls = false;
  std::string certificate;  // PEM file, chain; required with tls
  std::string key;          // PEM file
  bool basic = false;       // Basic is offered; over clear text only with allow_unencrypted
  bool allow_unencrypted = false;
};

struct Resource {
  std::string uri;
  bool exact_match = false;
  bool supports_options = true;
};

struct Plugin {
  std::string name;
  std::string file;  // absolute path
  std::vector<Resource> resources;
  std::vector<std::pair<std::string, std::string>> parameters;  // become <InitializationParameters>
  bool shared_process = false;
  std::chrono::milliseconds process_idle_timeout{0};
};

struct AuthorizationPlugin {
  std::string name;  // empty: none
  std::string file;
  std::vector<std::pair<std::string, std::string>> parameters;
  // Accounts the plug-in may choose for a user besides the user's own and the service account.
  std::vector<std::string> accounts;
};

struct Application {
  std::string path;  // `wsman`
  std::vector<Plugin> plugins;
  AuthorizationPlugin authorization;
  std::vector<std::string> administrators;
  std::chrono::milliseconds user_record_idle_timeout{900'000};
  std::chrono::milliseconds refresh_interval{900'000};
  std::chrono::milliseconds authorization_timeout{30'000};
};

struct Limits {
  std::uint32_t max_envelope_size_kb = 500;
  std::chrono::milliseconds max_operation_timeout{60'000};
  std::uint32_t max_connections = 300;
  std::chrono::milliseconds request_read_timeout{120'000};
  std::chrono::milliseconds connection_idle_timeout{180'000};
  std::chrono::milliseconds shell_idle_timeout{7'200'000};
  std::chrono::milliseconds max_shell_idle_timeout{86'400'000};
  std::uint32_t max_shells_per_user = 30;
  std::uint32_t max_commands_per_shell = 1000;
  std::uint32_t host_call_threads = 16;
  std::chrono::milliseconds host_call_deadline{60'000};
};

// Accounts the processes run under when winrmd is started as root.
struct Accounts {
  std::string net = "_winrmd";
  std::string auth = "_winrmd-auth";
  std::string authorization = "_winrmd-authz";
  std::string service = "_winrmd-svc";  // a NULL impersonationToken
  bool allow_root = false;              // let a log-in or an authorization plug-in choose an account with uid 0
};

struct Settings {
  std::vector<Listener> listeners;
  std::string user_file;
  std::vector<Application> applications;
  Limits limits;
  Accounts accounts;
  std::string log_file;    // empty: standard error
  std::string audit_file;  // empty: standard error
  std::string log_level = "info";
};

// `name` is what errors call the text (the file's name). The error message reads `FILE:LINE: KEY: what is wrong`.
Result<Settings> parse(std::string_view toml, std::string_view name);
Result<Settings> load(const std::string& file);

}  // namespace winrmd::config
