// The bodies of shell operations, taken apart.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/ipc/messages_shell.hpp"
#include "net/exchange.hpp"

namespace winrmd::net {

inline constexpr std::size_t max_streams = 16;  // that a shell declares or a Receive names
inline constexpr std::size_t max_stream_name = 64;

// What becomes of output that nobody fetches while the shell is disconnected: its source waits, or the oldest is lost.
enum class BufferMode { block, drop };

struct ShellBody {
  std::optional<std::string> id;  // the client's choice
  std::string name;
  std::vector<std::string> input_streams;
  std::vector<std::string> output_streams;
  std::vector<ipc::NameValue> environment;
  std::string working_directory;
  std::optional<std::chrono::milliseconds> idle_timeout;
  std::optional<BufferMode> buffer_mode;
  std::optional<std::string> open_content;
};
Outcome<ShellBody> parse_shell(const soap::Request& request);

struct CommandBody {
  std::optional<std::string> id;
  std::string command_line;
  std::vector<std::string> arguments;
};
Outcome<CommandBody> parse_command(const soap::Request& request);

struct SendPiece {
  std::string stream;
  std::string command;  // empty: the shell
  std::string data;
  bool end = false;
};
Outcome<std::vector<SendPiece>> parse_send(const soap::Request& request);

struct ReceiveBody {
  std::vector<std::string> streams;  // empty: all
  std::string command;
};
Outcome<ReceiveBody> parse_receive(const soap::Request& request);

struct DisconnectBody {
  std::optional<std::chrono::milliseconds> idle_timeout;
  std::optional<BufferMode> buffer_mode;
};
// Of Disconnect; the body may be empty.
Outcome<DisconnectBody> parse_disconnect(const soap::Request& request);

struct ConnectBody {
  std::string command;  // empty: the shell
  std::optional<BufferMode> buffer_mode;
  std::optional<std::string> open_content;
};
// Of Reconnect, where the body may be empty.
Outcome<ConnectBody> parse_reconnect(const soap::Request& request);
Outcome<ConnectBody> parse_connect(const soap::Request& request);

struct SignalBody {
  std::string command;
  std::string code;
};
Outcome<SignalBody> parse_signal(const soap::Request& request);

}  // namespace winrmd::net
