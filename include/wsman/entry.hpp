// Part of wsman.hpp: the entry points. An author writes one line, at file scope of one source file:
//     WSMAN_SHELL_PLUGIN(MyShells)              WSMAN_AUTHORIZATION_PLUGIN(MyRules)
// and a second one where the plug-in can do more; exporting these entry points says that it does:
//     WSMAN_SHELL_PLUGIN_CONNECT                WSMAN_AUTHORIZATION_PLUGIN_QUOTA(MyRules)
#ifndef WINRMD_WSMAN_ENTRY_HPP
#define WINRMD_WSMAN_ENTRY_HPP

#include <memory>
#include <optional>
#include <utility>

#include "plugins.hpp"

namespace wsman::entry {

template <typename Plugin>
DWORD startup(DWORD flags, PCWSTR application, PCWSTR extra_info, PVOID* context) noexcept {
  if (context == nullptr) return ERROR_INVALID_PARAMETER;
  *context = nullptr;
  DWORD result = NO_ERROR;
  detail::guarded([&] { *context = std::make_unique<Plugin>(Startup(flags, application, extra_info)).release(); },
                  [&](DWORD code, PCWSTR) { result = code; });
  return result;
}

template <typename Plugin>
DWORD shutdown(PVOID context) noexcept {
  delete static_cast<Plugin*>(context);
  return NO_ERROR;
}

// Hands a request on; what is thrown completes it.
template <typename Request, typename Act>
void hand_on(const Request& request, Act&& act) noexcept {
  if (!request) return;
  detail::guarded([&] { act(request); }, [&](DWORD code, PCWSTR text) { request.complete(code, text); });
}

template <typename Object>
void release(PVOID context) noexcept {
  delete static_cast<std::shared_ptr<Object>*>(context);
}

template <typename Plugin>
void shell(PVOID plugin, const NewShell& request) noexcept {
  hand_on(request, [plugin](const NewShell& it) { static_cast<Plugin*>(plugin)->shell(it); });
}

inline void command(PVOID shell, const NewCommand& request) noexcept {
  const auto kept = *static_cast<std::shared_ptr<Shell>*>(shell);
  hand_on(request, [&kept](const NewCommand& it) { kept->command(it); });
}

// Calls about a command, or about its shell when there is no command. The object is kept while it is being called,
// whoever ends it meanwhile.
template <typename Request>
void running(PVOID shell, PVOID command, void (Running::*member)(Request), const Request& request) noexcept {
  std::shared_ptr<Running> kept;
  if (command != nullptr) {
    kept = *static_cast<std::shared_ptr<Command>*>(command);
  } else {
    kept = *static_cast<std::shared_ptr<Shell>*>(shell);
  }
  hand_on(request, [&](const Request& it) { (*kept.*member)(it); });
}

// Hands a question on; what is thrown refuses.
template <typename Question, typename Act, typename... Arguments>
void ask(Act&& act, WSMAN_SENDER_DETAILS* sender, Arguments... arguments) noexcept {
  if (sender == nullptr) return;
  std::optional<Question> question;
  detail::guarded([&] { question.emplace(sender, arguments...); },
                  [&](DWORD code, PCWSTR text) { Question::refused(sender, code, text); });
  if (!question) return;
  detail::guarded([&] { act(*question); }, [&](DWORD code, PCWSTR text) { question->refuse(code, text); });
}

}  // namespace wsman::entry

// Startup and Shutdown.
#define WSMAN_PLUGIN_CLASS(Plugin)                                                                        \
  WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup(DWORD flags, PCWSTR application, PCWSTR extra_info, \
                                                      PVOID* context) {                                   \
    return ::wsman::entry::startup<Plugin>(flags, application, extra_info, context);                      \
  }                                                                                                       \
  WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown(PVOID plugin, DWORD, DWORD) {                      \
    return ::wsman::entry::shutdown<Plugin>(plugin);                                                      \
  }

#define WSMAN_SHELL_PLUGIN(Plugin)                                                                                     \
  WSMAN_PLUGIN_CLASS(Plugin)                                                                                           \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginShell(PVOID plugin, WSMAN_PLUGIN_REQUEST* request, DWORD,                 \
                                                   WSMAN_SHELL_STARTUP_INFO* startup, WSMAN_DATA* content) {           \
    ::wsman::entry::shell<Plugin>(plugin, ::wsman::NewShell(request, startup, content));                               \
  }                                                                                                                    \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginCommand(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID shell, PCWSTR line,   \
                                                     WSMAN_COMMAND_ARG_SET* arguments) {                               \
    ::wsman::entry::command(shell, ::wsman::NewCommand(request, line, arguments));                                     \
  }                                                                                                                    \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSend(WSMAN_PLUGIN_REQUEST* request, DWORD flags, PVOID shell,             \
                                                  PVOID command, PCWSTR stream, WSMAN_DATA* data) {                    \
    ::wsman::entry::running(shell, command, &::wsman::Running::send, ::wsman::Send(request, flags, stream, data));     \
  }                                                                                                                    \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReceive(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID shell, PVOID command, \
                                                     WSMAN_STREAM_ID_SET* streams) {                                   \
    ::wsman::entry::running(shell, command, &::wsman::Running::receive, ::wsman::Receive(request, streams));           \
  }                                                                                                                    \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginSignal(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID shell, PVOID command,  \
                                                    PCWSTR code) {                                                     \
    ::wsman::entry::running(shell, command, &::wsman::Running::signal, ::wsman::Signal(request, code));                \
  }                                                                                                                    \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseShellContext(PVOID shell) {                                        \
    ::wsman::entry::release< ::wsman::Shell>(shell);                                                                   \
  }                                                                                                                    \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginReleaseCommandContext(PVOID, PVOID command) {                             \
    ::wsman::entry::release< ::wsman::Command>(command);                                                               \
  }

#define WSMAN_SHELL_PLUGIN_CONNECT                                                                                     \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginConnect(WSMAN_PLUGIN_REQUEST* request, DWORD, PVOID shell, PVOID command, \
                                                     WSMAN_DATA* information) {                                        \
    ::wsman::entry::running(shell, command, &::wsman::Running::connect, ::wsman::Connect(request, information));       \
  }

#define WSMAN_AUTHORIZATION_PLUGIN(Plugin)                                                                       \
  WSMAN_PLUGIN_CLASS(Plugin)                                                                                     \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzUser(PVOID plugin, WSMAN_SENDER_DETAILS* sender, DWORD) {      \
    ::wsman::entry::ask< ::wsman::UserQuestion>(                                                                 \
        [plugin](const ::wsman::UserQuestion& it) { static_cast<Plugin*>(plugin)->user(it); }, sender);          \
  }                                                                                                              \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzOperation(PVOID plugin, WSMAN_SENDER_DETAILS* sender, DWORD,   \
                                                            DWORD operation, PCWSTR action, PCWSTR resource) {   \
    ::wsman::entry::ask< ::wsman::OperationQuestion>(                                                            \
        [plugin](const ::wsman::OperationQuestion& it) { static_cast<Plugin*>(plugin)->operation(it); }, sender, \
        operation, action, resource);                                                                            \
  }                                                                                                              \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzReleaseContext(PVOID context) {                                \
    ::wsman::entry::release<void>(context);                                                                      \
  }

#define WSMAN_AUTHORIZATION_PLUGIN_QUOTA(Plugin)                                                                  \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginAuthzQueryQuota(PVOID plugin, WSMAN_SENDER_DETAILS* sender, DWORD) { \
    ::wsman::entry::ask< ::wsman::QuotaQuestion>(                                                                 \
        [plugin](const ::wsman::QuotaQuestion& it) { static_cast<Plugin*>(plugin)->quota(it); }, sender);         \
  }

#endif
