// Many clients of a shell plug-in at a time.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "tools/plugin_check/scenarios.hpp"
#include "tools/plugin_check/shell_messages.hpp"

namespace winrmd::tools::check {
namespace {

constexpr int shells = 8;
constexpr int commands = 4;  // of each
constexpr int max_rounds = 20;
constexpr std::uint32_t receive_ms = 500;

struct Running {
  std::string shell;
  std::string command;
};

// Sends all of `messages` at once and waits for the answers. Gives back those that went well.
template <class Message, class Of>
std::vector<Of> all_at_once(Play& play, const std::vector<Of>& whom, Message&& message, std::string_view entry_point) {
  std::vector<std::uint64_t> ids;
  for (const Of& one : whom) ids.push_back(play.host().send(message(one)));
  std::vector<Of> well;
  for (std::size_t i = 0; i < whom.size() && play.good(); ++i) {
    if (play.wait(ids[i], entry_point).ok()) well.push_back(whom[i]);
  }
  return well;
}

void receive_everything(Play& play, std::vector<Running> running) {
  const auto& subject = play.subject();
  for (int round = 0; round < max_rounds && !running.empty() && play.good(); ++round) {
    std::vector<std::uint64_t> ids;
    for (const auto& one : running) {
      ids.push_back(play.host().send(stream_receive(subject, one.shell, one.command, receive_ms)));
    }
    std::vector<Running> left;
    for (std::size_t i = 0; i < running.size() && play.good(); ++i) {
      const auto outcome = play.wait(ids[i], "WSManPluginReceive");
      bool done = false;
      if (outcome.ok()) {
        const auto received = ipc::decode<ipc::Received>(outcome.frame);
        done = received && received->exit_code.has_value();
      }
      if (!done && (outcome.ok() || outcome.code == code_timed_out)) left.push_back(running[i]);
    }
    running = std::move(left);
  }
}

}  // namespace

void play_shell_concurrent(Play& play) {
  if (!play.start()) return;
  const auto& subject = play.subject();
  std::vector<std::string> names;
  for (int i = 0; i < shells; ++i) names.push_back(fmt::format("S{}", i));
  names = all_at_once(play, names, [&](const auto& name) { return shell_create(subject, name); }, "WSManPluginShell");
  std::vector<Running> running;
  for (const auto& name : names) {
    for (int i = 0; i < commands; ++i) running.push_back({.shell = name, .command = fmt::format("C{}", i)});
  }
  running = all_at_once(
      play, running, [&](const auto& one) { return command_create(subject, one.shell, one.command); },
      "WSManPluginCommand");
  all_at_once(
      play, running, [&](const auto& one) { return stream_send(subject, one.shell, one.command, "in\n", true); },
      "WSManPluginSend");
  receive_everything(play, running);
  all_at_once(
      play, running, [&](const auto& one) { return signal(subject, one.shell, one.command, signal_terminate); },
      "WSManPluginSignal");
  const auto remove = [](const std::string& name) {
    ipc::ShellDelete message;
    message.shell = name;
    return message;
  };
  if (play.good()) all_at_once(play, names, remove, "WSManPluginShell (its completion after the shell was deleted)");
  play.stop();
}

}  // namespace winrmd::tools::check
