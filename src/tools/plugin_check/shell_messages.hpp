// What a client of a shell sends, with sensible content.
#pragma once

#include <string>

#include "lib/ipc/messages_shell.hpp"
#include "tools/plugin_check/play.hpp"

namespace winrmd::tools::check {

inline constexpr std::string_view signal_terminate =
    "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal/terminate";
inline constexpr std::string_view signal_ctrl_c =
    "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal/ctrl_c";

ipc::RequestDetails details(const Subject& subject);
ipc::ShellCreate shell_create(const Subject& subject, const std::string& shell);
ipc::CommandCreate command_create(const Subject& subject, const std::string& shell, const std::string& command);
ipc::StreamSend stream_send(const Subject& subject, const std::string& shell, const std::string& command,
                            std::string data, bool end = false);
// Waits as long as `timeout_ms` for output.
ipc::StreamReceive stream_receive(const Subject& subject, const std::string& shell, const std::string& command,
                                  std::uint32_t timeout_ms);
ipc::Signal signal(const Subject& subject, const std::string& shell, const std::string& command, std::string_view code);

// How receiving to the end went.
enum class Received { done, failed, no_end };

// Receives until the command is done, has failed, or gives nothing for a while.
Received receive_all(Play& play, const std::string& shell, const std::string& command);
// Ends a shell, and waits for its end.
Outcome end_shell(Play& play, const std::string& shell);

}  // namespace winrmd::tools::check
