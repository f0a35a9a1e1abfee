// A shell as a well-behaved client uses it.
#include <fmt/format.h>

#include "lib/ipc/breach.hpp"
#include "tools/plugin_check/scenarios.hpp"
#include "tools/plugin_check/shell_messages.hpp"

namespace winrmd::tools::check {
namespace {

void note(Play& play, std::string_view what, const Outcome& outcome) {
  play.note(outcome.answered ? fmt::format("{}: 0x{:08X}", what, outcome.code) : fmt::format("{}: no answer", what));
}

std::string_view words(Received received) {
  switch (received) {
    case Received::done:
      return "done";
    case Received::failed:
      return "failed";
    case Received::no_end:
      return "no end";
  }
  return {};
}

// Runs the command of the check to its end, or ends it.
void live_command(Play& play, const std::string& shell, const std::string& command, bool with_input) {
  const auto& subject = play.subject();
  const auto created = play.ask(command_create(subject, shell, command), "WSManPluginCommand");
  note(play, "command", created);
  if (!created.ok()) return;
  if (with_input && play.good()) {
    note(play, "send", play.ask(stream_send(subject, shell, command, "hello\n"), "WSManPluginSend"));
    note(play, "send end", play.ask(stream_send(subject, shell, command, "", true), "WSManPluginSend"));
  }
  if (!play.good()) return;
  const auto received = receive_all(play, shell, command);
  play.note(fmt::format("receive: {}", words(received)));
  if (!play.good()) return;
  const auto ended = play.ask(signal(subject, shell, command, signal_terminate), "WSManPluginSignal");
  note(play, "signal", ended);
}

void live(Play& play) {
  const auto& subject = play.subject();
  const auto created = play.ask(shell_create(subject, "S"), "WSManPluginShell");
  note(play, "shell", created);
  if (!created.ok()) return;
  live_command(play, "S", "C1", false);
  if (play.good()) live_command(play, "S", "C2", true);
  if (play.good() && subject.connect) {
    ipc::Connect message;
    message.details = details(subject);
    message.shell = "S";
    note(play, "connect", play.ask(message, "WSManPluginConnect"));
  }
  if (play.good()) note(play, "delete", end_shell(play, "S"));
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
