// rsp:Send, rsp:Receive and rsp:Signal.
#include <algorithm>

#include "lib/soap/names.hpp"
#include "lib/text/base64.hpp"
#include "lib/xml/document.hpp"
#include "net/limits.hpp"
#include "net/operations/operations.hpp"
#include "net/operations/reply.hpp"
#include "net/operations/shell_body.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// Decoded bytes that fit a reply: base64 makes four of three; each Stream element and the envelope have their share.
std::uint32_t room_for_data(std::uint32_t envelope) {
  constexpr std::uint32_t overhead = 3000;
  return envelope > overhead + 1024 ? (envelope - overhead) / 4 * 3 - 1024 : 768;
}

std::string receive_body(const ipc::Received& received, std::string_view command) {
  const auto command_attribute = command.empty() ? std::string() : R"( CommandId=")" + xml::escaped(command) + '"';
  std::string out;
  std::size_t size = 512;
  for (const auto& chunk : received.chunks) size += chunk.data.size() * 4 / 3 + 200;
  out.reserve(size);
  out += "<rsp:ReceiveResponse>";
  for (const auto& chunk : received.chunks) {
    out += R"(<rsp:Stream Name=")" + xml::escaped(chunk.stream) + '"' + command_attribute;
    out += chunk.end ? std::string(R"( End="true">)") : std::string(">");
    out += text::base64_encode(chunk.data);
    out += "</rsp:Stream>";
  }
  out += "<rsp:CommandState" + command_attribute + R"( State=")" + xml::escaped(received.state) + R"(">)";
  if (received.exit_code) out += "<rsp:ExitCode>" + std::to_string(*received.exit_code) + "</rsp:ExitCode>";
  return out + "</rsp:CommandState></rsp:ReceiveResponse>";
}

}  // namespace

Operations::Reply Operations::send(Exchange& exchange, const UserRef& user) {
  const auto found = connected_shell(exchange, *user);
  if (!found) co_return std::unexpected(found.error());
  const auto& shell = *found;
  const ShellUse use(shell);
  const ShellWrite write(shell);
  auto pieces = parse_send(exchange.soap);
  if (!pieces) co_return std::unexpected(std::move(pieces.error()));
  for (const auto& piece : *pieces) {
    if (!contains(shell->input_streams, piece.stream)) co_return fault(ERROR_WSMAN_SHELL_INVALID_INPUT_STREAM);
  }
  const auto link = shell->host->link;
  for (auto& piece : *pieces) {
    auto answer = co_await link->call(ipc::StreamSend{details(exchange), shell->id, command_key(piece.command),
                                                      std::move(piece.stream), std::move(piece.data), piece.end},
                                      exchange.deadline);
    auto understood = understand(*shell->plugin, std::move(answer));
    if (!understood) co_return std::unexpected(std::move(understood.error()));
  }
  co_return reply(exchange, soap::Prefixes::shell, "<rsp:SendResponse/>");
}

Operations::Reply Operations::receive(Exchange& exchange, const UserRef& user) {
  const auto found = connected_shell(exchange, *user);
  if (!found) co_return std::unexpected(found.error());
  const auto& shell = *found;
  const ShellUse use(shell);
  auto body = parse_receive(exchange.soap);
  if (!body) co_return std::unexpected(std::move(body.error()));
  for (const auto& stream : body->streams) {
    if (!contains(shell->output_streams, stream)) co_return fault(ERROR_WSMAN_SHELL_INVALID_DESIRED_STREAMS);
  }
  if (body->streams.empty()) body->streams = shell->output_streams;

  const auto origin = shell->id + '\0' + command_key(body->command);
  deliveries_.settle(origin);
  const auto link = shell->host->link;
  const auto id = link->next_id();
  const auto largest = limits_of(*exchange.application, limits_).max_envelope_size;
  const auto envelope = std::min(exchange.soap.max_envelope_size.value_or(largest), largest);
  exchange.on_lost = [link, id] { link->abandon(id); };
  // The host answers at the operation's time-out; past that and some seconds it is not going to.
  constexpr std::chrono::seconds grace{5};
  auto answer = co_await link->call_with_id(id,
                                            ipc::StreamReceive{details(exchange), shell->id, command_key(body->command),
                                                               body->streams, room_for_data(envelope)},
                                            exchange.deadline + grace);
  exchange.on_lost = nullptr;
  if (!answer && answer.error() == CallError::timed_out) link->post(ipc::Cancel{}, id);
  auto understood = understand(*shell->plugin, std::move(answer));
  if (!understood) co_return std::unexpected(std::move(understood.error()));
  const auto received = ipc::decode<ipc::Received>(*understood);
  if (!received) co_return fault(ERROR_INTERNAL_ERROR);
  exchange.delivery = deliveries_.add(
      origin, [host = std::weak_ptr(link),
               undelivered = ipc::Undelivered{shell->id, command_key(body->command), received->sequence}] {
        if (const auto living = host.lock()) living->post(undelivered, living->next_id());
      });
  co_return reply(exchange, soap::Prefixes::receive, receive_body(*received, body->command));
}

Operations::Reply Operations::signal(Exchange& exchange, const UserRef& user) {
  const auto found = connected_shell(exchange, *user);
  if (!found) co_return std::unexpected(found.error());
  const auto& shell = *found;
  const ShellUse use(shell);
  const ShellWrite write(shell);
  auto body = parse_signal(exchange.soap);
  if (!body) co_return std::unexpected(std::move(body.error()));
  const auto link = shell->host->link;
  auto answer = co_await link->call(
      ipc::Signal{details(exchange), shell->id, command_key(body->command), std::move(body->code)}, exchange.deadline);
  auto understood = understand(*shell->plugin, std::move(answer));
  if (!understood) co_return std::unexpected(std::move(understood.error()));
  co_return reply(exchange, soap::Prefixes::shell, "<rsp:SignalResponse/>");
}

}  // namespace winrmd::net
