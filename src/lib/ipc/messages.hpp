// Every message type has its number here; the structs are in messages_control.hpp (supervisor and its children),
// messages_pam.hpp (about winrmd-pam), messages_login.hpp (net and auth), messages_authz.hpp (net and an authorization
// host), messages_shell.hpp and messages_resource.hpp (net and an operations host). All programs come from one build,
// so there is no version negotiation.
//
// Text is UTF-8 everywhere; only winrmd-host, which talks to plug-ins, knows UTF-16.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

namespace winrmd::ipc {

enum class MessageType : std::uint16_t {
  // supervisor and children
  net_setup = 1,
  net_ready,
  auth_setup,
  host_setup,
  host_ready,
  start_host,
  host_started,
  host_exited,
  mint_login,
  mint_account,
  token_minted,
  describe_token,
  token_described,
  release_token,
  stop,
  peer_channel,
  end_host,
  net_reload,
  auth_reload,
  reloaded,
  // supervisor, auth and a winrmd-pam
  start_pam = 50,
  pam_started,
  pam_setup,
  pam_check,
  pam_verdict,
  // net and auth
  login = 100,
  login_result,
  metrics_request,
  metrics_text,
  // net and an authorization host
  authz_user = 200,
  authz_operation,
  authz_completed,
  authz_cancel,
  authz_release_context,
  authz_query_quota,
  // net and an operations host
  shell_create = 300,
  command_create,
  stream_send,
  stream_receive,
  signal,
  shell_delete,
  cancel,
  undelivered,
  done,
  failed,
  received,
  shell_ended,
  command_ended,
  shell_created,
  shell_state,
  connect,
  connected,
  // net and an operations host, on resources
  resource_call = 400,
  resource_result,
  enumeration_open,
  enumeration_pull,
  enumeration_items,
  enumeration_close,
  // operations or authorization host and who plays net for it
  work_finished = 450,
  breach,
};

// An answer without content.
struct Done {
  static constexpr auto type = MessageType::done;
  auto fields(this auto&) { return std::tuple<>(); }
};

// An operation failed: a Win32 code or HRESULT with the text that came with it.
struct Failed {
  static constexpr auto type = MessageType::failed;
  std::uint32_t code = 0;
  std::string text;          // the plug-in's extended information (XML or plain text), or our own explanation
  bool from_plugin = false;  // the text is a plug-in's: the fault carries it in ProviderFault
  auto fields(this auto& self) { return std::tie(self.code, self.text, self.from_plugin); }
};

}  // namespace winrmd::ipc
