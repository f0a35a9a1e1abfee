// Between the supervisor and its children. The supervisor's end of each channel accepts only the requests its table
// (src/supervisor/requests.cpp) lists for that kind of child.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/ipc/messages.hpp"

namespace winrmd::ipc {

// What WSMAN_CERTIFICATE_DETAILS says about a client's certificate.
struct CertificateDetails {
  std::string subject;
  std::string issuer_name;
  std::string issuer_thumbprint;  // SHA-1, hexadecimal
  std::string subject_name;       // the UPN, or what stood in for it
  auto fields(this auto& self) {
    return std::tie(self.subject, self.issuer_name, self.issuer_thumbprint, self.subject_name);
  }
};

// Who a token stands for, in the supervisor's words. `login_name` and `mechanism` are what winrmd-auth reported when it
// minted the token (empty for a token that an authorization host minted for an account by name).
struct TokenDescription {
  std::string login_name;
  std::string mechanism;
  std::string account;  // local account name
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups;
  std::optional<CertificateDetails> certificate{};  // of a log-in by certificate
  auto fields(this auto& self) {
    return std::tie(self.login_name, self.mechanism, self.account, self.uid, self.gid, self.groups, self.certificate);
  }
};

// How far a log-in under TLS must be tied to the TLS connection: not looked at, verified when the client sends it,
// required.
enum class ChannelBinding : std::uint8_t { none = 0, relaxed, strict, last = strict };

struct ListenerSetup {
  bool tls = false;
  bool basic = false;  // offer Basic here (in clear only where the configuration allows it)
  bool negotiate = false;
  bool kerberos = false;
  bool certificates = false;
  bool credssp = false;
  bool metrics = false;            // GET /metrics
  bool allow_unencrypted = false;  // without TLS: messages that are not sealed are served
  ChannelBinding channel_binding = ChannelBinding::relaxed;
  std::string certificate_pem{};  // chain; empty without TLS
  std::string key_pem{};
  std::string client_ca_pem{};  // who may issue client certificates
  auto fields(this auto& self) {
    return std::tie(self.tls, self.basic, self.negotiate, self.kerberos, self.certificates, self.credssp, self.metrics,
                    self.allow_unencrypted, self.channel_binding, self.certificate_pem, self.key_pem,
                    self.client_ca_pem);
  }
};

// The values of config::Capability.
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

struct CapabilitySetup {
  Capability type = Capability::shell;
  bool supports_fragment = false;
  bool supports_filtering = false;
  auto fields(this auto& self) { return std::tie(self.type, self.supports_fragment, self.supports_filtering); }
};

struct SecuritySetup {
  std::string uri;
  std::string sddl;
  bool exact_match = false;
  auto fields(this auto& self) { return std::tie(self.uri, self.sddl, self.exact_match); }
};

struct ResourceSetup {
  std::string uri;
  bool exact_match = false;
  bool supports_options = true;
  std::vector<CapabilitySetup> capabilities{CapabilitySetup{}};  // Shell alone, or others without it
  std::vector<SecuritySetup> security{};
  auto fields(this auto& self) {
    return std::tie(self.uri, self.exact_match, self.supports_options, self.capabilities, self.security);
  }
};

// A plug-in's own limits; 2147483647 and above: none. Those of LimitSetup and of the user's quota apply in any case.
inline constexpr std::uint32_t no_limit = 2'147'483'647;
struct PluginQuotaSetup {
  std::uint32_t max_concurrent_users = no_limit;
  std::uint32_t max_operations_per_user = no_limit;
  std::uint32_t max_operations = no_limit;
  std::uint32_t max_shells_per_user = no_limit;
  std::uint32_t max_shells = no_limit;
  std::uint32_t max_commands_per_shell = no_limit;
  std::optional<std::uint32_t> idle_timeout_ms{};      // of shells; none: the application's
  std::optional<std::uint32_t> max_idle_timeout_ms{};  // ceiling for what a client may ask; likewise
  auto fields(this auto& self) {
    return std::tie(self.max_concurrent_users, self.max_operations_per_user, self.max_operations,
                    self.max_shells_per_user, self.max_shells, self.max_commands_per_shell, self.idle_timeout_ms,
                    self.max_idle_timeout_ms);
  }
};

// A plug-in as winrmd-net knows it: names and resources. `file` is only quoted in faults. Disabled ones are left out.
struct PluginSetup {
  std::string name;
  std::string file;
  std::vector<ResourceSetup> resources;
  bool shared_process = false;
  std::uint32_t process_idle_timeout_ms = 0;
  bool disconnect = true;        // shells may be disconnected where the plug-in has WSManPluginConnect
  bool auto_restart = false;     // its shared hosts are started again after a crash
  bool drop_output = false;      // OutputBufferingMode Drop, where the client does not say
  std::string run_as_account{};  // not empty: its hosts run under this account, whoever the user is
  PluginQuotaSetup quotas{};
  // Another number after a reload: what its hosts are told has changed, or its library. Hosts that run go on for the
  // shells they have; new shells want new ones.
  std::uint64_t revision = 0;
  auto fields(this auto& self) {
    return std::tie(self.name, self.file, self.resources, self.shared_process, self.process_idle_timeout_ms,
                    self.disconnect, self.auto_restart, self.drop_output, self.run_as_account, self.quotas,
                    self.revision);
  }
};

struct ApplicationSetup {
  std::string path;  // URL path without slashes at the ends, as in `wsman`
  std::vector<PluginSetup> plugins;
  std::string authorization_name;           // the authorization plug-in; empty: the descriptors decide
  std::string authorization_file;           // only quoted in faults
  std::vector<std::string> administrators;  // login names; only where no authorization plug-in decides
  std::uint32_t user_record_idle_timeout_ms = 0;
  std::uint32_t refresh_interval_ms = 0;
  std::uint32_t authorization_timeout_ms = 0;
  bool authorization_quota = false;       // the plug-in is asked for quotas
  bool default_quota_on_failure = false;  // ... and when that fails the default applies; else the request is refused
  std::uint32_t system_window_ms = 0;
  std::uint32_t system_window_operations = 0;       // in any window of that length; 0: no limit
  std::vector<std::uint32_t> administrator_gids{};  // local groups whose members are administrators; as above
  std::string root_sddl{};                          // empty: nothing is asked of it
  // The limits of this application: its own, or those of LimitSetup. 0 (in tests): those of LimitSetup.
  std::uint32_t max_envelope_size = 0;
  std::uint32_t max_operation_timeout_ms = 0;
  std::uint32_t enumeration_idle_timeout_ms = 0;
  std::uint32_t max_shell_idle_timeout_ms = 0;
  std::uint64_t authorization_revision = 0;  // as PluginSetup::revision, of the authorization plug-in
  auto fields(this auto& self) {
    return std::tie(self.path, self.plugins, self.authorization_name, self.authorization_file, self.administrators,
                    self.user_record_idle_timeout_ms, self.refresh_interval_ms, self.authorization_timeout_ms,
                    self.authorization_quota, self.default_quota_on_failure, self.system_window_ms,
                    self.system_window_operations, self.administrator_gids, self.root_sddl, self.max_envelope_size,
                    self.max_operation_timeout_ms, self.enumeration_idle_timeout_ms, self.max_shell_idle_timeout_ms,
                    self.authorization_revision);
  }
};

struct LimitSetup {
  std::uint32_t max_envelope_size = 0;  // bytes
  std::uint32_t max_operation_timeout_ms = 0;
  std::uint32_t max_connections = 0;
  std::uint32_t request_read_timeout_ms = 0;  // from first byte to last byte of one request
  std::uint32_t connection_idle_timeout_ms = 0;
  std::uint32_t shell_idle_timeout_ms = 0;      // default
  std::uint32_t max_shell_idle_timeout_ms = 0;  // ceiling for what a client may ask
  std::uint32_t max_shells_per_user = 0;
  std::uint32_t max_operations_per_user = 0;
  std::uint32_t max_commands_per_shell = 0;
  std::uint32_t enumeration_idle_timeout_ms = 240'000;  // between two Pulls
  std::uint32_t max_batch_items = 32'000;               // of one answer to Enumerate or Pull
  auto fields(this auto& self) {
    return std::tie(self.max_envelope_size, self.max_operation_timeout_ms, self.max_connections,
                    self.request_read_timeout_ms, self.connection_idle_timeout_ms, self.shell_idle_timeout_ms,
                    self.max_shell_idle_timeout_ms, self.max_shells_per_user, self.max_operations_per_user,
                    self.max_commands_per_shell, self.enumeration_idle_timeout_ms, self.max_batch_items);
  }
};

// supervisor → net, first message. Descriptors: the channel to winrmd-auth, the audit log, then one listening socket
// for each listener.
struct NetSetup {
  static constexpr auto type = MessageType::net_setup;
  std::vector<ListenerSetup> listeners;
  std::vector<ApplicationSetup> applications;
  LimitSetup limits;
  bool privileged = false;
  auto fields(this auto& self) { return std::tie(self.listeners, self.applications, self.limits, self.privileged); }
};

// net → supervisor: the listeners are being served.
struct NetReady {
  static constexpr auto type = MessageType::net_ready;
  auto fields(this auto&) { return std::tuple<>(); }
};

// supervisor → auth, first message. Descriptor: the channel to winrmd-net.
struct NameRule {
  std::string realm;
  std::string user;
  std::string account;
  auto fields(this auto& self) { return std::tie(self.realm, self.user, self.account); }
};

struct CertificateRule {
  std::string issuer;
  std::string subject;
  std::string uri;
  std::string user;
  auto fields(this auto& self) { return std::tie(self.issuer, self.subject, self.uri, self.user); }
};

// Which log-in names mean whom, and who may log in at all: the settings of [login].
struct AccountRules {
  std::string default_domain{};
  std::vector<std::string> local_domains{};
  std::vector<std::string> allow_users{};
  std::vector<std::string> deny_users{};
  std::vector<std::string> allow_groups{};
  std::vector<std::string> deny_groups{};
  std::vector<NameRule> names{};
  std::vector<CertificateRule> certificates{};  // the enabled ones
  bool allow_root = false;                      // a name may mean an account with uid 0, where it is named
  auto fields(this auto& self) {
    return std::tie(self.default_domain, self.local_domains, self.allow_users, self.deny_users, self.allow_groups,
                    self.deny_groups, self.names, self.certificates, self.allow_root);
  }
};

struct AuthSetup {
  static constexpr auto type = MessageType::auth_setup;
  std::string user_file;                     // path; winrmd-auth opens it itself, and again when it has changed
  bool privileged = false;                   // map each user to a local account; otherwise to the running account
  bool pam = false;                          // system accounts may log in with their password (StartPam)
  std::string keytab{};                      // path; empty: no Kerberos
  std::string ntlm_file{};                   // path; empty: no NTLM
  std::vector<std::string> client_ca_pem{};  // of the listeners that take client certificates
  AccountRules accounts{};
  auto fields(this auto& self) {
    return std::tie(self.user_file, self.privileged, self.pam, self.keytab, self.ntlm_file, self.client_ca_pem,
                    self.accounts);
  }
};

// supervisor → net: work with these from now on. Certificates, keys and issuers are used for new connections;
// applications, plug-ins and limits for new requests, while shells that are open go on as they began. Answered by
// Reloaded.
struct NetReload {
  static constexpr auto type = MessageType::net_reload;
  std::vector<ListenerSetup> listeners;  // one for each of NetSetup
  std::vector<ApplicationSetup> applications{};
  LimitSetup limits{};
  auto fields(this auto& self) { return std::tie(self.listeners, self.applications, self.limits); }
};

// supervisor → auth: work with these settings from now on, and read all files again. Answered by Reloaded.
struct AuthReload {
  static constexpr auto type = MessageType::auth_reload;
  AuthSetup setup;
  auto fields(this auto& self) { return std::tie(self.setup); }
};

// net or auth → supervisor.
struct Reloaded {
  static constexpr auto type = MessageType::reloaded;
  std::string error;      // empty: done; else why the child works on with what it had
  std::string warning{};  // what does not work, as it did not before
  auto fields(this auto& self) { return std::tie(self.error, self.warning); }
};

struct HostedPlugin {
  std::string name;
  std::string file;                // absolute path
  std::string initialization_xml;  // what WSManPluginStartup gets as extraInfo; empty: NULL
  bool quota = false;              // authorization plug-in: it must have WSManPluginAuthzQueryQuota
  // Of an operations plug-in: it must have the entry points that these need. None: shell.
  std::vector<Capability> capabilities{};
  // What WSManPluginGetConfiguration tells beside the name.
  bool shared_process = false;
  std::uint32_t process_idle_timeout_ms = 0;
  std::string run_as_user{};  // empty: none was configured
  bool auto_restart = false;
  auto fields(this auto& self) {
    return std::tie(self.name, self.file, self.initialization_xml, self.quota, self.capabilities, self.shared_process,
                    self.process_idle_timeout_ms, self.run_as_user, self.auto_restart);
  }
};

// supervisor → host, first message. Descriptor: the channel to winrmd-net.
struct HostSetup {
  static constexpr auto type = MessageType::host_setup;
  bool authorization = false;  // authorization host: one plug-in, may ask mint_account and describe_token
  std::string application;     // what Startup gets as applicationIdentification
  std::vector<HostedPlugin> plugins;
  std::string token;          // operations host: the token it runs under; empty: the service account
  TokenDescription identity;  // of that token, or of the account the process runs under
  std::string delegated{};    // the credential that the client delegated, see MintLogin; empty: none
  std::uint32_t call_threads = 16;
  std::uint32_t call_deadline_ms = 0;  // every call thread blocked for longer than this: the host gives up
  std::uint32_t startup_flags = 0;     // what Startup gets: a WSMAN_PLUGIN_STARTUP_* value; 0: REQUEST_RECEIVED
  std::uint32_t memory_mb = 0;         // for the process's data (soft limit); 0: none
  bool check = false;                  // report breaches of contract (Breach): only `winrmctl plugin check` sets it
  auto fields(this auto& self) {
    return std::tie(self.authorization, self.application, self.plugins, self.token, self.identity, self.delegated,
                    self.call_threads, self.call_deadline_ms, self.startup_flags, self.memory_mb, self.check);
  }
};

// net → supervisor. `token` empty: the service account (a NULL impersonationToken). Where the plug-in is configured to
// run as somebody, that decides and `token` is not looked at.
struct StartHost {
  static constexpr auto type = MessageType::start_host;
  bool authorization = false;
  std::string application;
  std::string token;
  std::string plugin;               // operations host: the one plug-in it serves
  std::uint32_t startup_flags = 0;  // see HostSetup
  auto fields(this auto& self) {
    return std::tie(self.authorization, self.application, self.token, self.plugin, self.startup_flags);
  }
};

// supervisor → net, answer to StartHost. Descriptor: the channel to the host.
struct HostStarted {
  static constexpr auto type = MessageType::host_started;
  std::uint64_t host = 0;
  std::string account;
  auto fields(this auto& self) { return std::tie(self.host, self.account); }
};

// net → supervisor: this host was told to stop, has had time for it, and is still there. It is killed. No answer.
struct EndHost {
  static constexpr auto type = MessageType::end_host;
  std::uint64_t host = 0;
  auto fields(this auto& self) { return std::tie(self.host); }
};

// supervisor → net: a host process has ended, and how, in words for the log.
struct HostExited {
  static constexpr auto type = MessageType::host_exited;
  std::uint64_t host = 0;
  std::string status;
  auto fields(this auto& self) { return std::tie(self.host, self.status); }
};

// auth → supervisor: this login is that account. Answered by TokenMinted or Failed.
struct MintLogin {
  static constexpr auto type = MessageType::mint_login;
  std::string login_name;
  std::string mechanism;
  std::string account;  // empty: the account the service runs under (unprivileged only)
  std::optional<CertificateDetails> certificate{};
  // What a Kerberos client delegated, as the bytes of a credential cache file. The supervisor hands it, unread, to the
  // hosts that run under the token, and forgets it with the token.
  std::string delegated{};
  auto fields(this auto& self) {
    return std::tie(self.login_name, self.mechanism, self.account, self.certificate, self.delegated);
  }
};

// authorization host → supervisor: a token for a named account, within what the configuration lets this application's
// plug-in choose. Answered by TokenMinted or Failed.
struct MintAccount {
  static constexpr auto type = MessageType::mint_account;
  std::string account;
  std::string for_token;  // the client's token, where the choice depends on who logged in; may be empty
  auto fields(this auto& self) { return std::tie(self.account, self.for_token); }
};

struct TokenMinted {
  static constexpr auto type = MessageType::token_minted;
  std::string token;  // 16 random bytes
  TokenDescription identity;
  auto fields(this auto& self) { return std::tie(self.token, self.identity); }
};

// authorization host → supervisor: who is this? Answered by TokenDescribed or Failed. The plug-in is told what the
// supervisor says, not what net says.
struct DescribeToken {
  static constexpr auto type = MessageType::describe_token;
  std::string token;
  auto fields(this auto& self) { return std::tie(self.token); }
};

struct TokenDescribed {
  static constexpr auto type = MessageType::token_described;
  TokenDescription identity;
  auto fields(this auto& self) { return std::tie(self.identity); }
};

// net, auth or authorization host → supervisor: this token is no longer referred to. No answer. A token has one
// reference: winrmd-auth holds it until its LoginResult is sent, then net does; an authorization host holds what it
// minted until it reports the token in AuthzCompleted, then net does. A host that reports an account twice mints twice,
// and one that never reports a token releases it itself. Releasing a token that is not (or no longer) live is no error.
struct ReleaseToken {
  static constexpr auto type = MessageType::release_token;
  std::string token;
  auto fields(this auto& self) { return std::tie(self.token); }
};

// host → supervisor: setup was read. supervisor → child: end in good order (hosts: after plug-in Shutdown).
struct HostReady {
  static constexpr auto type = MessageType::host_ready;
  auto fields(this auto&) { return std::tuple<>(); }
};
struct Stop {
  static constexpr auto type = MessageType::stop;
  std::uint32_t reason = 0;  // a WSMAN_PLUGIN_SHUTDOWN_* value; only hosts look at it
  auto fields(this auto& self) { return std::tie(self.reason); }
};

// supervisor → net or auth: the other one of the two was started again. Descriptor: the fresh channel to it. What was
// under way on the old channel is lost: net answers waiting log-ins with 503, auth forgets their contexts.
struct PeerChannel {
  static constexpr auto type = MessageType::peer_channel;
  auto fields(this auto&) { return std::tuple<>(); }
};

}  // namespace winrmd::ipc
