// A shell as a well-behaved client uses it.
#include <fmt/format.h>

#include "lib/ipc/breach.hpp"
#include "tools/plugin_check/scenarios.hpp"
#include "tools/plugin_check/shell_messages.hpp"

namespace winrmd::tools::check {
namespace {

std::string code_text(const Outcome& outcome) {
  return outcome.answered ? fmt::format("0x{:08X}", outcome.code) : std::string("no answer");
}

// Runs the command of the check to its end, or ends it.
void live_command(Play& play, const std::string& shell, const std::string& command, bool with_input) {
  const auto& subject = play.subject();
  const auto created = play.ask(command_create(subject, shell, command), "WSManPluginCommand");
  play.note("command " + code_text(created));
  if (!created.ok()) return;
  if (with_input && play.good()) {
    play.note("send " + code_text(play.ask(stream_send(subject, shell, command, "hello\n"), "WSManPluginSend")));
    play.note("send end " + code_text(play.ask(stream_send(subject, shell, command, "", true), "WSManPluginSend")));
  }
  if (!play.good()) return;
  const auto received = receive_all(play, shell, command);
  play.note(fmt::format("receive {}", static_cast<int>(received)));
  if (!play.good()) return;
  const auto ended = play.ask(signal(subject, shell, command, signal_terminate), "WSManPluginSignal");
  play.note("signal " + code_text(ended));
}

void live(Play& play) {
  const auto& subject = play.subject();
  const auto created = play.ask(shell_create(subject, "S"), "WSManPluginShell");
  play.note("shell " + code_text(created));
  if (!created.ok()) return;
  live_command(play, "S", "C1", false);
  if (play.good()) live_command(play, "S", "C2", true);
  if (play.good() && subject.connect) {
    ipc::Connect message;
    message.details = details(subject);
    message.shell = "S";
    play.note("connect " + code_text(play.ask(message, "WSManPluginConnect")));
  }
  if (play.good()) play.note("delete " + code_text(end_shell(play, "S")));
}

}  // namespace

void play_shell_good(Play& play) {
  if (!play.start()) return;
  live(play);
  play.stop();
}

// Once with each call on a thread of its own, once with all of them on one: what a client sees must be the same.
void play_shell_threads(Play& play) { compare_threads(play, live); }

}  // namespace winrmd::tools::check
