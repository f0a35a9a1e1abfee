#include "supervisor/setups.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>

#include "lib/config/initialization.hpp"

namespace winrmd::supervisor {
namespace {

constexpr std::size_t largest_pem = 256U << 10;

std::uint32_t ms(std::chrono::milliseconds time) { return static_cast<std::uint32_t>(time.count()); }

std::uint32_t ms(const std::optional<std::chrono::milliseconds>& own, std::chrono::milliseconds otherwise) {
  return ms(own.value_or(otherwise));
}

// Values of the two enumerations are the same.
static_assert(static_cast<int>(ipc::Capability::get) == static_cast<int>(config::Capability::get));
static_assert(static_cast<int>(ipc::Capability::last) == static_cast<int>(config::Capability::last));

ipc::ResourceSetup make_resource(const config::Resource& resource) {
  ipc::ResourceSetup setup{.uri = resource.uri,
                           .exact_match = resource.exact_match,
                           .supports_options = resource.supports_options,
                           .capabilities = {},
                           .security = {}};
  for (const auto& capability : resource.capabilities) {
    setup.capabilities.push_back({.type = static_cast<ipc::Capability>(capability.type),
                                  .supports_fragment = capability.supports_fragment,
                                  .supports_filtering = capability.supports_filtering});
  }
  for (const auto& security : resource.security) {
    setup.security.push_back({.uri = security.uri, .sddl = security.sddl, .exact_match = security.exact_match});
  }
  return setup;
}

ipc::PluginQuotaSetup make_quotas(const config::PluginQuotas& quotas) {
  static_assert(ipc::no_limit == config::unlimited);
  ipc::PluginQuotaSetup setup{.max_concurrent_users = quotas.max_concurrent_users,
                              .max_operations_per_user = quotas.max_operations_per_user,
                              .max_operations = quotas.max_operations,
                              .max_shells_per_user = quotas.max_shells_per_user,
                              .max_shells = quotas.max_shells,
                              .max_commands_per_shell = quotas.max_commands_per_shell};
  if (quotas.idle_timeout) setup.idle_timeout_ms = ms(*quotas.idle_timeout);
  if (quotas.max_idle_timeout) setup.max_idle_timeout_ms = ms(*quotas.max_idle_timeout);
  return setup;
}

ipc::PluginSetup make_plugin(const config::Plugin& plugin) {
  ipc::PluginSetup setup{.name = plugin.name,
                         .file = plugin.file,
                         .resources = {},
                         .shared_process = plugin.shared_process,
                         .process_idle_timeout_ms = ms(plugin.process_idle_timeout),
                         .disconnect = plugin.disconnect,
                         .auto_restart = plugin.auto_restart,
                         .drop_output = plugin.output_buffering == config::OutputBuffering::drop,
                         .run_as_account = plugin.run_as_user,
                         .quotas = make_quotas(plugin.quotas)};
  for (const auto& resource : plugin.resources) setup.resources.push_back(make_resource(resource));
  return setup;
}

// An authorization plug-in decides alone; without one the descriptors and the lists of administrators do.
void set_authority(ipc::ApplicationSetup& setup, const config::Application& application) {
  setup.authorization_name = application.authorization.name;
  setup.authorization_file = application.authorization.file;
  setup.authorization_quota = application.authorization.quota;
  setup.default_quota_on_failure = application.authorization.default_quota_on_failure;
  if (!application.authorization.name.empty()) return;
  setup.administrators = application.administrators;
  setup.administrator_gids = application.administrator_gids;
  setup.root_sddl = application.root_sddl;
}

std::vector<ipc::Capability> capabilities(const config::Plugin& plugin) {
  std::set<ipc::Capability> all;
  for (const auto& resource : plugin.resources) {
    for (const auto& capability : resource.capabilities) all.insert(static_cast<ipc::Capability>(capability.type));
  }
  return {all.begin(), all.end()};
}

ipc::ApplicationSetup make_application(const config::Application& application, const config::Limits& limits) {
  ipc::ApplicationSetup setup;
  setup.path = application.path;
  set_authority(setup, application);
  setup.user_record_idle_timeout_ms = ms(application.user_record_idle_timeout);
  setup.refresh_interval_ms = ms(application.refresh_interval);
  setup.authorization_timeout_ms = ms(application.authorization_timeout);
  setup.system_window_ms = ms(application.system_window);
  setup.system_window_operations = application.system_window_operations;
  setup.max_envelope_size = application.max_envelope_size_kb.value_or(limits.max_envelope_size_kb) * 1024;
  setup.max_operation_timeout_ms = ms(application.max_operation_timeout, limits.max_operation_timeout);
  setup.enumeration_idle_timeout_ms = ms(application.enumeration_idle_timeout, limits.enumeration_idle_timeout);
  setup.max_shell_idle_timeout_ms = ms(application.max_shell_idle_timeout, limits.max_shell_idle_timeout);
  for (const auto& plugin : application.plugins) {
    if (plugin.enabled) setup.plugins.push_back(make_plugin(plugin));
  }
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
          .max_commands_per_shell = limits.max_commands_per_shell,
          .enumeration_idle_timeout_ms = ms(limits.enumeration_idle_timeout),
          .max_batch_items = limits.max_batch_items};
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

ipc::HostedPlugin hosted(const config::AuthorizationPlugin& plugin) {
  return {.name = plugin.name,
          .file = plugin.file,
          .initialization_xml = config::initialization_xml(plugin.parameters),
          .quota = plugin.quota};
}

ipc::HostedPlugin hosted(const config::Plugin& plugin) {
  return {.name = plugin.name,
          .file = plugin.file,
          .initialization_xml = config::initialization_xml(plugin),
          .capabilities = capabilities(plugin),
          .shared_process = plugin.shared_process,
          .process_idle_timeout_ms = ms(plugin.process_idle_timeout),
          .run_as_user = plugin.run_as_user,
          .auto_restart = plugin.auto_restart};
}

}  // namespace

ipc::NetSetup make_net_setup(const config::Settings& settings, const std::vector<Credentials>& credentials,
                             bool privileged) {
  ipc::NetSetup setup;
  for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
    setup.listeners.push_back(make_listener(settings.listeners[i], credentials[i]));
  }
  for (const auto& application : settings.applications)
    setup.applications.push_back(make_application(application, settings.limits));
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
  setup.plugins.push_back(plan.plugin == nullptr ? hosted(plan.application->authorization) : hosted(*plan.plugin));
  setup.token = plan.token;
  setup.identity = plan.identity;
  setup.delegated = plan.delegated;
  setup.call_threads = settings.limits.host_call_threads;
  setup.call_deadline_ms = ms(settings.limits.host_call_deadline);
  setup.memory_mb = settings.limits.host_memory_mb;
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
