// Options a client sends with a shell or command, and the plug-in's own configuration.
#pragma once

#include <wsman.h>

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace text_shell {

struct CommandOptions {
  bool skip_shell = false;  // WINRS_SKIP_CMD_SHELL: run the program without an interpreter
};

// An option that is not understood, or whose value is not, fails if the client says it must be complied with, and is
// passed over otherwise. The error is the code for the client.
std::expected<void, DWORD> check_shell_options(const WSMAN_OPERATION_INFO* info);
std::expected<CommandOptions, DWORD> read_command_options(const WSMAN_OPERATION_INFO* info);

// The value of a `<Param Name="name" Value="..."/>` in the XML that Startup gets; empty when there is none. Knows only
// the XML that the service writes: no comments, no character data, the five predefined entities.
std::string parameter(std::string_view xml, std::string_view name);

}  // namespace text_shell
