#include "net/operations/shell_body.hpp"

#include <algorithm>
#include <charconv>

#include "lib/soap/names.hpp"
#include "lib/text/ascii.hpp"
#include "lib/text/base64.hpp"
#include "lib/text/duration.hpp"
#include "lib/text/guid.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

using soap::ns::shell;

Outcome<const xml::Element*> content(const soap::Request& request, std::string_view name) {
  const auto* body = request.content();
  if (body == nullptr || !body->is(shell, name)) {
    return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "The body must hold rsp:" + std::string(name) + ".");
  }
  return body;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  for (const auto word : text::split_words(text)) result.emplace_back(word);
  return result;
}

// An id the client chose, without the `uuid:` that some put before it.
Outcome<std::optional<std::string>> chosen_id(const xml::Element& element, std::string_view attribute,
                                              std::uint32_t invalid) {
  const auto* value = element.attribute(attribute);
  if (value == nullptr) return std::optional<std::string>{};
  auto id = text::trim(*value);
  if (text::istarts_with(id, "uuid:")) id.remove_prefix(5);
  if (!text::is_guid(id)) return fault(invalid);
  return std::optional(std::string(id));
}

std::string command_of(const xml::Element& element) {
  const auto* id = element.attribute("CommandId");
  return id == nullptr ? std::string() : std::string(text::trim(*id));
}

bool is_true(const std::string_view* value) {
  return value != nullptr && (text::iequals(text::trim(*value), "true") || text::trim(*value) == "1");
}

// A duration; pywinrm's users also give plain milliseconds, which it passes on as they are.
Outcome<std::chrono::milliseconds> idle_timeout(std::string_view value) {
  value = text::trim(value);
  if (const auto duration = text::parse_duration(value)) return *duration;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc{} && end == value.data() + value.size() && !value.empty())
    return std::chrono::milliseconds(number);
  return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "IdleTimeOut is not a duration.");
}

Outcome<BufferMode> buffer_mode(std::string_view value) {
  value = text::trim(value);
  if (text::iequals(value, "Block")) return BufferMode::block;
  if (text::iequals(value, "Drop")) return BufferMode::drop;
  return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "BufferMode is neither Block nor Drop.");
}

Outcome<void> read_environment(const xml::Element& element, std::vector<ipc::NameValue>& environment) {
  for (const auto* variable : element.children) {
    if (!variable->is(shell, "Variable")) continue;
    const auto* name = variable->attribute("Name");
    if (name == nullptr || name->empty() || name->contains('=')) {
      return fault(ERROR_INVALID_PARAMETER, "An environment variable has no usable Name.");
    }
    environment.push_back({std::string(*name), std::string(variable->text)});
  }
  return {};
}

// Their names come with every piece of output.
bool are_usable(const std::vector<std::string>& streams) {
  return streams.size() <= max_streams &&
         std::ranges::all_of(streams, [](const auto& name) { return name.size() <= max_stream_name; });
}

Outcome<void> read_streams(const xml::Element& body, ShellBody& result) {
  if (const auto* element = body.child(shell, "InputStreams")) result.input_streams = words(element->text);
  if (const auto* element = body.child(shell, "OutputStreams")) result.output_streams = words(element->text);
  if (result.input_streams.empty()) result.input_streams = {"stdin"};
  if (result.output_streams.empty()) result.output_streams = {"stdout", "stderr"};
  if (!are_usable(result.input_streams)) return fault(ERROR_WSMAN_SHELL_INVALID_INPUT_STREAM);
  if (!are_usable(result.output_streams)) return fault(ERROR_WSMAN_SHELL_INVALID_DESIRED_STREAMS);
  return {};
}

}  // namespace

Outcome<ShellBody> parse_shell(const soap::Request& request) {
  const auto body = content(request, "Shell");
  if (!body) return std::unexpected(body.error());
  ShellBody result;
  auto id = chosen_id(**body, "ShellId", ERROR_WINRS_SHELL_CLIENTID_NOT_VALID);
  if (!id) return std::unexpected(id.error());
  result.id = std::move(*id);
  if (const auto* name = (*body)->attribute("Name")) result.name = *name;
  for (const auto* child : (*body)->children) {
    if (child->is(shell, "Environment")) {
      if (const auto read = read_environment(*child, result.environment); !read) return std::unexpected(read.error());
    } else if (child->is(shell, "WorkingDirectory")) {
      result.working_directory = child->text;
    } else if (child->is(shell, "Name")) {
      result.name = text::trim(child->text);
    } else if (child->is(shell, "IdleTimeOut") && !text::trim(child->text).empty()) {
      const auto timeout = idle_timeout(child->text);
      if (!timeout) return std::unexpected(timeout.error());
      result.idle_timeout = *timeout;
    } else if (child->is(shell, "BufferMode")) {
      const auto mode = buffer_mode(child->text);
      if (!mode) return std::unexpected(mode.error());
      result.buffer_mode = *mode;
    } else if (child->namespace_uri != shell && !result.open_content) {
      result.open_content = request.document.fragment(*child);
    }
  }
  constexpr std::size_t max_name = 255;
  if (result.name.size() > max_name) return fault(ERROR_WSMAN_CLIENT_CREATESHELL_NAME_INVALID);
  if (const auto read = read_streams(**body, result); !read) return std::unexpected(read.error());
  return result;
}

Outcome<CommandBody> parse_command(const soap::Request& request) {
  const auto body = content(request, "CommandLine");
  if (!body) return std::unexpected(body.error());
  CommandBody result;
  auto id = chosen_id(**body, "CommandId", ERROR_WINRS_SHELLCOMMAND_CLIENTID_NOT_VALID);
  if (!id) return std::unexpected(id.error());
  result.id = std::move(*id);
  const auto* command = (*body)->child(shell, "Command");
  if (command == nullptr) return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "The body names no rsp:Command.");
  result.command_line = command->text;
  for (const auto* child : (*body)->children) {
    if (child->is(shell, "Arguments")) result.arguments.emplace_back(child->text);
  }
  return result;
}

Outcome<std::vector<SendPiece>> parse_send(const soap::Request& request) {
  const auto body = content(request, "Send");
  if (!body) return std::unexpected(body.error());
  std::vector<SendPiece> pieces;
  for (const auto* child : (*body)->children) {
    if (!child->is(shell, "Stream")) continue;
    const auto* name = child->attribute("Name");
    if (name == nullptr) return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "rsp:Stream has no Name.");
    auto data = text::base64_decode(child->text);
    if (!data) return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "The content of rsp:Stream is not base64.");
    pieces.push_back({std::string(*name), command_of(*child), std::move(*data), is_true(child->attribute("End"))});
  }
  if (pieces.empty()) return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "rsp:Send holds no rsp:Stream.");
  return pieces;
}

Outcome<ReceiveBody> parse_receive(const soap::Request& request) {
  const auto body = content(request, "Receive");
  if (!body) return std::unexpected(body.error());
  const auto* desired = (*body)->child(shell, "DesiredStream");
  if (desired == nullptr) return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "rsp:Receive holds no rsp:DesiredStream.");
  ReceiveBody result{words(desired->text), command_of(*desired)};
  if (!are_usable(result.streams)) return fault(ERROR_WSMAN_SHELL_INVALID_DESIRED_STREAMS);
  return result;
}

Outcome<SignalBody> parse_signal(const soap::Request& request) {
  const auto body = content(request, "Signal");
  if (!body) return std::unexpected(body.error());
  const auto* signal_code = (*body)->child(shell, "Code");
  if (signal_code == nullptr || text::trim(signal_code->text).empty()) {
    return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "rsp:Signal holds no rsp:Code.");
  }
  return SignalBody{command_of(**body), std::string(text::trim(signal_code->text))};
}

Outcome<DisconnectBody> parse_disconnect(const soap::Request& request) {
  DisconnectBody result;
  if (request.content() == nullptr) return result;
  const auto body = content(request, "Disconnect");
  if (!body) return std::unexpected(body.error());
  for (const auto* child : (*body)->children) {
    if (child->is(shell, "IdleTimeOut")) {
      const auto timeout = idle_timeout(child->text);
      if (!timeout) return std::unexpected(timeout.error());
      result.idle_timeout = *timeout;
    } else if (child->is(shell, "BufferMode")) {
      const auto mode = buffer_mode(child->text);
      if (!mode) return std::unexpected(mode.error());
      result.buffer_mode = *mode;
    }
  }
  return result;
}

namespace {

Outcome<ConnectBody> read_connect(const soap::Request& request, const xml::Element& body) {
  ConnectBody result;
  result.command = command_of(body);
  for (const auto* child : body.children) {
    if (child->is(shell, "BufferMode")) {
      const auto mode = buffer_mode(child->text);
      if (!mode) return std::unexpected(mode.error());
      result.buffer_mode = *mode;
    } else if (child->namespace_uri != shell && !result.open_content) {
      result.open_content = request.document.fragment(*child);
    }
  }
  return result;
}

}  // namespace

Outcome<ConnectBody> parse_reconnect(const soap::Request& request) {
  if (request.content() == nullptr) return ConnectBody{};
  const auto body = content(request, "Reconnect");
  if (!body) return std::unexpected(body.error());
  return read_connect(request, **body);
}

Outcome<ConnectBody> parse_connect(const soap::Request& request) {
  const auto body = content(request, "Connect");
  if (!body) return std::unexpected(body.error());
  return read_connect(request, **body);
}

}  // namespace winrmd::net
