#include "supervisor/setups.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace winrmd::supervisor {
namespace {

constexpr std::size_t largest_pem = 256U << 10;

std::uint32_t ms(std::chrono::milliseconds time) { return static_cast<std::uint32_t>(time.count()); }

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\t':
      case '\n':
      case '\r':  // kept from being turned into spaces
        out += fmt::format("&#{};", static_cast<int>(c));
        break;
      default:
        out += c;
    }
  }
}

ipc::PluginSetup make_plugin(const config::Plugin& plugin) {
  ipc::PluginSetup setup{.name = plugin.name,
                         .file = plugin.file,
                         .resources = {},
                         .shared_process = plugin.shared_process,
                         .process_idle_timeout_ms = ms(plugin.process_idle_timeout),
                         .disconnect = plugin.disconnect};
  for (const auto& resource : plugin.resources) {
    setup.resources.push_back(
        {.uri = resource.uri, .exact_match = resource.exact_match, .supports_options = resource.supports_options});
  }
  return setup;
}

ipc::ApplicationSetup make_application(const config::Application& application) {
  ipc::ApplicationSetup setup{.path = application.path,
                              .plugins = {},
                              .authorization_name = application.authorization.name,
                              .authorization_file = application.authorization.file,
                              .administrators = application.administrators,
                              .user_record_idle_timeout_ms = ms(application.user_record_idle_timeout),
                              .refresh_interval_ms = ms(application.refresh_interval),
                              .authorization_timeout_ms = ms(application.authorization_timeout),
                              .authorization_quota = application.authorization.quota,
                              .default_quota_on_failure = application.authorization.default_quota_on_failure,
                              .system_window_ms = ms(application.system_window),
                              .system_window_operations = application.system_window_operations};
  for (const auto& plugin : application.plugins) setup.plugins.push_back(make_plugin(plugin));
  return setup;
}

ipc::ListenerSetup make_listener(const config::Listener& listener, const Credentials& credentials) {
  return {.tls = listener.tls,
          .basic = listener.basic && (listener.tls || listener.allow_unencrypted),
          .negotiate = listener.negotiate,
          .kerberos = listener.kerberos,
          .certificates = listener.tls && listener.certificates,
          .credssp = listener.credssp,
          .metrics = listener.metrics,
          .allow_unencrypted = listener.allow_unencrypted,
          .channel_binding = static_cast<ipc::ChannelBinding>(listener.channel_binding),
          .certificate_pem = credentials.certificate_pem,
          .key_pem = credentials.key_pem,
          .client_ca_pem = credentials.client_ca_pem};
}

ipc::AccountRules make_account_rules(const config::LoginSettings& login, bool allow_root) {
  ipc::AccountRules rules{.default_domain = login.default_domain,
                          .local_domains = login.local_domains,
                          .allow_users = login.allow_users,
                          .deny_users = login.deny_users,
                          .allow_groups = login.allow_groups,
                          .deny_groups = login.deny_groups,
                          .names = {},
                          .certificates = {},
                          .allow_root = allow_root};
  for (const auto& rule : login.names) {
    rules.names.push_back({.realm = rule.realm, .user = rule.user, .account = rule.account});
  }
  for (const auto& rule : login.certificates) {
    if (!rule.enabled) continue;
    rules.certificates.push_back({.issuer = rule.issuer, .subject = rule.subject, .uri = rule.uri, .user = rule.user});
  }
  return rules;
}

ipc::LimitSetup make_limits(const config::Limits& limits) {
  return {.max_envelope_size = limits.max_envelope_size_kb * 1024,
          .max_operation_timeout_ms = ms(limits.max_operation_timeout),
          .max_connections = limits.max_connections,
          .request_read_timeout_ms = ms(limits.request_read_timeout),
          .connection_idle_timeout_ms = ms(limits.connection_idle_timeout),
          .shell_idle_timeout_ms = ms(limits.shell_idle_timeout),
          .max_shell_idle_timeout_ms = ms(limits.max_shell_idle_timeout),
          .max_shells_per_user = limits.max_shells_per_user,
          .max_operations_per_user = limits.max_operations_per_user,
          .max_commands_per_shell = limits.max_commands_per_shell};
}

Result<std::string> read_pem(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return fail(fmt::format("cannot open '{}': {}", path, std::strerror(errno)));
  std::string text(largest_pem + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (stream.bad() || text.size() > largest_pem) return fail(fmt::format("'{}' cannot be read, or is too large", path));
  return text;
}

}  // namespace

std::string initialization_xml(const std::vector<std::pair<std::string, std::string>>& parameters) {
  if (parameters.empty()) return {};
  std::string xml = "<InitializationParameters>";
  for (const auto& [name, value] : parameters) {
    xml += "<Param Name=\"";
    append_escaped(xml, name);
    xml += "\" Value=\"";
    append_escaped(xml, value);
    xml += "\"/>";
  }
  return xml + "</InitializationParameters>";
}

ipc::NetSetup make_net_setup(const config::Settings& settings, const std::vector<Credentials>& credentials,
                             bool privileged) {
  ipc::NetSetup setup;
  for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
    setup.listeners.push_back(make_listener(settings.listeners[i], credentials[i]));
  }
  for (const auto& application : settings.applications) setup.applications.push_back(make_application(application));
  setup.limits = make_limits(settings.limits);
  setup.privileged = privileged;
  return setup;
}

ipc::AuthSetup make_auth_setup(const config::Settings& settings, const std::vector<Credentials>& credentials,
                               bool privileged) {
  ipc::AuthSetup setup{.user_file = settings.user_file,
                       .privileged = privileged,
                       .pam = settings.login.pam && privileged,
                       .keytab = settings.login.keytab,
                       .ntlm_file = settings.login.ntlm_file,
                       .client_ca_pem = {},
                       .accounts = make_account_rules(settings.login, settings.accounts.allow_root)};
  for (const auto& credential : credentials) {
    if (!credential.client_ca_pem.empty()) setup.client_ca_pem.push_back(credential.client_ca_pem);
  }
  return setup;
}

ipc::HostSetup make_host_setup(const config::Settings& settings, const HostPlan& plan) {
  ipc::HostSetup setup;
  setup.authorization = plan.plugin == nullptr;
  setup.application = plan.application->path;
  const auto& authorization = plan.application->authorization;
  if (plan.plugin == nullptr) {
    setup.plugins.push_back({.name = authorization.name,
                             .file = authorization.file,
                             .initialization_xml = initialization_xml(authorization.parameters),
                             .quota = authorization.quota});
  } else {
    setup.plugins.push_back({.name = plan.plugin->name,
                             .file = plan.plugin->file,
                             .initialization_xml = initialization_xml(plan.plugin->parameters),
                             .shared_process = plan.plugin->shared_process,
                             .process_idle_timeout_ms = ms(plan.plugin->process_idle_timeout)});
  }
  setup.token = plan.token;
  setup.identity = plan.identity;
  setup.delegated = plan.delegated;
  setup.call_threads = settings.limits.host_call_threads;
  setup.call_deadline_ms = ms(settings.limits.host_call_deadline);
  return setup;
}

Result<std::vector<Credentials>> read_credentials(const config::Settings& settings) {
  std::vector<Credentials> all;
  for (const auto& listener : settings.listeners) {
    Credentials credentials;
    if (listener.tls) {
      auto certificate = read_pem(listener.certificate);
      if (!certificate) return std::unexpected(certificate.error());
      auto key = read_pem(listener.key);
      if (!key) return std::unexpected(key.error());
      credentials.certificate_pem = std::move(*certificate);
      credentials.key_pem = std::move(*key);
    }
    if (listener.certificates) {
      auto issuers = read_pem(listener.client_ca);
      if (!issuers) return std::unexpected(issuers.error());
      credentials.client_ca_pem = std::move(*issuers);
    }
    all.push_back(std::move(credentials));
  }
  return all;
}

}  // namespace winrmd::supervisor
