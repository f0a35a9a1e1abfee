#include "tools/plugin_check/shell_messages.hpp"

#include <fmt/format.h>

namespace winrmd::tools::check {
namespace {

constexpr std::uint32_t receive_ms = 500;  // for one Receive
constexpr int max_receives = 200;          // of one command
constexpr int max_silent_receives = 4;     // one after the other
constexpr std::string_view state_done = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Done";

}  // namespace

ipc::RequestDetails details(const Subject& subject) {
  ipc::RequestDetails details;
  details.sender_name = subject.ground.user;
  details.mechanism = "Basic";
  details.http_url = "http://localhost:5985/wsman";
  details.locale = "en-US";
  details.data_locale = "en-US";
  details.resource_uri = subject.resource_uri;
  details.operation_timeout_ms = subject.options.timeout_ms;
  details.max_envelope_size = 512'000;
  return details;
}

ipc::ShellCreate shell_create(const Subject& subject, const std::string& shell) {
  ipc::ShellCreate message;
  message.details = details(subject);
  message.plugin = "checked";
  message.shell = shell;
  message.input_streams = {"stdin"};
  message.output_streams = {"stdout", "stderr"};
  return message;
}

ipc::CommandCreate command_create(const Subject& subject, const std::string& shell, const std::string& command) {
  ipc::CommandCreate message;
  message.details = details(subject);
  message.shell = shell;
  message.command = command;
  message.command_line = subject.options.command;
  return message;
}

ipc::StreamSend stream_send(const Subject& subject, const std::string& shell, const std::string& command,
                            std::string data, bool end) {
  ipc::StreamSend message;
  message.details = details(subject);
  message.shell = shell;
  message.command = command;
  message.stream = "stdin";
  message.data = std::move(data);
  message.end = end;
  return message;
}

ipc::StreamReceive stream_receive(const Subject& subject, const std::string& shell, const std::string& command,
                                  std::uint32_t timeout_ms) {
  ipc::StreamReceive message;
  message.details = details(subject);
  message.details.operation_timeout_ms = timeout_ms;
  message.shell = shell;
  message.command = command;
  message.streams = {"stdout", "stderr"};
  message.max_data = 300'000;
  return message;
}

ipc::Signal signal(const Subject& subject, const std::string& shell, const std::string& command,
                   std::string_view code) {
  ipc::Signal message;
  message.details = details(subject);
  message.shell = shell;
  message.command = command;
  message.code = code;
  return message;
}

Received receive_all(Play& play, const std::string& shell, const std::string& command) {
  int silent = 0;
  for (int i = 0; i < max_receives && silent < max_silent_receives && play.good(); ++i) {
    const auto outcome = play.ask(stream_receive(play.subject(), shell, command, receive_ms), "WSManPluginReceive");
    if (!outcome.answered) return Received::no_end;
    if (outcome.code == code_timed_out) {
      ++silent;
      continue;
    }
    if (outcome.code != 0) return Received::failed;
    silent = 0;
    const auto received = ipc::decode<ipc::Received>(outcome.frame);
    if (received && received->state == state_done) return Received::done;
  }
  return Received::no_end;
}

Outcome end_shell(Play& play, const std::string& shell) {
  if (!play.good()) return {};
  ipc::ShellDelete message;
  message.shell = shell;
  return play.ask(message, "WSManPluginShell (its completion after the shell was deleted)");
}

}  // namespace winrmd::tools::check
