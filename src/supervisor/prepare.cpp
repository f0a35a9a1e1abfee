#include "supervisor/prepare.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>

#include "lib/log/log.hpp"
#include "lib/tls/tls.hpp"
#include "supervisor/listeners.hpp"

namespace winrmd::supervisor {
namespace {

Result<void> check_credentials(const config::Settings& settings, const std::vector<Credentials>& credentials) {
  for (std::size_t i = 0; i < credentials.size(); ++i) {
    const auto& listener = settings.listeners[i];
    if (!listener.tls) continue;
    const auto& [certificate, key, issuers] = credentials[i];
    const auto context = tls::ServerContext::create(certificate, key);
    if (!context) {
      return fail(fmt::format("'{}' with '{}': {}", listener.certificate, listener.key, context.error().message));
    }
    const auto asking = tls::ServerContext::create(certificate, key, {.client_ca_pem = issuers});
    if (!asking) return fail(fmt::format("'{}': {}", listener.client_ca, asking.error().message));
  }
  return {};
}

// Processes that shared an account could do to each other what the accounts are there to prevent.
Result<void> check_accounts(const config::Accounts& accounts) {
  const std::array<std::pair<std::string_view, const std::string*>, 4> names{
      {{"net", &accounts.net},
       {"auth", &accounts.auth},
       {"authorization", &accounts.authorization},
       {"service", &accounts.service}}};
  std::map<uid_t, std::string_view> seen;
  for (const auto& [key, name] : names) {
    const auto account = find_account(*name);
    if (!account) return fail(fmt::format("accounts.{}: {}", key, account.error().message));
    if (account->uid == 0) return fail(fmt::format("accounts.{}: '{}' is root", key, *name));
    const auto [other, fresh] = seen.emplace(account->uid, key);
    if (!fresh) return fail(fmt::format("accounts.{}: '{}' has the uid of accounts.{}", key, *name, other->second));
  }
  return {};
}

// Whoever owns the configuration decides what the service is at its next start anyway, and may ask for that now.
uid_t owner_of(const std::string& config_file) {
  struct stat info{};
  return ::stat(config_file.c_str(), &info) == 0 ? info.st_uid : ::geteuid();
}

// A service that cannot have the place it did not ask for works without: there may be several.
Result<ControlSocket> open_control(const config::Settings& settings, bool privileged, const std::string& config_file) {
  const auto owner = privileged ? owner_of(config_file) : ::geteuid();
  if (!settings.control_socket.empty()) return ControlSocket::open(settings.control_socket, owner);
  if (!privileged) return ControlSocket();
  auto control = ControlSocket::open(std::string(config::default_control_socket), owner);
  if (control) return control;
  log::warning("control_socket_unavailable", {{"reason", control.error().message}});
  return ControlSocket();
}

// A service file that is missing would make PAM take that of `other`, which is nobody's choice.
Result<void> check_pam(const Service& service) {
  const auto& login = service.configuration.settings->login;
  if (login.pam && !service.privileged) {
    return fail("login.pam: passwords of system accounts can be checked by a service started as root only");
  }
  if (!service.privileged) return {};
  const auto program = service.programs + "/winrmd-pam";
  if (::access(program.c_str(), X_OK) != 0) {
    return fail(fmt::format("cannot run '{}': {}", program, std::strerror(errno)));
  }
  if (!login.pam) return {};
  for (const auto* folder : {"/etc/pam.d/", "/usr/lib/pam.d/"}) {
    if (::access((folder + login.pam_service).c_str(), F_OK) == 0) return {};
  }
  return fail(fmt::format("login.pam_service: there is no '/etc/pam.d/{}'", login.pam_service));
}

Result<Fd> open_log(const std::string& path) {
  if (path.empty()) return duplicate(STDERR_FILENO);
  Fd file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640));
  if (!file) return fail(fmt::format("cannot open '{}': {}", path, std::strerror(errno)));
  return file;
}

}  // namespace

Result<void> check_run_as(const config::Settings& settings, const Tokens& tokens) {
  for (const auto& application : settings.applications) {
    for (const auto& plugin : application.plugins) {
      if (!plugin.enabled || plugin.run_as_user.empty()) continue;
      const auto account = tokens.run_as_account(plugin.run_as_user);
      if (!account) return fail(fmt::format("{}: {}", plugin.run_as_place, account.error().text));
    }
  }
  return {};
}

Result<std::string> programs_folder() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return fail(fmt::format("cannot tell where this program is: {}", error.message()));
  return self.parent_path().string();
}

Result<void> check_programs(const std::string& folder) {
  for (const auto* name : {"winrmd-net", "winrmd-auth", "winrmd-host"}) {
    const auto path = folder + "/" + name;
    if (::access(path.c_str(), X_OK) != 0) return fail(fmt::format("cannot run '{}': {}", path, std::strerror(errno)));
  }
  return {};
}

Result<std::vector<Credentials>> load_credentials(const config::Settings& settings) {
  auto credentials = read_credentials(settings);
  if (!credentials) return credentials;
  if (auto fit = check_credentials(settings, *credentials); !fit) return std::unexpected(fit.error());
  return credentials;
}

Result<Service> check_service(config::Settings settings) {
  Service service;
  service.configuration.settings = std::make_shared<const config::Settings>(std::move(settings));
  const auto& checked_settings = *service.configuration.settings;
  service.privileged = ::geteuid() == 0;
  auto folder = programs_folder();
  if (!folder) return std::unexpected(folder.error());
  service.programs = std::move(*folder);
  if (auto checked = check_programs(service.programs); !checked) return std::unexpected(checked.error());
  auto credentials = load_credentials(checked_settings);
  if (!credentials) return std::unexpected(credentials.error());
  service.configuration.credentials = std::move(*credentials);
  if (auto pam = check_pam(service); !pam) return std::unexpected(pam.error());
  if (service.privileged) {
    if (auto accounts = check_accounts(checked_settings.accounts); !accounts) return std::unexpected(accounts.error());
  }
  const Tokens tokens(checked_settings.accounts, service.privileged, running_account(), find_account);
  if (auto accounts = check_run_as(checked_settings, tokens); !accounts) return std::unexpected(accounts.error());
  return service;
}

Result<Service> prepare_service(config::Settings settings, const std::string& config_file) {
  auto service = check_service(std::move(settings));
  if (!service) return service;
  const auto& made = *service->configuration.settings;
  auto listeners = open_listeners(made.listeners);
  if (!listeners) return std::unexpected(listeners.error());
  service->listeners = std::move(*listeners);
  auto log = open_log(made.log_file);
  if (!log) return std::unexpected(log.error());
  auto audit = open_log(made.audit_file);
  if (!audit) return std::unexpected(audit.error());
  if (::dup2(log->get(), STDERR_FILENO) < 0) return fail("cannot redirect standard error");
  service->log = std::move(*log);
  service->audit = std::move(*audit);
  auto control = open_control(made, service->privileged, config_file);
  if (!control) return std::unexpected(control.error());
  service->control = std::move(*control);
  service->read_again = [file = std::filesystem::absolute(config_file).lexically_normal().string()](
                            const Configuration& running) { return plan_reload(running, file); };
  return service;
}

}  // namespace winrmd::supervisor
