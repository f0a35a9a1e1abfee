// Opening a shell. The option PROBE of the Create says what goes wrong:
//   crash abort throw exit hang     in the entry point
//   never                           no ReportContext at all
//   fail:CODE[:TEXT]                OperationComplete with an error instead of ReportContext
//   late:MS                         ReportContext from another thread after a while
//   twice                           a second ReportContext
//   end                             OperationComplete right behind ReportContext
//   stubborn:MS                     completes so long after it was told to end
#include <chrono>
#include <cstdlib>

#include "shell_probe/misbehave.hpp"
#include "shell_probe/operations.hpp"
#include "shell_probe/threads.hpp"
#include "support/text.hpp"

namespace probe {
namespace {

std::string option(const WSMAN_PLUGIN_REQUEST* request, std::string_view name) {
  const auto& set = request->operationInfo->optionSet;
  for (DWORD i = 0; i < set.optionsCount; ++i) {
    if (utf8(set.options[i].name) == name) return utf8(set.options[i].value);
  }
  return {};
}

std::string part(const std::string& text, std::size_t index) {
  std::size_t at = 0;
  for (; index > 0 && at != std::string::npos; --index) {
    at = text.find(':', at);
    if (at != std::string::npos) ++at;
  }
  return at == std::string::npos ? "" : text.substr(at, text.find(':', at) - at);
}

void on_shutdown(void* data) {
  auto* const shell = static_cast<ShellContext*>(data);
  if (part(shell->behaviour, 0) != "stubborn") return complete("shell", shell->request);
  run_later(std::chrono::milliseconds(std::atol(part(shell->behaviour, 1).c_str())),
            [shell] { complete("shell", shell->request); });
}

}  // namespace

void open_shell(WSMAN_PLUGIN_REQUEST* request) {
  const auto behaviour = option(request, "PROBE");
  const auto what = part(behaviour, 0);
  misbehave(what);
  if (what == "fail") {
    const auto code = static_cast<DWORD>(std::strtoul(part(behaviour, 1).c_str(), nullptr, 0));
    return complete("shell", request, code, part(behaviour, 2));
  }
  auto* const shell = new ShellContext{request, behaviour};
  WSManPluginRegisterShutdownCallback(request, on_shutdown, shell);
  if (what == "never") return;
  if (what == "late") {
    return run_later(std::chrono::milliseconds(std::atol(part(behaviour, 1).c_str())),
                     [shell] { report("shell", shell->request, shell); });
  }
  report("shell", request, shell);
  if (what == "twice") report("shell", request, shell);
  if (what == "end") complete("shell", request);
}

}  // namespace probe
