// Between winrmd-net and an operations host: one message per wire operation on a shell. The frame id names the request;
// the answer is Done, Failed or Received with the same id. Shells and commands are named by the ids the client sees.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/ipc/messages_control.hpp"

namespace winrmd::ipc {

struct NameValue {
  std::string name;
  std::string value;
  auto fields(this auto& self) { return std::tie(self.name, self.value); }
};

struct OptionValue {
  std::string name;
  std::string value;
  std::string type;  // XML type name; empty when the option has none
  bool must_comply = false;
  auto fields(this auto& self) { return std::tie(self.name, self.value, self.type, self.must_comply); }
};

// A w:FragmentTransfer or filter: its text, and the URI that says what language that is.
struct Expression {
  std::string text;
  std::string dialect;
  auto fields(this auto& self) { return std::tie(self.text, self.dialect); }
};

// What becomes a WSMAN_PLUGIN_REQUEST (the token comes from HostSetup).
struct RequestDetails {
  std::string sender_name;
  std::string mechanism;
  std::string http_url;
  std::string locale;
  std::string data_locale;
  std::string resource_uri;
  std::vector<NameValue> selectors;
  std::vector<OptionValue> options;
  bool options_must_understand = false;
  std::uint32_t operation_timeout_ms = 0;
  std::uint32_t max_envelope_size = 0;
  std::optional<CertificateDetails> certificate{};  // of a log-in by certificate
  std::optional<Expression> fragment{};             // requests on resources only
  std::optional<Expression> filter{};               // Enumerate only
  auto fields(this auto& self) {
    return std::tie(self.sender_name, self.mechanism, self.http_url, self.locale, self.data_locale, self.resource_uri,
                    self.selectors, self.options, self.options_must_understand, self.operation_timeout_ms,
                    self.max_envelope_size, self.certificate, self.fragment, self.filter);
  }
};

// Answered when the plug-in calls WSManPluginReportContext (ShellCreated) or WSManPluginOperationComplete (Failed).
struct ShellCreate {
  static constexpr auto type = MessageType::shell_create;
  RequestDetails details;
  std::string plugin;
  std::string shell;
  std::string name;
  std::vector<std::string> input_streams;   // never empty
  std::vector<std::string> output_streams;  // never empty
  std::vector<NameValue> environment;
  std::string working_directory;  // empty: not given
  std::uint32_t idle_timeout_ms = 0;
  std::optional<std::string> open_content;  // XML text of the foreign child of rsp:Shell
  // The client's own token, where the plug-in runs under another account (RunAsUser): the plug-in finds a handle for it
  // in the shell's environment. The host asks the supervisor who that is. Empty: none.
  std::string client_token{};
  auto fields(this auto& self) {
    return std::tie(self.details, self.plugin, self.shell, self.name, self.input_streams, self.output_streams,
                    self.environment, self.working_directory, self.idle_timeout_ms, self.open_content,
                    self.client_token);
  }
};

struct ShellCreated {
  static constexpr auto type = MessageType::shell_created;
  bool supports_connect =
      false;  // the plug-in has WSManPluginConnect, which announces that its shells can be disconnected
  auto fields(this auto& self) { return std::tie(self.supports_connect); }
};

// Answered when the plug-in calls WSManPluginReportContext (Done) or WSManPluginOperationComplete (Failed).
struct CommandCreate {
  static constexpr auto type = MessageType::command_create;
  RequestDetails details;
  std::string shell;
  std::string command;
  std::string command_line;
  std::vector<std::string> arguments;
  auto fields(this auto& self) {
    return std::tie(self.details, self.shell, self.command, self.command_line, self.arguments);
  }
};

// One rsp:Stream element. `command` empty: for the shell itself.
struct StreamSend {
  static constexpr auto type = MessageType::stream_send;
  RequestDetails details;
  std::string shell;
  std::string command;
  std::string stream;
  std::string data;
  bool end = false;
  auto fields(this auto& self) {
    return std::tie(self.details, self.shell, self.command, self.stream, self.data, self.end);
  }
};

// Answered by Received when there is output or the command is done, by Failed 0x80338029 after
// details.operation_timeout_ms. The host holds the clock so that no output is lost between a time-out and an answer.
struct StreamReceive {
  static constexpr auto type = MessageType::stream_receive;
  RequestDetails details;
  std::string shell;
  std::string command;
  std::vector<std::string> streams;  // wanted; never empty
  std::uint32_t max_data = 0;        // bytes of decoded output that fit the client's envelope
  auto fields(this auto& self) { return std::tie(self.details, self.shell, self.command, self.streams, self.max_data); }
};

struct StreamChunk {
  std::string stream;
  std::string data;
  bool end = false;  // this stream ends; data is empty then
  auto fields(this auto& self) { return std::tie(self.stream, self.data, self.end); }
};

struct Received {
  static constexpr auto type = MessageType::received;
  std::uint64_t sequence = 0;  // of this delivery on this command; quoted by Undelivered
  std::vector<StreamChunk> chunks;
  std::string state;  // CommandState URI
  std::optional<std::uint32_t> exit_code;
  auto fields(this auto& self) { return std::tie(self.sequence, self.chunks, self.state, self.exit_code); }
};

// net → host: the reply with this sequence did not reach the client; its output goes back to the front of the queue.
// Ignored once a later Receive of that command has been answered.
struct Undelivered {
  static constexpr auto type = MessageType::undelivered;
  std::string shell;
  std::string command;
  std::uint64_t sequence = 0;
  auto fields(this auto& self) { return std::tie(self.shell, self.command, self.sequence); }
};

struct Signal {
  static constexpr auto type = MessageType::signal;
  RequestDetails details;
  std::string shell;
  std::string command;  // empty: the shell itself
  std::string code;
  auto fields(this auto& self) { return std::tie(self.details, self.shell, self.command, self.code); }
};

// The shell's client has gone for the time being, or is back. Plug-ins are not told. Answered by Done at once: Receives
// that wait are refused with 0x803381C4 before that. While the client is away and `drop` is set, output that there is
// no room for makes the oldest go; else whoever reports it waits.
struct ShellState {
  static constexpr auto type = MessageType::shell_state;
  std::string shell;
  bool connected = true;
  bool drop = false;
  auto fields(this auto& self) { return std::tie(self.shell, self.connected, self.drop); }
};

// Call WSManPluginConnect. Answered by Connected, and the shell is connected again, or Failed.
struct Connect {
  static constexpr auto type = MessageType::connect;
  RequestDetails details;
  std::string shell;
  std::string command;                      // empty: the shell itself
  std::optional<std::string> open_content;  // XML text of the foreign child of rsp:Connect
  auto fields(this auto& self) { return std::tie(self.details, self.shell, self.command, self.open_content); }
};
struct Connected {
  static constexpr auto type = MessageType::connected;
  std::string open_content;  // what the plug-in gave for the answer: XML, not looked at yet; empty: nothing
  auto fields(this auto& self) { return std::tie(self.open_content); }
};

struct ShellDelete {
  static constexpr auto type = MessageType::shell_delete;
  std::string shell;
  auto fields(this auto& self) { return std::tie(self.shell); }
};

// net → host: nobody waits for the request with this frame id any more. A Receive has consumed nothing, even when its
// answer is already on its way; what a ShellCreate or CommandCreate made, or is about to make, is ended; a Connect
// connects nothing; other
// operations go on, their answer is ignored. net → auth: forget the log-in context of that connection.
struct Cancel {
  static constexpr auto type = MessageType::cancel;
  auto fields(this auto&) { return std::tuple<>(); }
};

// host → net, unasked: the plug-in completed the shell or command (after its release entry point has run). `creation`
// is the frame id of its ShellCreate or CommandCreate: a client may use the same shell or command id again.
struct ShellEnded {
  static constexpr auto type = MessageType::shell_ended;
  std::string shell;
  std::uint64_t creation = 0;
  auto fields(this auto& self) { return std::tie(self.shell, self.creation); }
};
struct CommandEnded {
  static constexpr auto type = MessageType::command_ended;
  std::string shell;
  std::string command;
  std::uint64_t creation = 0;
  auto fields(this auto& self) { return std::tie(self.shell, self.command, self.creation); }
};

}  // namespace winrmd::ipc
