// transfer/Create on a shell resource: a new shell in a host of the user.
#include "net/operations/describe.hpp"
#include "net/operations/idle_timeouts.hpp"
#include "net/operations/operations.hpp"
#include "net/operations/reply.hpp"
#include "net/operations/shell_body.hpp"
#include "wsman_codes.h"
#include "wsman_operations.h"

namespace winrmd::net {
namespace {

ShellRef make_shell(const Exchange& exchange, const UserRecord& user, const PluginRef& plugin, ShellBody& body) {
  auto shell = std::make_shared<Shell>();
  shell->id = body.id.value_or(text::new_guid());
  shell->owner = user.owner;
  shell->owner_name = exchange.login->name;
  shell->client_ip = exchange.peer;
  shell->resource_uri = exchange.soap.resource_uri;
  shell->name = std::move(body.name);
  shell->application = exchange.application;
  shell->plugin = plugin;
  shell->environment = std::move(body.environment);
  shell->working_directory = std::move(body.working_directory);
  shell->input_streams = std::move(body.input_streams);
  shell->output_streams = std::move(body.output_streams);
  shell->session = exchange.soap.session_id;
  shell->buffer_mode = body.buffer_mode.value_or(plugin->drop_output ? BufferMode::drop : BufferMode::block);
  if (!plugin->run_as_account.empty()) shell->client = user.token;
  // Only a client that chose the id can know which shell it comes back to (MS-WSMV 3.1.4.15).
  shell->can_disconnect = body.id.has_value() && plugin->disconnect;
  shell->created = shell->last_activity = Link::Clock::now();
  return shell;
}

ipc::ShellCreate create_message(const Shell& shell, std::optional<std::string> open_content,
                                ipc::RequestDetails details) {
  return {.details = std::move(details),
          .plugin = shell.plugin->name,
          .shell = shell.id,
          .name = shell.name,
          .input_streams = shell.input_streams,
          .output_streams = shell.output_streams,
          .environment = shell.environment,
          .working_directory = shell.working_directory,
          .idle_timeout_ms = static_cast<std::uint32_t>(shell.idle_timeout.count()),
          .open_content = std::move(open_content),
          .client_token = shell.client ? shell.client->id : std::string()};
}

}  // namespace

Operations::Reply Operations::create(Exchange& exchange, const UserRef& user) {
  const auto match = Catalogue::find(exchange.application, exchange.soap.resource_uri);
  if (match.plugin == nullptr) co_return fault(ERROR_WSMAN_ACTION_NOT_SUPPORTED);
  if (!match.resource->supports_options && !exchange.soap.options.empty())
    co_return fault(ERROR_WSMAN_OPTIONS_NOT_SUPPORTED);
  auto body = parse_shell(exchange.soap);
  if (!body) co_return std::unexpected(std::move(body.error()));
  auto permit = co_await gate_.authorize(exchange, user, WSManOperationShell, match.plugin);
  if (!permit) co_return std::unexpected(std::move(permit.error()));
  // Its places among the operations are for the time of the creation; from then on it counts as a shell.
  const auto slot = std::move(permit->slot);
  const auto plugin_slot = std::move(permit->plugin_slot);
  if (shells_.count(user->owner) >= gate_.quota_of(*user).max_shells)
    co_return gate_.refuse_quota(exchange, ERROR_WSMAN_QUOTA_MAX_SHELLS);
  auto place = gate_.shell_place(exchange, *user, match.plugin);
  if (!place) co_return std::unexpected(std::move(place.error()));
  const auto idle_timeout = IdleTimeouts(*exchange.application, *match.plugin, limits_).at_creation(body->idle_timeout);
  if (!idle_timeout) co_return std::unexpected(idle_timeout.error());

  auto shell = make_shell(exchange, *user, match.plugin, *body);
  shell->idle_timeout = *idle_timeout;
  shell->place = std::move(*place);
  if (shells_.contains(*exchange.application, shell->id)) co_return fault(ERROR_WINRS_SHELL_CLIENTID_RESOURCE_CONFLICT);
  shell->permit = std::move(*permit);
  // In the index before the host answers: it counts, and its id is taken.
  shells_.add(shell);
  auto message = create_message(*shell, std::move(body->open_content), details(exchange));
  auto opened = co_await open(exchange, user, shell, std::move(message));
  if (!opened) {
    shells_.remove(*shell);
    co_return std::unexpected(std::move(opened.error()));
  }
  co_return reply(exchange, soap::Prefixes::shell,
                  "<x:ResourceCreated>" + shell_reference(exchange, shell->resource_uri, shell->id) +
                      "</x:ResourceCreated>" + shell_xml(*shell, shell->created, exchange.soap.compression_requested));
}

asio::awaitable<Outcome<ShellRef>> Operations::open(Exchange& exchange, const UserRef& user, ShellRef shell,
                                                    ipc::ShellCreate message) {
  auto host = co_await hosts_.acquire(*user, shell->plugin);
  if (!host) co_return std::unexpected(std::move(host.error()));
  const auto link = (*host)->link;
  const auto id = link->next_id();
  shells_.place(shell, *host, id);
  auto answer = co_await link->call_with_id(id, message, exchange.deadline);
  // A shell that comes up after its client was told it did not would be nobody's.
  if (!answer && answer.error() == CallError::timed_out) link->post(ipc::Cancel{}, id);
  auto understood = understand(*shell->plugin, std::move(answer));
  if (!understood) co_return std::unexpected(std::move(understood.error()));
  if (!shell->host) co_return fault(ERROR_OPERATION_ABORTED);  // the plug-in ended it in the same breath
  const auto created = ipc::decode<ipc::ShellCreated>(*understood);
  if (!created) co_return fault(ERROR_INTERNAL_ERROR);
  shell->can_disconnect = shell->can_disconnect && created->supports_connect;
  shell->active = true;
  co_return shell;
}

}  // namespace winrmd::net
