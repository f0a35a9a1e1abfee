// The text shell: the entry points that the service calls.
#include <wsman.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "command.hpp"
#include "registry.hpp"
#include "session.hpp"
#include "text.hpp"

namespace text_shell {
namespace {

// One per Startup; the registry is shared, since Send, Receive and Signal are not told which Startup they belong to.
struct Plugin {
  Settings settings;
};

Registry& registry() {
  static Registry instance;
  return instance;
}

void complete(WSMAN_PLUGIN_REQUEST* request, DWORD code, std::string_view text = {}) {
  const std::u16string wide = to_utf16(text);
  WSManPluginOperationComplete(request, 0, code, wide.empty() ? nullptr : wide.c_str());
}

// What Windows says for the codes that clients show to people.
std::string_view explain(DWORD code) {
  switch (code) {
    case file_not_found:
      return "The system cannot find the file specified. ";
    case access_denied:
      return "Access is denied. ";
    case bad_directory:
      return "The directory name is invalid. ";
    case ERROR_INVALID_PARAMETER:
      return "The parameter is incorrect. ";
    case argument_list_too_long:
      return "The filename or extension is too long. ";
    default:
      return {};
  }
}

void fail(WSMAN_PLUGIN_REQUEST* request, DWORD code) { complete(request, code, explain(code)); }

void create_shell(const Plugin& plugin, WSMAN_PLUGIN_REQUEST* request, const WSMAN_SHELL_STARTUP_INFO* startup) {
  if (const auto checked = check_shell_options(request->operationInfo); !checked) return fail(request, checked.error());
  auto session = make_session(plugin.settings, startup);
  if (!session) return fail(request, session.error());
  void* const context = registry().add(std::move(*session));
  // A shell has nothing of its own to end: its commands are told before it.
  WSManPluginRegisterShutdownCallback(
      request,
      [](void* shell) { WSManPluginOperationComplete(static_cast<WSMAN_PLUGIN_REQUEST*>(shell), 0, 0, nullptr); },
      request);
  WSManPluginFreeRequestDetails(request);
  const DWORD refused = WSManPluginReportContext(request, 0, context);
  if (refused == NO_ERROR) return;
  registry().remove_session(context);
  complete(request, refused);
}

void create_command(WSMAN_PLUGIN_REQUEST* request, void* shell, PCWSTR line, const WSMAN_COMMAND_ARG_SET* arguments) {
  const auto session = registry().session(shell);
  const auto options = read_command_options(request->operationInfo);
  if (!session) return fail(request, ERROR_INVALID_PARAMETER);
  if (!options) return fail(request, options.error());
  const auto launch = make_launch(*session, *options, line, arguments);
  if (!launch) return fail(request, launch.error());
  auto process = Process::start(*launch);
  if (!process) return fail(request, process.error());
  auto command = std::make_shared<Command>(request, std::move(*process));
  void* const context = registry().add(shell, command);
  WSManPluginRegisterShutdownCallback(
      request, [](void* which) { registry().with_command(which, [](Command& it) { it.cancel(); }); }, context);
  WSManPluginFreeRequestDetails(request);
  const DWORD refused = WSManPluginReportContext(request, 0, context);
  if (refused == NO_ERROR) return command->begin();
  command->abandon();
  registry().remove_command(context);
  complete(request, refused);
}

void receive(WSMAN_PLUGIN_REQUEST* request, void* context) {
  const auto command = registry().command(context);
  if (!command) return fail(request, ERROR_INVALID_PARAMETER);  // text shells have no output of their own
  WSManPluginRegisterShutdownCallback(
      request, [](void* which) { registry().with_command(which, [](Command& it) { it.cancel_receive(); }); }, context);
  WSManPluginFreeRequestDetails(request);
  command->receive(request);
}

void send(WSMAN_PLUGIN_REQUEST* request, DWORD flags, void* context, const WSMAN_DATA* data) {
  const auto command = registry().command(context);
  if (!command || data == nullptr || data->type != WSMAN_DATA_TYPE_BINARY) {
    return fail(request, ERROR_INVALID_PARAMETER);
  }
  WSManPluginRegisterShutdownCallback(
      request, [](void* which) { registry().with_command(which, [](Command& it) { it.cancel_send(); }); }, context);
  command->send(request, *data, (flags & WSMAN_FLAG_SEND_NO_MORE_DATA) != 0);
}

std::optional<Command::Signal> signal_named(const std::string& code) {
  static const std::string base = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal/";
  if (equals_ignoring_case(code, base + "terminate")) return Command::Signal::terminate;
  if (equals_ignoring_case(code, base + "ctrl_c")) return Command::Signal::interrupt;
  if (equals_ignoring_case(code, base + "ctrl_break")) return Command::Signal::quit;
  return std::nullopt;
}

void signal(WSMAN_PLUGIN_REQUEST* request, void* shell, void* context, PCWSTR code) {
  const auto which = signal_named(to_utf8(code));
  if (!which) return fail(request, ERROR_INVALID_PARAMETER);
  const auto act = [&which](Command& command) { command.signal(*which); };
  if (context == nullptr) {
    registry().with_commands_of(shell, act);
  } else {
    registry().with_command(context, act);
  }
  complete(request, NO_ERROR);
}

// A client comes back to a shell or command, which it finds as it is: there is nothing to do but to say so.
void connect(WSMAN_PLUGIN_REQUEST* request, void* shell, void* context) {
  if (const auto checked = check_shell_options(request->operationInfo); !checked) return fail(request, checked.error());
  const bool known = context == nullptr ? registry().session(shell) != nullptr : registry().command(context) != nullptr;
  complete(request, known ? NO_ERROR : ERROR_INVALID_PARAMETER);
}

}  // namespace
}  // namespace text_shell

namespace shell = text_shell;

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD /*flags*/, PCWSTR /*application*/, PCWSTR extra_info,
                                                    PVOID* plugin_context) {
  *plugin_context = new shell::Plugin{shell::read_settings(shell::to_utf8(extra_info))};
  return NO_ERROR;
}

WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID plugin_context, DWORD /*flags*/, DWORD /*reason*/) {
  delete static_cast<shell::Plugin*>(plugin_context);
  return NO_ERROR;
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginShell(PVOID plugin_context, WSMAN_PLUGIN_REQUEST* request, DWORD /*flags*/,
                                                 WSMAN_SHELL_STARTUP_INFO* startup, WSMAN_DATA* /*open_content*/) {
  shell::create_shell(*static_cast<shell::Plugin*>(plugin_context), request, startup);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseShellContext(PVOID context) {
  shell::registry().remove_session(context);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginCommand(WSMAN_PLUGIN_REQUEST* request, DWORD /*flags*/, PVOID context,
                                                   PCWSTR line, WSMAN_COMMAND_ARG_SET* arguments) {
  shell::create_command(request, context, line, arguments);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseCommandContext(PVOID /*shell_context*/, PVOID context) {
  shell::registry().remove_command(context);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSend(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PVOID /*shell_context*/,
                                                PVOID context, PCWSTR /*stream*/, WSMAN_DATA* data) {
  shell::send(request, flags, context, data);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReceive(WSMAN_PLUGIN_REQUEST* request, DWORD /*flags*/,
                                                   PVOID /*shell_context*/, PVOID context,
                                                   WSMAN_STREAM_ID_SET* /*streams*/) {
  shell::receive(request, context);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSignal(WSMAN_PLUGIN_REQUEST* request, DWORD /*flags*/, PVOID shell_context,
                                                  PVOID context, PCWSTR code) {
  shell::signal(request, shell_context, context, code);
}

WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginConnect(WSMAN_PLUGIN_REQUEST* request, DWORD /*flags*/, PVOID shell_context,
                                                   PVOID context, WSMAN_DATA* /*open_content*/) {
  shell::connect(request, shell_context, context);
}
