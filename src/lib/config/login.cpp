#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/config/sections.hpp"

namespace winrmd::config {
namespace {

bool is_thumbprint(std::string_view text) {
  return text.size() == 40 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

NameRule read_name_rule(Document& document, const Node& node) {
  Table table(document, node, "login.map");
  NameRule rule;
  table.get("realm", rule.realm);
  table.get("user", rule.user, Need::required);
  table.get("account", rule.account, Need::required);
  table.finish();
  if (rule.account == "%u" && rule.user == "*" && rule.realm == "*") {
    table.report("realm", "'*' with user '*' and account '%u' would let every realm name every account");
  }
  return rule;
}

CertificateRule read_certificate_rule(Document& document, const Node& node) {
  Table table(document, node, "login.certificate");
  CertificateRule rule;
  table.get("issuer", rule.issuer, Need::required);
  table.get("subject", rule.subject, Need::required);
  table.get("uri", rule.uri);
  table.get("user", rule.user, Need::required);
  table.get("enabled", rule.enabled);
  table.finish();
  std::erase(rule.issuer, ':');
  if (!rule.issuer.empty() && !is_thumbprint(rule.issuer)) {
    table.report("issuer", "is no SHA-1 thumbprint: 40 hexadecimal digits");
  }
  return rule;
}

}  // namespace

void read_login(Table& root, LoginSettings& login) {
  const Node* node = root.take("login");
  if (node == nullptr) return;
  if (node->kind != Node::Kind::table) return root.report("login", "must be written as [login]");
  Table table(root.document(), *node, "login");
  table.get("pam", login.pam);
  table.get("pam_service", login.pam_service);
  table.get_path("keytab", login.keytab);
  table.get_path("ntlm_file", login.ntlm_file);
  table.get("default_domain", login.default_domain);
  table.get("local_domains", login.local_domains);
  table.get("allow_users", login.allow_users);
  table.get("deny_users", login.deny_users);
  table.get("allow_groups", login.allow_groups);
  table.get("deny_groups", login.deny_groups);
  for (const Node* rule : table.tables("map")) login.names.push_back(read_name_rule(root.document(), *rule));
  for (const Node* rule : table.tables("certificate")) {
    login.certificates.push_back(read_certificate_rule(root.document(), *rule));
  }
  table.finish();
  if (login.pam_service.contains('/')) table.report("pam_service", "is a name, not a path");
  if (login.names.size() > max_rules) table.report("map", fmt::format("has more than {} entries", max_rules));
  if (login.certificates.size() > max_rules) {
    table.report("certificate", fmt::format("has more than {} entries", max_rules));
  }
  check_readable(table, "keytab", login.keytab);
  check_readable(table, "ntlm_file", login.ntlm_file);
}

// What a listener can offer depends on what log-ins are checked against.
void check_schemes(Table& root, const Settings& settings) {
  const auto& login = settings.login;
  const auto any = [&](bool Listener::* scheme) { return std::ranges::any_of(settings.listeners, scheme); };
  if (any(&Listener::basic) && settings.user_file.empty() && !login.pam) {
    root.report("user_file", "is missing: a listener with basic needs it, or login.pam");
  }
  const bool gssapi = !login.keytab.empty() || !login.ntlm_file.empty();
  if (any(&Listener::negotiate) && !gssapi) {
    root.report("listener", "with negotiate needs login.keytab or login.ntlm_file");
  }
  if (any(&Listener::credssp) && !gssapi) {
    root.report("listener", "with credssp needs login.keytab or login.ntlm_file");
  }
  if (any(&Listener::kerberos) && login.keytab.empty()) root.report("listener", "with kerberos needs login.keytab");
}

}  // namespace winrmd::config
