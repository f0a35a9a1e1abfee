#include "supervisor/try_configuration.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>

#include "lib/config/edit/edit.hpp"

namespace winrmd::supervisor {
namespace {

constexpr std::string_view config_uri = "http://schemas.microsoft.com/wbem/wsman/1/config";
constexpr std::string_view heading =
    "# What `winrmd try` works with, for clients to see. It is not read by the service.\n";

// The parts that say more about the host and its users than clients need.
constexpr std::string_view administrators_only = "O:NSG:BAD:P(A;;GA;;;BA)";

config::Resource config_resource() {
  using config::Capability;
  config::Resource resource{.uri = std::string(config_uri), .capabilities = {}};
  for (const auto type : {Capability::get, Capability::put}) {
    resource.capabilities.push_back({.type = type, .supports_fragment = true});
  }
  for (const auto type : {Capability::create, Capability::remove, Capability::invoke}) {
    resource.capabilities.push_back({.type = type});
  }
  resource.capabilities.push_back({.type = Capability::enumerate, .supports_filtering = true});
  for (const auto* part : {"/plugin", "/service/certmapping", "/service/security"}) {
    resource.security.push_back(
        {.uri = std::string(config_uri) + part, .sddl = std::string(administrators_only), .exact_match = false});
  }
  return resource;
}

config::Node listener_table(const config::Listener& listener) {
  std::vector<std::pair<std::string, config::Node>> members{{"address", config::text_value(listener.address)},
                                                            {"port", config::number_value(listener.port)}};
  if (listener.tls) {
    members.emplace_back("tls", config::flag_value(true));
    members.emplace_back("certificate", config::text_value(listener.certificate));
    members.emplace_back("key", config::text_value(listener.key));
  }
  members.emplace_back("basic", config::flag_value(listener.basic));
  members.emplace_back("negotiate", config::flag_value(listener.negotiate));
  if (listener.allow_unencrypted) members.emplace_back("allow_unencrypted", config::flag_value(true));
  return config::table_value(std::move(members));
}

config::Node plugin_table(const config::Plugin& plugin) {
  std::vector<config::Node> resources;
  for (const auto& resource : plugin.resources) {
    std::vector<config::Node> capabilities;
    for (const auto& capability : resource.capabilities) {
      static constexpr std::array<const char*, 9> names{"Get",       "Put",       "Create", "Delete",  "Invoke",
                                                        "Enumerate", "Subscribe", "Shell",  "Identify"};
      capabilities.push_back(config::text_value(names.at(static_cast<std::size_t>(capability.type) - 1)));
    }
    resources.push_back(config::table_value(
        {{"uri", config::text_value(resource.uri)}, {"capabilities", config::list_value(std::move(capabilities))}}));
  }
  return config::table_value({{"name", config::text_value(plugin.name)},
                              {"file", config::text_value(plugin.file)},
                              {"resources", config::list_value(std::move(resources))}});
}

}  // namespace

void add_config_plugin(config::Application& application, const std::string& programs, const std::string& file) {
  config::Plugin plugin;
  plugin.name = "WSMan config plugin";
  plugin.file = std::filesystem::path(programs + "/../lib/winrmd/plugins/config.so").lexically_normal().string();
  if (::access(plugin.file.c_str(), R_OK) != 0) return;
  plugin.resources.push_back(config_resource());
  plugin.parameters = {{"file", file}, {"read_only", "true"}};
  plugin.shared_process = true;
  plugin.process_idle_timeout = std::chrono::minutes(5);
  application.plugins.push_back(std::move(plugin));
}

Result<std::string> try_configuration(const config::Settings& settings) {
  std::string text(heading);
  // Each step has the text of the one before; after a failure the rest does nothing.
  Result<void> done;
  const auto take = [&](Result<std::string> changed) {
    if (!done) return;
    if (changed) {
      text = std::move(*changed);
    } else {
      done = std::unexpected(changed.error());
    }
  };
  take(config::set_value(text, {"user_file"}, config::text_value(settings.user_file)));
  if (!settings.login.ntlm_file.empty()) {
    take(config::set_value(text, {"login", "ntlm_file"}, config::text_value(settings.login.ntlm_file)));
  }
  for (const auto& listener : settings.listeners) {
    take(config::append_value(text, {"listener"}, listener_table(listener)));
  }
  const auto& application = settings.applications.front();
  take(config::append_value(text, {"application"},
                            config::table_value({{"path", config::text_value(application.path)}})));
  for (const auto& plugin : application.plugins) {
    take(config::append_value(text, {"application", std::size_t{0}, "plugin"}, plugin_table(plugin)));
  }
  if (!done) return std::unexpected(done.error());
  return text;
}

}  // namespace winrmd::supervisor
