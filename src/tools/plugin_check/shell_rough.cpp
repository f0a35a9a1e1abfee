// Clients of a shell that ask for odd things, change their mind, or go away. Whether the plug-in refuses or obeys is
// its own business; it has to answer, once, and to let go in the end.
#include <array>

#include "tools/plugin_check/scenarios.hpp"
#include "tools/plugin_check/shell_messages.hpp"

namespace winrmd::tools::check {
namespace {

constexpr std::size_t long_text = 60'000;
constexpr std::size_t many = 500;
constexpr std::chrono::milliseconds moment{150};

// Valid Unicode that is easily got wrong: beyond the basic plane, noncharacters, right to left, combining.
constexpr std::array odd_texts{"\xF0\x9F\x90\x9A\xF4\x8F\xBF\xBF",
                               "\xEF\xBF\xBE\xEF\xBF\xBF",
                               "\xD7\xA9\xD7\x9C",
                               "e\xCC\x81\xCC\x81\xCC\x81",
                               "%s%n%x",
                               "..\\..\\",
                               "<&\"'>",
                               "\x01\x1F\x7F"};

ipc::RequestDetails odd_details(const Subject& subject) {
  auto odd = details(subject);
  odd.locale = "xx-Invalid-locale-of-no-place";
  odd.data_locale.clear();
  for (const auto* text : odd_texts) {
    odd.options.push_back({.name = text, .value = text, .type = "xs:string", .must_comply = true});
    odd.selectors.push_back({.name = text, .value = text});
  }
  for (std::size_t i = 0; i < many; ++i) odd.options.push_back({.name = "O", .value = {}, .type = {}});
  odd.options_must_understand = true;
  odd.max_envelope_size = 1;
  return odd;
}

void odd_shell(Play& play) {
  auto message = shell_create(play.subject(), "ODD");
  message.details = odd_details(play.subject());
  message.name = std::string(255, 'n');
  message.working_directory = "/nowhere/\xF0\x9F\x90\x9A";
  message.idle_timeout_ms = 0xFFFFFFFF;
  message.open_content = "<Odd xmlns=\"urn:odd\">" + std::string(long_text, 'x') + "</Odd>";
  for (const auto* text : odd_texts) message.environment.push_back({.name = text, .value = {}});
  for (std::size_t i = 0; i < many; ++i) message.environment.push_back({.name = "V" + std::to_string(i), .value = "v"});
  if (play.ask(message, "WSManPluginShell").ok()) end_shell(play, "ODD");
}

void odd_commands(Play& play) {
  const auto& subject = play.subject();
  auto empty = command_create(subject, "S", "EMPTY");
  empty.command_line.clear();
  auto huge = command_create(subject, "S", "HUGE");
  huge.command_line = std::string(long_text, 'c');
  huge.arguments.assign(many, "argument");
  auto odd = command_create(subject, "S", "TEXTS");
  odd.details = odd_details(subject);
  for (const auto* text : odd_texts) odd.arguments.emplace_back(text);
  for (const auto* message : {&empty, &huge, &odd}) {
    if (!play.good() || !play.ask(*message, "WSManPluginCommand").ok() || !play.good()) continue;
    play.ask(stream_receive(subject, "S", message->command, 200), "WSManPluginReceive");
    if (play.good()) play.ask(signal(subject, "S", message->command, signal_terminate), "WSManPluginSignal");
  }
}

// Signals that there are not, and everything aimed at the shell itself.
void odd_aims(Play& play) {
  const auto& subject = play.subject();
  if (!play.ask(command_create(subject, "S", "AIM"), "WSManPluginCommand").ok()) return;
  for (const std::string_view code : {"urn:no-such-signal", "", "\xF0\x9F\x90\x9A"}) {
    if (play.good()) play.ask(signal(subject, "S", "AIM", code), "WSManPluginSignal");
  }
  if (play.good()) play.ask(stream_send(subject, "S", "AIM", std::string(long_text, '\0')), "WSManPluginSend");
  if (play.good()) play.ask(stream_send(subject, "S", "", "to the shell"), "WSManPluginSend");
  if (play.good()) play.ask(stream_receive(subject, "S", "", 200), "WSManPluginReceive");
  if (play.good()) play.ask(signal(subject, "S", "", signal_ctrl_c), "WSManPluginSignal");
  auto no_streams = stream_receive(subject, "S", "AIM", 200);
  no_streams.streams.clear();
  if (play.good()) play.ask(no_streams, "WSManPluginReceive");
}

// A shell with a command that a client waits for; false: the plug-in has none.
bool open_busy_shell(Play& play, const std::string& shell) {
  const auto& subject = play.subject();
  if (!play.ask(shell_create(subject, shell), "WSManPluginShell").ok()) return false;
  return play.ask(command_create(subject, shell, "C"), "WSManPluginCommand").ok();
}

}  // namespace

void play_shell_hostile(Play& play) {
  if (!play.start()) return;
  odd_shell(play);
  if (play.good() && play.ask(shell_create(play.subject(), "S"), "WSManPluginShell").ok()) {
    odd_commands(play);
    if (play.good()) odd_aims(play);
    end_shell(play, "S");
  }
  play.stop();
}

void play_shell_cancelled(Play& play) {
  if (!play.start()) return;
  const auto& subject = play.subject();
  // Nobody wants the shell any more, before it is there.
  const auto unwanted = play.host().send(shell_create(subject, "UNWANTED"));
  play.host().send_as(ipc::Cancel{}, unwanted);
  if (open_busy_shell(play, "S") && play.good()) {
    const auto receive = play.host().send(stream_receive(subject, "S", "C", 5'000));
    play.host().idle(moment);
    play.host().send_as(ipc::Cancel{}, receive);
    // Twice, and no waiting in between.
    const auto first = play.host().send(signal(subject, "S", "C", signal_ctrl_c));
    const auto second = play.host().send(signal(subject, "S", "C", signal_terminate));
    play.wait(first, "WSManPluginSignal");
    if (play.good()) play.wait(second, "WSManPluginSignal");
    const auto command = play.host().send(command_create(subject, "S", "UNWANTED"));
    play.host().send_as(ipc::Cancel{}, command);
    end_shell(play, "S");
  }
  // Ended in the middle of everything.
  if (play.good() && open_busy_shell(play, "M") && play.good()) {
    play.host().send(stream_receive(subject, "M", "C", 5'000));
    play.host().send(stream_send(subject, "M", "C", "input\n"));
    play.host().send(signal(subject, "M", "C", signal_ctrl_c));
    end_shell(play, "M");
  }
  play.stop();
}

void play_shell_timed_out(Play& play) {
  if (!play.start()) return;
  const auto& subject = play.subject();
  if (open_busy_shell(play, "S") && play.good()) {
    // Clients ask again after each time-out, and give up at last.
    for (int i = 0; i < 5 && play.good(); ++i) {
      play.ask(stream_receive(subject, "S", "C", 1), "WSManPluginReceive");
    }
    auto send = stream_send(subject, "S", "C", "late\n");
    send.details.operation_timeout_ms = 1;
    const auto late = play.host().send(send);
    play.host().idle(moment);
    play.host().send_as(ipc::Cancel{}, late);
    auto ctrl_c = signal(subject, "S", "C", signal_ctrl_c);
    ctrl_c.details.operation_timeout_ms = 1;
    if (play.good()) play.ask(ctrl_c, "WSManPluginSignal");
    end_shell(play, "S");
  }
  play.stop();
}

void play_shell_restarted(Play& play) {
  // A host that nobody asked for anything, one that is stopped in the middle, and one whose winrmd-net is gone.
  for (int round = 0; round < 3; ++round) {
    if (!play.start()) return;
    if (round > 0 && open_busy_shell(play, "S") && play.good()) {
      play.host().send(stream_receive(play.subject(), "S", "C", 5'000));
      play.host().send(stream_send(play.subject(), "S", "C", "input\n"));
      play.host().idle(moment);
    }
    if (round == 2) play.host().hang_up();
    play.stop();
    if (!play.good()) return;
  }
}

}  // namespace winrmd::tools::check
