#include "lib/config/sections.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace winrmd::config {
namespace {

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

void check_listener(Table& table, const Listener& listener) {
  if (!listener.address.empty() && !is_address(listener.address)) {
    table.report("address", fmt::format("'{}' is no numeric IPv4 or IPv6 address", listener.address));
  }
  // It needs no log-in, and says how log-ins fare.
  if (listener.metrics && !listener.address.starts_with("127.") && listener.address != "::1") {
    table.report("metrics", "is for a loopback address: anybody who can connect reads them");
  }
  if (listener.tls) {
    if (listener.certificate.empty()) table.report("certificate", "is missing: a listener with tls needs it");
    if (listener.key.empty()) table.report("key", "is missing: a listener with tls needs it");
    if (listener.allow_unencrypted) table.report("allow_unencrypted", "has no meaning on a listener with tls");
    if (listener.certificates && listener.client_ca.empty()) {
      table.report("certificates", "needs client_ca: who may issue client certificates");
    }
    check_readable(table, "certificate", listener.certificate);
    check_readable(table, "key", listener.key);
    check_readable(table, "client_ca", listener.client_ca);
    return;
  }
  if (listener.certificates) table.report("certificates", "has no meaning without tls = true");
  if (!listener.client_ca.empty()) table.report("client_ca", "has no meaning without tls = true");
  if (!listener.certificate.empty()) table.report("certificate", "has no meaning without tls = true");
  if (!listener.key.empty()) table.report("key", "has no meaning without tls = true");
  if (listener.basic && !listener.allow_unencrypted) {
    table.report("basic", "sends passwords in clear without tls; set allow_unencrypted = true if that is meant");
  }
}

void read_channel_binding(Table& table, Listener& listener) {
  static constexpr std::array<std::string_view, 3> names{"none", "relaxed", "strict"};
  std::string name(names[static_cast<std::size_t>(listener.channel_binding)]);
  table.get("channel_binding", name);
  const auto* const found = std::ranges::find(names, name);
  if (found == names.end()) {
    return table.report("channel_binding", fmt::format("'{}' is not one of none, relaxed, strict", name));
  }
  listener.channel_binding = static_cast<ChannelBinding>(found - names.begin());
}

// A scheme is offered where that is safe and there is something to check it against.
Listener read_listener(Table& table, const Settings& settings) {
  const auto& login = settings.login;
  Listener listener;
  std::uint32_t port = 0;
  table.get("address", listener.address, Need::required);
  table.get("port", port, {.least = 0, .most = 65535}, Need::required);
  listener.port = static_cast<std::uint16_t>(port);
  table.get("tls", listener.tls);
  table.get_path("certificate", listener.certificate);
  table.get_path("key", listener.key);
  table.get_path("client_ca", listener.client_ca);
  table.get("allow_unencrypted", listener.allow_unencrypted);
  read_channel_binding(table, listener);
  listener.basic = listener.tls && (!settings.user_file.empty() || login.pam);
  listener.negotiate = !login.keytab.empty() || !login.ntlm_file.empty();
  listener.kerberos = !login.keytab.empty();
  listener.certificates = listener.tls && !listener.client_ca.empty();
  table.get("basic", listener.basic);
  table.get("negotiate", listener.negotiate);
  table.get("kerberos", listener.kerberos);
  table.get("certificates", listener.certificates);
  table.get("credssp", listener.credssp);
  table.get("metrics", listener.metrics);
  table.finish();
  if (!table.document().failed()) check_listener(table, listener);
  return listener;
}

}  // namespace

void read_listeners(Table& root, Settings& settings) {
  auto& listeners = settings.listeners;
  for (const Node* node : root.tables("listener")) {
    Table table(root.document(), *node, "listener");
    auto listener = read_listener(table, settings);
    const bool taken = std::ranges::any_of(listeners, [&](const Listener& other) {
      return other.port != 0 && other.port == listener.port && other.address == listener.address;
    });
    if (taken) table.report("port", "another listener has this address and port");
    listeners.push_back(std::move(listener));
  }
  if (listeners.empty()) root.report("listener", "is missing: at least one [[listener]] is needed");
  if (listeners.size() > max_listeners) {
    root.report("listener", fmt::format("there are {}, {} at most", listeners.size(), max_listeners));
  }
}

void read_limits(Table& root, Limits& limits) {
  const Node* node = root.take("limits");
  if (node == nullptr) return;
  if (node->kind != Node::Kind::table) return root.report("limits", "must be written as [limits]");
  Table table(root.document(), *node, "limits");
  const Range time{.least = 1000, .most = max_time_ms};
  table.get("max_envelope_size_kb", limits.max_envelope_size_kb, {.least = 32, .most = max_envelope_kb});
  table.get("max_operation_timeout", limits.max_operation_timeout, {.least = 500, .most = max_time_ms});
  table.get("max_connections", limits.max_connections, {.least = 1, .most = 100'000});
  table.get("request_read_timeout", limits.request_read_timeout, time);
  table.get("connection_idle_timeout", limits.connection_idle_timeout, time);
  table.get("shell_idle_timeout", limits.shell_idle_timeout, time);
  table.get("max_shell_idle_timeout", limits.max_shell_idle_timeout, time);
  table.get("max_shells_per_user", limits.max_shells_per_user, {.least = 1, .most = 100'000});
  table.get("max_operations_per_user", limits.max_operations_per_user, {.least = 1, .most = 1'000'000});
  table.get("max_commands_per_shell", limits.max_commands_per_shell, {.least = 1, .most = 100'000});
  table.get("enumeration_idle_timeout", limits.enumeration_idle_timeout, time);
  table.get("max_batch_items", limits.max_batch_items, {.least = 1, .most = 1'000'000});
  table.get("host_memory_mb", limits.host_memory_mb, {.least = 0, .most = 1'000'000});
  table.get("host_call_threads", limits.host_call_threads, {.least = 1, .most = 1024});
  table.get("host_call_deadline", limits.host_call_deadline, time);
  table.finish();
  if (limits.shell_idle_timeout > limits.max_shell_idle_timeout) {
    table.report("shell_idle_timeout", "must not be longer than limits.max_shell_idle_timeout");
  }
}

void read_accounts(Table& root, Accounts& accounts) {
  const Node* node = root.take("accounts");
  if (node == nullptr) return;
  if (node->kind != Node::Kind::table) return root.report("accounts", "must be written as [accounts]");
  Table table(root.document(), *node, "accounts");
  table.get("net", accounts.net);
  table.get("auth", accounts.auth);
  table.get("authorization", accounts.authorization);
  table.get("service", accounts.service);
  table.get("allow_root", accounts.allow_root);
  table.finish();
  const std::array<std::pair<std::string_view, const std::string*>, 4> names{
      {{"net", &accounts.net},
       {"auth", &accounts.auth},
       {"authorization", &accounts.authorization},
       {"service", &accounts.service}}};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (*names[i].second == "root") table.report(names[i].first, "must not be root");
    for (std::size_t j = 0; j < i; ++j) {
      if (*names[i].second == *names[j].second) {
        table.report(names[i].first, fmt::format("must not be the account of accounts.{}", names[j].first));
      }
    }
  }
}

void read_log(Table& root, Settings& settings) {
  const Node* node = root.take("log");
  if (node == nullptr) return;
  if (node->kind != Node::Kind::table) return root.report("log", "must be written as [log]");
  Table table(root.document(), *node, "log");
  table.get_path("file", settings.log_file);
  table.get_path("audit_file", settings.audit_file);
  table.get("level", settings.log_level);
  table.finish();
  static constexpr std::array<std::string_view, 4> levels{"debug", "info", "warning", "error"};
  if (std::ranges::find(levels, settings.log_level) == levels.end()) {
    table.report("level", fmt::format("'{}' is not one of debug, info, warning, error", settings.log_level));
  }
}

}  // namespace winrmd::config
