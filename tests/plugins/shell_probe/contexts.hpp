// What the shell probe reports as contexts, and how it ends operations.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "shell_probe/api.hpp"

namespace probe {

struct ShellContext {
  WSMAN_PLUGIN_REQUEST* request = nullptr;
  std::string behaviour;  // the option PROBE of the Create
};

struct CommandContext {
  WSMAN_PLUGIN_REQUEST* request = nullptr;
  std::vector<std::string> words;  // of the command line, arguments included

  std::mutex mutex;
  WSMAN_PLUGIN_REQUEST* receive = nullptr;  // while one is active
  std::string output;                       // not yet delivered
  std::string input;                        // what Send brought
  bool finished = false;                    // nothing more will come
  bool completed = false;                   // OperationComplete was called for the command
  DWORD exit_code = 0;

  [[nodiscard]] std::string word(std::size_t index) const { return index < words.size() ? words[index] : ""; }
  // `on WHERE WHAT`: WHAT to do in the entry point WHERE.
  [[nodiscard]] std::string at(std::string_view where) const {
    return word(0) == "on" && word(1) == where ? word(2) : "";
  }
};

// Calls WSManPluginOperationComplete and logs what it returned.
void complete(const char* what, WSMAN_PLUGIN_REQUEST* request, DWORD code = 0, std::string_view text = {});
// Calls WSManPluginReportContext and logs what it returned.
void report(const char* what, WSMAN_PLUGIN_REQUEST* request, void* context);
// Hands output and the end to the client, as far as there is an active Receive.
void deliver(CommandContext& command);
// Ends the command: its Receive first, if there is one.
void end(CommandContext& command);

}  // namespace probe
