// The typed settings of /etc/winrmd/winrmd.toml and the one function that reads them. Every error names file, line and
// key; unknown keys are errors. docs/configuration.md has one entry for each key.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.hpp"

namespace winrmd::config {

// How far a log-in under TLS must be tied to the TLS connection (CbtHardeningLevel).
enum class ChannelBinding : std::uint8_t { none, relaxed, strict, last = strict };

struct Listener {
  std::string address;     // numeric IPv4 or IPv6
  std::uint16_t port = 0;  // 0: any free port
  bool tls = false;
  std::string certificate{};  // PEM file, chain; required with tls
  std::string key{};          // PEM file
  bool basic = false;         // Basic is offered; over clear text only with allow_unencrypted
  bool allow_unencrypted = false;
  bool negotiate = false;     // Kerberos and NTLM, raw and in SPNEGO; default: where [login] has what one of them needs
  bool kerberos = false;      // the scheme of that name; default: where login.keytab is set
  bool certificates = false;  // client certificates; default: where client_ca is set
  bool credssp = false;
  bool metrics = false;                                      // GET /metrics; on a loopback address only
  std::string client_ca{};                                   // PEM file: who may issue client certificates
  ChannelBinding channel_binding = ChannelBinding::relaxed;  // only with tls

  bool operator==(const Listener&) const = default;
};

// Which account a log-in name means. The first rule that fits decides.
struct NameRule {
  std::string realm;    // of the name (a Kerberos realm, a domain), compared without case; `*` for any; empty: none
  std::string user;     // the name without its realm; `*` for any
  std::string account;  // local account; `%u` stands for the user part

  bool operator==(const NameRule&) const = default;
};

// Whom a client certificate means (certmapping). All patterns that are given must fit; `*` stands for any text.
struct CertificateRule {
  std::string issuer;   // SHA-1 thumbprint of a certificate of the chain above the client's, 40 hexadecimal digits
  std::string subject;  // pattern for the UPN (else an e-mail or DNS name, else the CN) of the certificate
  std::string uri;      // pattern for a URI among its alternative names; empty: not looked at
  std::string user;     // who it is then, as a log-in name
  bool enabled = true;

  bool operator==(const CertificateRule&) const = default;
};

// [login]: what winrmd-auth works with.
struct LoginSettings {
  bool pam = false;  // passwords of system accounts; only for a service started as root
  std::string pam_service = "winrmd";
  std::string keytab;          // Kerberos service keys
  std::string ntlm_file;       // NT hashes
  std::string default_domain;  // of names that come without one
  // Domains and realms that mean the user file and the accounts here, besides this host's names.
  std::vector<std::string> local_domains;
  std::vector<std::string> allow_users;  // log-in names or accounts; with allow_groups: who is in neither is refused
  std::vector<std::string> deny_users;
  std::vector<std::string> allow_groups;
  std::vector<std::string> deny_groups;
  std::vector<NameRule> names;
  std::vector<CertificateRule> certificates;

  bool operator==(const LoginSettings&) const = default;
};

// What a plug-in can do with a resource (Capability). The numbers are those of the host configuration schema.
enum class Capability : std::uint8_t {
  get = 1,
  put,
  create,
  remove,
  invoke,
  enumerate,
  subscribe,
  shell,
  identify,
  last = identify
};

struct ResourceCapability {
  Capability type = Capability::shell;
  bool supports_fragment = false;   // get, put, create, remove
  bool supports_filtering = false;  // enumerate, subscribe

  bool operator==(const ResourceCapability&) const = default;
};

// Who may use a part of a resource, where no authorization plug-in decides (Security).
struct ResourceSecurity {
  std::string uri;  // begins with the resource's
  std::string sddl;
  bool exact_match = false;

  bool operator==(const ResourceSecurity&) const = default;
};

struct Resource {
  std::string uri;
  bool exact_match = false;
  bool supports_options = true;
  std::vector<ResourceCapability> capabilities{ResourceCapability{}};  // shell alone, or any without it
  std::vector<ResourceSecurity> security{};

  bool operator==(const Resource&) const = default;
};

// `unlimited` and everything above: no limit of the plug-in's own; those of the service apply in any case.
inline constexpr std::uint32_t unlimited = 2'147'483'647;
struct PluginQuotas {
  std::uint32_t max_concurrent_users = unlimited;
  std::uint32_t max_operations_per_user = unlimited;
  std::uint32_t max_operations = unlimited;
  std::uint32_t max_shells_per_user = unlimited;
  std::uint32_t max_shells = unlimited;
  std::uint32_t max_commands_per_shell = unlimited;
  std::uint32_t max_processes_per_shell = unlimited;
  std::uint32_t max_memory_per_shell_mb = unlimited;
  std::optional<std::chrono::milliseconds> idle_timeout{};      // of shells; none: the service's
  std::optional<std::chrono::milliseconds> max_idle_timeout{};  // ceiling for what a client may ask

  bool operator==(const PluginQuotas&) const = default;
};

// Output while nobody is connected: its source waits, or whole objects are lost.
enum class OutputBuffering : std::uint8_t { block, drop, last = drop };

// Where something stands; no part of what it is, so that all are equal.
struct Place : std::string {
  using std::string::operator=;
  bool operator==(const Place& /*other*/) const { return true; }
};

struct Plugin {
  std::string name;
  std::string file;  // absolute path
  std::vector<Resource> resources;
  std::vector<std::pair<std::string, std::string>> parameters;  // become <InitializationParameters>
  std::string initialization_xml{};  // that element as the plug-in's own XML file has it; instead of `parameters`
  bool enabled = true;               // false: kept, never matched
  bool shared_process = false;
  bool auto_restart = false;
  std::chrono::milliseconds process_idle_timeout{0};
  bool disconnect = true;
  std::string run_as_user{};  // account its hosts run under; empty: the user's
  Place run_as_place{};       // FILE:LINE: KEY of that, for errors
  OutputBuffering output_buffering = OutputBuffering::block;
  PluginQuotas quotas{};
  std::uint32_t sdk_version = 1;  // 1 or 2, alike to winrmd
  std::string language{};         // xml:lang of its XML file
  std::string source{};           // file it was read from

  bool operator==(const Plugin&) const = default;
};

struct AuthorizationPlugin {
  std::string name;  // empty: none
  std::string file;
  std::vector<std::pair<std::string, std::string>> parameters;
  // Accounts the plug-in may choose for a user besides the user's own and the service account.
  std::vector<std::string> accounts;
  bool quota = false;  // SupportsQuota
  bool default_quota_on_failure = false;

  bool operator==(const AuthorizationPlugin&) const = default;
};

// Without an authorization plug-in: whoever has logged in may read and execute, administrators may do everything.
inline constexpr std::string_view default_root_sddl = "O:NSG:BAD:P(A;;GA;;;BA)(A;;GRGX;;;AU)";

struct Application {
  std::string path;  // `wsman`
  std::vector<Plugin> plugins;
  AuthorizationPlugin authorization;
  // Log-in names and local groups that are administrators; only where no authorization plug-in decides.
  std::vector<std::string> administrators;
  std::vector<std::string> administrator_groups{};
  std::vector<std::uint32_t> administrator_gids{};  // of those, where files are looked at
  std::string root_sddl{default_root_sddl};
  std::string plugin_directory{};  // *.xml there are plug-ins, one PlugInConfiguration each
  std::string configuration{};     // file with a system.management.wsmanagement.config element
  std::chrono::milliseconds user_record_idle_timeout{900'000};
  std::chrono::milliseconds refresh_interval{900'000};
  std::chrono::milliseconds authorization_timeout{30'000};
  std::chrono::milliseconds system_window{2'000};
  std::uint32_t system_window_operations = 0;  // 0: no limit
  // Instead of the limits of the same names.
  std::optional<std::uint32_t> max_envelope_size_kb{};
  std::optional<std::chrono::milliseconds> max_operation_timeout{};
  std::optional<std::chrono::milliseconds> enumeration_idle_timeout{};
  std::optional<std::chrono::milliseconds> max_shell_idle_timeout{};

  bool operator==(const Application&) const = default;
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
  std::uint32_t max_operations_per_user = 1500;
  std::uint32_t max_commands_per_shell = 1000;
  std::chrono::milliseconds enumeration_idle_timeout{240'000};  // between two Pulls
  std::uint32_t max_batch_items = 32'000;                       // of one answer to Enumerate or Pull
  std::uint32_t host_call_threads = 16;
  std::chrono::milliseconds host_call_deadline{60'000};
  std::uint32_t host_memory_mb = 2'048;  // data of one host process, what it starts not included; 0: no limit

  bool operator==(const Limits&) const = default;
};

// Accounts the processes run under when winrmd is started as root.
struct Accounts {
  std::string net = "_winrmd";
  std::string auth = "_winrmd-auth";
  std::string authorization = "_winrmd-authz";
  std::string service = "_winrmd-svc";  // a NULL impersonationToken
  bool allow_root = false;              // let a log-in or an authorization plug-in choose an account with uid 0

  bool operator==(const Accounts&) const = default;
};

// Where `winrmctl reload` finds a service that was started as root, unless the configuration says otherwise.
inline constexpr std::string_view default_control_socket = "/run/winrmd/control";

struct Settings {
  std::vector<Listener> listeners;
  std::string user_file;
  std::string control_socket;  // empty: none was said
  LoginSettings login;
  std::vector<Application> applications;
  Limits limits;
  Accounts accounts;
  std::string log_file;    // empty: standard error
  std::string audit_file;  // empty: standard error
  std::string log_level = "info";

  bool operator==(const Settings&) const = default;
};

// `name` is what errors call the text (the file's name). The error message reads `FILE:LINE: KEY: what is wrong`.
Result<Settings> parse(std::string_view toml, std::string_view name);
Result<Settings> load(const std::string& file);

}  // namespace winrmd::config
