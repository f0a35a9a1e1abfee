// Commands. The first word of the command line says what the probe does:
//   echo WORDS          the words as output, exit code 0
//   code N              exit code N
//   identity, details   JSON about the thread and the request
//   run                 runs until it is signalled or told to end
//   input               runs; gives back what Send brings, ends with it
//   crash abort throw exit hang never fail CODE TEXT    in the entry point, as for shells
//   late MS             reports its context from another thread after a while, then as echo
//   twice               a second ReportContext, and a second OperationComplete at the end
//   fields              calls with parameters that are not allowed, as the output
//   drop CODE           some output, then OperationComplete with an error for the Receive
//   on WHERE WHAT       WHERE: receive send signal; WHAT: crash abort throw exit hang never twice fail
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "shell_probe/identity.hpp"
#include "shell_probe/misbehave.hpp"
#include "shell_probe/odd_calls.hpp"
#include "shell_probe/operations.hpp"
#include "shell_probe/threads.hpp"
#include "support/text.hpp"

namespace probe {
namespace {

std::vector<std::string> split(const std::string& line, WSMAN_COMMAND_ARG_SET* arguments) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < line.size();) {
    const auto end = std::min(line.find(' ', at), line.size());
    if (end > at) words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  for (DWORD i = 0; arguments != nullptr && i < arguments->argsCount; ++i) words.push_back(utf8(arguments->args[i]));
  return words;
}

DWORD number(const std::string& text) { return static_cast<DWORD>(std::strtoul(text.c_str(), nullptr, 0)); }

void on_shutdown(void* data) { end(*static_cast<CommandContext*>(data)); }

// What is known before any Receive: output and exit code of the commands that end by themselves.
void prepare(CommandContext& command) {
  const auto what = command.word(0);
  command.finished = true;
  if (what == "identity") {
    command.output = identity_text(command.request);
  } else if (what == "details") {
    command.output = details_text(command.request);
  } else if (what == "code") {
    command.exit_code = number(command.word(1));
  } else if (what == "run" || what == "input" || what == "on" || what == "fields" || what == "drop") {
    command.finished = false;
  } else {
    for (std::size_t i = 1; i < command.words.size(); ++i) command.output += (i > 1 ? " " : "") + command.words[i];
  }
}

}  // namespace

void start_command(WSMAN_PLUGIN_REQUEST* request, const std::string& line, WSMAN_COMMAND_ARG_SET* arguments) {
  auto words = split(line, arguments);
  const auto what = words.empty() ? std::string() : words[0];
  misbehave(what);
  if (what == "fail") {
    return complete("command", request, number(words.size() > 1 ? words[1] : ""), words.size() > 2 ? words[2] : "");
  }
  auto* const command = new CommandContext;
  command->request = request;
  command->words = std::move(words);
  prepare(*command);
  WSManPluginRegisterShutdownCallback(request, on_shutdown, command);
  if (what == "never") return;
  if (what == "late") {
    return run_later(std::chrono::milliseconds(number(command->word(1))),
                     [command] { report("command", command->request, command); });
  }
  report("command", request, command);
  if (what == "twice") report("command", request, command);
}

void receive(WSMAN_PLUGIN_REQUEST* request, CommandContext& command) {
  const auto odd = command.at("receive");
  misbehave(odd);
  if (odd == "fail") return complete("receive", request, 1234, "no output today");
  if (command.word(0) == "fields") {
    command.output = odd_receive_results(request);
    command.finished = true;
  }
  {
    const std::lock_guard lock(command.mutex);
    command.receive = request;
  }
  if (command.word(0) == "drop") {
    {
      const std::lock_guard lock(command.mutex);
      command.output = "not to be seen";
    }
    deliver(command);
    const std::lock_guard lock(command.mutex);
    return complete("receive", std::exchange(command.receive, nullptr), number(command.word(1)), "dropped");
  }
  deliver(command);
  if (command.word(0) == "twice") complete("receive", request);
}

void send(WSMAN_PLUGIN_REQUEST* request, CommandContext& command, std::string data, bool last) {
  const auto odd = command.at("send");
  misbehave(odd);
  if (odd == "never") return;
  complete("send", request, odd == "fail" ? 1234 : 0, odd == "fail" ? "no input today" : "");
  if (odd == "twice") complete("send", request);
  {
    const std::lock_guard lock(command.mutex);
    command.output += data;
    command.finished = command.finished || last;
  }
  deliver(command);
}

void signal(WSMAN_PLUGIN_REQUEST* request, CommandContext& command, const std::string& code) {
  const auto odd = command.at("signal");
  misbehave(odd);
  if (odd == "never") return;
  complete("signal", request, odd == "fail" ? 1234 : 0, odd == "fail" ? "no signal today" : "");
  if (odd == "twice") complete("signal", request);
  if (odd != "fail" && code.ends_with("terminate")) end(command);
}

void stop_all() { join_threads(); }

}  // namespace probe
