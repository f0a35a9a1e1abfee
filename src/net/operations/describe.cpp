#include "net/operations/describe.hpp"

#include "lib/text/duration.hpp"
#include "lib/xml/document.hpp"
#include "net/operations/endpoint.hpp"

namespace winrmd::net {
namespace {

using std::chrono::milliseconds;

void element(std::string& out, std::string_view name, std::string_view value) {
  out.append("<rsp:").append(name).append(">");
  xml::escape(out, value);
  out.append("</rsp:").append(name).append(">");
}

std::string joined(const std::vector<std::string>& words) {
  std::string result;
  for (const auto& word : words) result += (result.empty() ? "" : " ") + word;
  return result;
}

milliseconds since(Link::Clock::time_point then, Link::Clock::time_point now) {
  return std::chrono::duration_cast<milliseconds>(now - then);
}

}  // namespace

std::string shell_xml(const Shell& shell, Link::Clock::time_point now, bool no_compression) {
  std::string out = R"(<rsp:Shell xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell">)";
  element(out, "ShellId", shell.id);
  if (!shell.name.empty()) element(out, "Name", shell.name);
  element(out, "ResourceUri", shell.resource_uri);
  element(out, "Owner", shell.owner_name);
  element(out, "ClientIP", shell.client_ip);
  if (!shell.environment.empty()) {
    out += "<rsp:Environment>";
    for (const auto& variable : shell.environment) {
      out += R"(<rsp:Variable Name=")" + xml::escaped(variable.name) + R"(">)" + xml::escaped(variable.value) +
             "</rsp:Variable>";
    }
    out += "</rsp:Environment>";
  }
  if (!shell.working_directory.empty()) element(out, "WorkingDirectory", shell.working_directory);
  element(out, "IdleTimeOut", text::format_seconds(shell.idle_timeout));
  out += streams_xml(shell);
  if (no_compression) element(out, "CompressionMode", "NoCompression");
  if (shell.can_disconnect) {
    const bool drop = shell.buffer_mode == BufferMode::drop;
    const bool connected = shell.presence == Presence::here || shell.presence == Presence::leaving;
    element(out, "BufferMode", drop ? "Drop" : "Block");
    element(out, "State", connected ? "Connected" : "Disconnected");
  }
  element(out, "ShellRunTime", text::format_days(since(shell.created, now)));
  element(out, "ShellInactivity",
          text::format_days(shell.in_progress > 0 ? milliseconds(0) : since(shell.last_activity, now)));
  return out + "</rsp:Shell>";
}

std::string streams_xml(const Shell& shell) {
  std::string out;
  element(out, "InputStreams", joined(shell.input_streams));
  element(out, "OutputStreams", joined(shell.output_streams));
  return out;
}

std::string shell_reference(const Exchange& exchange, std::string_view resource_uri, std::string_view shell_id) {
  return reference_xml(exchange.url, resource_uri, {{"ShellId", std::string(shell_id)}});
}

std::string command_xml(const Command& command) {
  std::string out = R"(<rsp:Command xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell">)";
  element(out, "CommandId", command.id);
  element(out, "CommandLine", command.command_line);
  element(out, "CommandState", "Running");
  return out + "</rsp:Command>";
}

}  // namespace winrmd::net
