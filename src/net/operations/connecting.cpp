// rsp:Disconnect, rsp:Reconnect and rsp:Connect: clients that leave a shell and come back to it, from the same session
// or another one. A command has no state of its own in this: it is as connected as its shell.
#include "lib/text/ascii.hpp"
#include "lib/xml/document.hpp"
#include "net/operations/describe.hpp"
#include "net/operations/idle_timeouts.hpp"
#include "net/operations/operations.hpp"
#include "net/operations/reply.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

// Deeper XML of a plug-in is refused: the envelope around it must stay within what clients accept.
constexpr std::size_t max_content_depth = 100;

// What a plug-in answered to a Connect, for the body of the reply. Parsing it is what keeps the envelope whole.
Outcome<std::string> checked_content(std::string_view text) {
  if (text.empty()) return std::string();
  const auto document = xml::Document::parse(text, {.depth = max_content_depth});
  if (!document) return fault(ERROR_WSMAN_INVALID_PROVIDER_RESPONSE, "The plug-in's answer is no XML document.");
  return document->fragment(document->root());
}

bool knows_command(const Shell& shell, std::string_view id) { return shell.commands.contains(command_key(id)); }

// Back to an earlier state unless it is told that all went well.
class Passage {
 public:
  Passage(ShellRef shell, Presence meanwhile)
      : shell_(std::move(shell)), former_(std::exchange(shell_->presence, meanwhile)) {}
  Passage(const Passage&) = delete;
  Passage& operator=(const Passage&) = delete;
  ~Passage() { shell_->presence = former_; }
  void arrive(Presence at) { former_ = at; }

 private:
  ShellRef shell_;
  Presence former_;
};

}  // namespace

Outcome<ShellRef> Operations::disconnectable(const Exchange& exchange, const UserRecord& user) const {
  auto shell = shell_of(exchange, user, Access::use);
  if (shell && !(*shell)->can_disconnect) return fault(ERROR_WINRS_SHELL_DISCONNECT_NOT_SUPPORTED);
  return shell;
}

Operations::Reply Operations::disconnect(Exchange& exchange, const UserRef& user) {
  const auto found = disconnectable(exchange, *user);
  if (!found) co_return std::unexpected(found.error());
  const auto& shell = *found;
  const ShellUse use(shell);
  const auto body = parse_disconnect(exchange.soap);
  if (!body) co_return std::unexpected(body.error());
  if (shell->presence != Presence::here) co_return fault(ERROR_WINRS_SHELL_DISCONNECTED);
  auto idle_timeout = shell->idle_timeout;
  if (body->idle_timeout) {
    const auto wanted = IdleTimeouts(*shell->application, *shell->plugin, limits_).at_leaving(*body->idle_timeout);
    if (!wanted) co_return std::unexpected(wanted.error());
    idle_timeout = *wanted;
  }
  const auto mode = body->buffer_mode.value_or(shell->buffer_mode);
  const auto left = co_await leave(exchange, shell, mode);
  if (!left) co_return std::unexpected(left.error());
  shell->idle_timeout = idle_timeout;
  shell->buffer_mode = mode;
  co_return reply(exchange, soap::Prefixes::remove, "");
}

asio::awaitable<Outcome<void>> Operations::leave(Exchange& exchange, ShellRef shell, BufferMode mode) {
  Passage passage(shell, Presence::leaving);
  if (shell->writers > 0) {
    shell->quiet = std::make_shared<Promise<bool>>();
    const auto quiet = shell->quiet;
    if (!co_await quiet->wait(exchange.deadline)) {
      shell->quiet.reset();
      co_return fault(ERROR_WSMAN_OPERATION_TIMEDOUT);
    }
  }
  if (!shell->active) co_return std::unexpected(soap::unknown_shell_fault(shell->id, exchange.host));
  const auto link = shell->host->link;
  auto answer = co_await link->call(
      ipc::ShellState{.shell = shell->id, .connected = false, .drop = mode == BufferMode::drop}, exchange.deadline);
  auto understood = understand(*shell->plugin, std::move(answer));
  if (!understood) co_return std::unexpected(std::move(understood.error()));
  passage.arrive(Presence::away);
  co_return Outcome<void>{};
}

Operations::Reply Operations::reconnect(Exchange& exchange, const UserRef& user) {
  const auto found = disconnectable(exchange, *user);
  if (!found) co_return std::unexpected(found.error());
  const auto& shell = *found;
  const ShellUse use(shell);
  const auto body = parse_reconnect(exchange.soap);
  if (!body) co_return std::unexpected(body.error());
  if (!text::iequals(exchange.soap.session_id, shell->session)) {
    co_return fault(ERROR_WINRS_SHELL_CLIENTSESSIONID_MISMATCH);
  }
  if (!body->command.empty()) {
    if (!knows_command(*shell, body->command)) co_return std::unexpected(soap::unknown_command_fault());
    if (shell->presence != Presence::here) co_return fault(ERROR_WINRS_SHELLCOMMAND_RECONNECT_OPERATION_NOT_VALID);
  } else if (shell->presence == Presence::away) {
    Passage passage(shell, Presence::arriving);
    const auto link = shell->host->link;
    auto answer = co_await link->call(ipc::ShellState{.shell = shell->id, .connected = true}, exchange.deadline);
    auto understood = understand(*shell->plugin, std::move(answer));
    if (!understood) co_return std::unexpected(std::move(understood.error()));
    passage.arrive(Presence::here);
  } else if (shell->presence != Presence::here) {
    co_return fault(ERROR_WINRS_SHELL_RECONNECT_OPERATION_NOT_VALID);
  }
  shell->buffer_mode = body->buffer_mode.value_or(shell->buffer_mode);
  co_return reply(exchange, soap::Prefixes::remove, "");
}

Operations::Reply Operations::connect(Exchange& exchange, const UserRef& user) {
  const auto found = disconnectable(exchange, *user);
  if (!found) co_return std::unexpected(found.error());
  const ShellUse use(*found);
  auto body = parse_connect(exchange.soap);
  if (!body) co_return std::unexpected(std::move(body.error()));
  if (body->command.empty()) co_return co_await connect_shell(exchange, *found, std::move(*body));
  co_return co_await connect_command(exchange, *found, std::move(*body));
}

Operations::Reply Operations::connect_shell(Exchange& exchange, ShellRef shell, ConnectBody body) {
  if (shell->presence != Presence::away) co_return fault(ERROR_WINRS_SHELL_CONNECTED_TO_DIFFERENT_CLIENT);
  Passage passage(shell, Presence::arriving);
  const auto mode = body.buffer_mode.value_or(shell->buffer_mode);
  auto content = co_await ask_plugin(exchange, *shell, std::move(body));
  if (!content) co_return std::unexpected(std::move(content.error()));
  passage.arrive(Presence::here);
  shell->session = exchange.soap.session_id;
  shell->buffer_mode = mode;
  shell->client_ip = exchange.peer;
  co_return reply(exchange, soap::Prefixes::shell,
                  "<rsp:ConnectResponse>" + streams_xml(*shell) + *content + "</rsp:ConnectResponse>");
}

Operations::Reply Operations::connect_command(Exchange& exchange, ShellRef shell, ConnectBody body) {
  // The shell comes first; whoever has connected to it may connect to its commands.
  if (shell->presence != Presence::here) co_return fault(ERROR_WINRS_SHELL_DISCONNECTED);
  if (!text::iequals(exchange.soap.session_id, shell->session)) {
    co_return fault(ERROR_WINRS_SHELL_CONNECTED_TO_DIFFERENT_CLIENT);
  }
  if (!knows_command(*shell, body.command)) co_return std::unexpected(soap::unknown_command_fault());
  const ShellWrite write(shell);
  auto content = co_await ask_plugin(exchange, *shell, std::move(body));
  if (!content) co_return std::unexpected(std::move(content.error()));
  co_return reply(exchange, soap::Prefixes::shell, "<rsp:ConnectResponse>" + *content + "</rsp:ConnectResponse>");
}

asio::awaitable<Outcome<std::string>> Operations::ask_plugin(Exchange& exchange, const Shell& shell, ConnectBody body) {
  const auto link = shell.host->link;
  const auto id = link->next_id();
  const auto& plugin = *shell.plugin;
  ipc::Connect message{details(exchange), shell.id, command_key(body.command), std::move(body.open_content)};
  auto answer = co_await link->call_with_id(id, message, exchange.deadline);
  if (!answer && answer.error() == CallError::timed_out) link->post(ipc::Cancel{}, id);
  auto understood = understand(plugin, std::move(answer));
  if (!understood) co_return std::unexpected(std::move(understood.error()));
  const auto connected = ipc::decode<ipc::Connected>(*understood);
  if (!connected) co_return fault(ERROR_INTERNAL_ERROR);
  auto content = checked_content(connected->open_content);
  co_return content;
}

}  // namespace winrmd::net
