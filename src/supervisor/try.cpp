#include "supervisor/try.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "lib/config/library_file.hpp"
#include "lib/log/log.hpp"
#include "lib/text/guid.hpp"
#include "lib/tls/tls.hpp"
#include "lib/users/nt_hash.hpp"
#include "lib/users/ntlm_file.hpp"
#include "lib/users/password.hpp"
#include "lib/users/user_file.hpp"
#include "lib/users/user_store.hpp"
#include "supervisor/identity.hpp"
#include "supervisor/listeners.hpp"
#include "supervisor/prepare.hpp"
#include "supervisor/scratch_folder.hpp"
#include "supervisor/try_configuration.hpp"

namespace winrmd::supervisor {
namespace {

constexpr std::string_view unprivileged_account = "nobody";
constexpr std::string_view shell_name = "Shell cmd plugin";
constexpr std::string_view shell_uri = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd";
constexpr int certificate_days = 30;

// Twenty characters of thirty-two: 100 bits, easy to type.
std::string generate_password() {
  static constexpr std::string_view alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  static_assert(alphabet.size() == 32);
  auto password = text::random_bytes(20);
  for (auto& c : password) c = alphabet[static_cast<unsigned char>(c) % alphabet.size()];
  return password;
}

Result<void> check_users(const std::vector<TryUser>& users) {
  for (auto user = users.begin(); user != users.end(); ++user) {
    if (auto name = users::check_name(user->name); !name) return name;
    if (std::any_of(users.begin(), user, [&](const TryUser& other) { return other.name == user->name; })) {
      return fail(fmt::format("user '{}' is given twice", user->name));
    }
  }
  return {};
}

// Root is not needed for anything here, so it is given up before anything is made.
Result<void> drop_root(const TryOptions& options) {
  if (::geteuid() != 0 || options.as_root) return {};
  auto account = find_account(std::string(unprivileged_account));
  if (!account) return fail(account.error().message + "; --as-root keeps root");
  account->groups = {account->gid};
  become(*account);
  // Root's folders are not for whoever this is now; without the variable hosts get the usual ones.
  ::unsetenv("PATH");
  return {};
}

std::string shell_file(const std::string& programs) {
  return std::filesystem::path(programs + "/../lib/winrmd/plugins/shell.so").lexically_normal().string();
}

Result<void> check_reach(const TryOptions& options, const std::string& programs) {
  auto checked = check_programs(programs);
  if (checked) checked = config::check_library_file(shell_file(programs));
  for (const auto& plugin : options.plugins) {
    if (checked) checked = config::check_library_file(plugin.file);
  }
  if (checked && !options.authz.empty()) checked = config::check_library_file(options.authz);
  if (checked) return checked;
  const auto account = running_account();
  return fail(fmt::format("{} (running as '{}'{})", checked.error().message, account.name,
                          account.name == unprivileged_account ? "; --as-root keeps root" : ""));
}

// The passwords live as long as the service, so their hashes need not cost a log-in 50 ms.
Result<void> write_users(const std::string& path, const std::vector<TryUser>& users) {
  return users::edit_user_file(path, true, [&](users::UserFile& file) -> Result<void> {
    for (const auto& user : users) {
      auto hash = users::hash_password(user.password, users::throw_away_cost);
      if (!hash) return fail(fmt::format("user '{}': {}", user.name, hash.error().message));
      file.set({.name = user.name, .hash = std::move(*hash), .account = ""});
    }
    return {};
  });
}

// The same users for NTLM, which most clients use first. False, said on standard error, where OpenSSL has no MD4.
// Users whose names NTLM cannot have are left to Basic.
Result<bool> write_hashes(const std::string& path, const std::vector<TryUser>& users) {
  bool possible = true;
  const auto add_all = [&](users::NtlmFile& file) -> Result<void> {
    for (const auto& user : users) {
      if (!users::check_ntlm_name(user.name)) continue;
      auto hash = users::nt_hash(user.password);
      if (!hash) {
        possible = false;
        return fail(fmt::format("user '{}': {}", user.name, hash.error().message));
      }
      file.set({.name = user.name, .hash = std::move(*hash)});
    }
    return {};
  };
  auto written = users::edit_ntlm_file(path, true, add_all);
  if (written) return true;
  if (possible) return std::unexpected(written.error());
  std::fputs(("winrmd: no log-in by NTLM: " + written.error().message + "\n").c_str(), stderr);
  return false;
}

Result<std::string> write_file(const std::string& path, std::string_view text) {
  std::ofstream stream(path, std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) return fail(fmt::format("cannot write '{}': {}", path, std::strerror(errno)));
  return path;
}

Result<config::Application> make_application(const TryOptions& options, const std::string& programs) {
  config::Application application;
  application.path = "wsman";
  const auto add = [&](std::string name, std::string file, std::string uri) {
    config::Plugin plugin;
    plugin.name = std::move(name);
    plugin.file = std::move(file);
    plugin.resources.push_back({.uri = std::move(uri), .exact_match = false, .supports_options = true});
    application.plugins.push_back(std::move(plugin));
  };
  add(std::string(shell_name), shell_file(programs), std::string(shell_uri));
  for (const auto& plugin : options.plugins) {
    for (const auto& other : application.plugins) {
      if (other.name == plugin.file) return fail(fmt::format("plug-in '{}' is given twice", plugin.file));
      if (other.resources[0].uri == plugin.uri) return fail(fmt::format("URI '{}' is given twice", plugin.uri));
    }
    add(plugin.file, plugin.file, plugin.uri);
  }
  if (!options.authz.empty()) {
    application.authorization = {
        .name = options.authz, .file = options.authz, .parameters = options.authz_parameters, .accounts = {}};
    return application;
  }
  for (const auto& user : options.users) {
    if (user.admin) application.administrators.push_back(user.name);
  }
  return application;
}

// What clients see of the configuration.
Result<void> show_configuration(config::Settings settings, const std::vector<Fd>& sockets, const std::string& folder) {
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    auto& listener = settings.listeners[i];
    listener.port = bound_port(sockets[i].get());
    if (!listener.tls) continue;
    listener.certificate = folder + "/ca.pem";
    listener.key = folder + "/key.pem";  // is in memory alone; but there has to be one
  }
  const auto text = try_configuration(settings);
  if (!text) return std::unexpected(text.error());
  if (auto written = write_file(folder + "/winrmd.toml", *text); !written) return std::unexpected(written.error());
  return {};
}

Result<Service> make_service(const TryOptions& options, const std::string& folder, const std::string& programs) {
  auto certificate = tls::make_self_signed({"localhost", "127.0.0.1", "::1"}, certificate_days);
  if (!certificate) return std::unexpected(certificate.error());
  if (auto ca = write_file(folder + "/ca.pem", certificate->certificate_pem); !ca) return std::unexpected(ca.error());
  auto application = make_application(options, programs);
  if (!application) return std::unexpected(application.error());
  Service service;
  config::Settings settings;
  settings.user_file = folder + "/users";
  if (auto written = write_users(settings.user_file, options.users); !written) return std::unexpected(written.error());
  const auto ntlm_file = folder + "/users.ntlm";
  const auto ntlm = write_hashes(ntlm_file, options.users);
  if (!ntlm) return std::unexpected(ntlm.error());
  if (*ntlm) settings.login.ntlm_file = ntlm_file;
  add_config_plugin(*application, programs, folder + "/winrmd.toml");
  settings.applications.push_back(std::move(*application));
  config::Listener http{.address = "127.0.0.1", .port = options.port, .certificate = {}, .key = {}};
  http.basic = true;
  http.allow_unencrypted = true;
  http.negotiate = *ntlm;
  config::Listener https{.address = "127.0.0.1", .port = options.https_port, .certificate = {}, .key = {}};
  https.tls = true;
  https.basic = true;
  https.negotiate = *ntlm;
  settings.listeners = {std::move(http), std::move(https)};
  settings.accounts.allow_root = ::geteuid() == 0;
  if (options.verbose) settings.log_level = "debug";
  auto& credentials = service.configuration.credentials;
  credentials.resize(settings.listeners.size());
  credentials[1].certificate_pem = std::move(certificate->certificate_pem);
  credentials[1].key_pem = std::move(certificate->key_pem);
  auto listeners = open_listeners(settings.listeners);
  if (!listeners) return std::unexpected(listeners.error());
  if (auto shown = show_configuration(settings, *listeners, folder); !shown) return std::unexpected(shown.error());
  service.configuration.settings = std::make_shared<const config::Settings>(std::move(settings));
  service.listeners = std::move(*listeners);
  service.programs = programs;
  service.throw_away = true;
  return service;
}

// Without --verbose the log is kept in a file, to be shown if something goes wrong.
Result<void> open_logs(Service& service, const TryOptions& options, const std::string& folder) {
  const auto path = folder + "/log";
  service.log = options.verbose ? duplicate(STDERR_FILENO)
                                : Fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (!service.log) return fail(fmt::format("cannot write '{}': {}", path, std::strerror(errno)));
  service.audit = duplicate(service.log.get());
  return {};
}

std::string read_log(const std::string& folder) {
  std::ifstream stream(folder + "/log");
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void print(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0) log::warning("report_not_written");
}

}  // namespace

Result<void> run_try(TryOptions options) {
  block_signals();
  if (options.users.empty()) options.users.push_back({.name = "user", .password = generate_password(), .admin = false});
  if (auto checked = check_users(options.users); !checked) return checked;
  const auto programs = programs_folder();
  if (!programs) return std::unexpected(programs.error());
  const bool dropped = ::geteuid() == 0 && !options.as_root;
  if (auto drop = drop_root(options); !drop) return drop;
  if (auto reach = check_reach(options, *programs); !reach) return reach;
  auto folder = ScratchFolder::create();
  if (!folder) return std::unexpected(folder.error());
  auto service = make_service(options, folder->path(), *programs);
  if (!service) return std::unexpected(service.error());
  if (auto opened = open_logs(*service, options, folder->path()); !opened) return opened;
  if (dropped) {
    service->home = folder->path() + "/home";
    if (::mkdir(service->home.c_str(), 0700) != 0) return fail(fmt::format("cannot make '{}'", service->home));
  }
  const TryReport report{.port = bound_port(service->listeners[0].get()),
                         .https_port = bound_port(service->listeners[1].get()),
                         .ca = folder->path() + "/ca.pem",
                         .users = options.users};
  service->on_ready = [&] { print(options.json ? report_as_json(report) : report_as_text(report)); };
  // Our own log lines go where the children's go; what we say to the user does not.
  const Fd terminal = duplicate(STDERR_FILENO);
  ::dup2(service->log.get(), STDERR_FILENO);
  auto result = Supervisor(std::move(*service)).run();
  ::dup2(terminal.get(), STDERR_FILENO);
  if (!result && !options.verbose) result.error().message += "\n" + read_log(folder->path());
  return result;
}

}  // namespace winrmd::supervisor
