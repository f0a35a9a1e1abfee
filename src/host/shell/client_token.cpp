// A plug-in that runs as somebody else than its clients (RunAsUser) finds out from a variable of the shell who its
// client is: a token handle, in hexadecimal.
#include <array>
#include <charconv>

#include "host/shell/shells.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::host {
namespace {

constexpr std::string_view variable = "__WINRM_RUNAS_CLIENT_TOKEN__";

}  // namespace

// Main thread. What the client says under this name is nobody's handle, or somebody else's. False: out of memory.
bool Shells::add_client_token(Shell& shell, ipc::ShellCreate& message) {
  std::erase_if(message.environment, [](const ipc::NameValue& entry) { return text::iequals(entry.name, variable); });
  if (message.client_token.empty()) return true;
  shell.client = std::make_shared<Token>();
  shell.client->id = message.client_token;
  shell.client_handle = services_.handles.make_token(shell.client, true);
  if (shell.client_handle == nullptr) return false;
  std::array<char, 2 * sizeof(std::uintptr_t)> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                 reinterpret_cast<std::uintptr_t>(shell.client_handle), 16);
  message.environment.push_back({.name = std::string(variable), .value = std::string(digits.data(), end.ptr)});
  return true;
}

// Before the plug-in gets to see the handle; waits for the supervisor, so never on the main thread.
std::optional<Failure> Shells::describe_client(const Shell& shell) {
  if (!shell.client) return std::nullopt;
  auto identity = services_.supervisor.describe(shell.client->id);
  if (!identity) return identity.error();
  shell.client->identity = std::move(*identity);
  return std::nullopt;
}

}  // namespace winrmd::host
