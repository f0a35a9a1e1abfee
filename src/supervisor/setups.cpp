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
                         .process_idle_timeout_ms = ms(plugin.process_idle_timeout)};
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
                              .authorization_timeout_ms = ms(application.authorization_timeout)};
  for (const auto& plugin : application.plugins) setup.plugins.push_back(make_plugin(plugin));
  return setup;
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
    const auto& listener = settings.listeners[i];
    setup.listeners.push_back({.tls = listener.tls,
                               .basic = listener.basic && (listener.tls || listener.allow_unencrypted),
                               .certificate_pem = credentials[i].certificate_pem,
                               .key_pem = credentials[i].key_pem});
  }
  for (const auto& application : settings.applications) setup.applications.push_back(make_application(application));
  setup.limits = make_limits(settings.limits);
  setup.privileged = privileged;
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
                             .initialization_xml = initialization_xml(authorization.parameters)});
  } else {
    setup.plugins.push_back({.name = plan.plugin->name,
                             .file = plan.plugin->file,
                             .initialization_xml = initialization_xml(plan.plugin->parameters)});
  }
  setup.token = plan.token;
  setup.identity = plan.identity;
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
      credentials = {.certificate_pem = std::move(*certificate), .key_pem = std::move(*key)};
    }
    all.push_back(std::move(credentials));
  }
  return all;
}

}  // namespace winrmd::supervisor
