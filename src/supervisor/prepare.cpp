#include "supervisor/prepare.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>

#include "lib/tls/tls.hpp"
#include "supervisor/listeners.hpp"

namespace winrmd::supervisor {
namespace {

Result<void> check_credentials(const config::Settings& settings, const std::vector<Credentials>& credentials) {
  for (std::size_t i = 0; i < credentials.size(); ++i) {
    const auto& listener = settings.listeners[i];
    if (!listener.tls) continue;
    const auto context = tls::ServerContext::create(credentials[i].certificate_pem, credentials[i].key_pem);
    if (!context) {
      return fail(fmt::format("'{}' with '{}': {}", listener.certificate, listener.key, context.error().message));
    }
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

// A service file that is missing would make PAM take that of `other`, which is nobody's choice.
Result<void> check_pam(const Service& service) {
  const auto& login = service.settings.login;
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

Result<Service> check_service(config::Settings settings) {
  Service service;
  service.settings = std::move(settings);
  service.privileged = ::geteuid() == 0;
  auto folder = programs_folder();
  if (!folder) return std::unexpected(folder.error());
  service.programs = std::move(*folder);
  if (auto checked = check_programs(service.programs); !checked) return std::unexpected(checked.error());
  auto credentials = read_credentials(service.settings);
  if (!credentials) return std::unexpected(credentials.error());
  if (auto fit = check_credentials(service.settings, *credentials); !fit) return std::unexpected(fit.error());
  service.credentials = std::move(*credentials);
  if (auto pam = check_pam(service); !pam) return std::unexpected(pam.error());
  if (service.privileged) {
    if (auto accounts = check_accounts(service.settings.accounts); !accounts) return std::unexpected(accounts.error());
  }
  return service;
}

Result<Service> prepare_service(config::Settings settings) {
  auto service = check_service(std::move(settings));
  if (!service) return service;
  auto listeners = open_listeners(service->settings.listeners);
  if (!listeners) return std::unexpected(listeners.error());
  service->listeners = std::move(*listeners);
  auto log = open_log(service->settings.log_file);
  if (!log) return std::unexpected(log.error());
  auto audit = open_log(service->settings.audit_file);
  if (!audit) return std::unexpected(audit.error());
  if (::dup2(log->get(), STDERR_FILENO) < 0) return fail("cannot redirect standard error");
  service->log = std::move(*log);
  service->audit = std::move(*audit);
  return service;
}

}  // namespace winrmd::supervisor
