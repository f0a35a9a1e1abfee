// What the service itself answers about shells: Get, Enumerate, Delete.
#include <algorithm>

#include "lib/soap/names.hpp"
#include "lib/text/ascii.hpp"
#include "net/operations/describe.hpp"
#include "net/operations/operations.hpp"
#include "net/operations/reply.hpp"
#include "wsman_codes.h"
#include "wsman_operations.h"

namespace winrmd::net {

Operations::Reply Operations::get(Exchange& exchange, const UserRef& user) {
  const auto shell = shell_of(exchange, *user, Access::manage);
  if (!shell) co_return std::unexpected(shell.error());
  const auto permit = co_await gate_.authorize(exchange, user, WSManOperationGet);
  if (!permit) co_return std::unexpected(permit.error());
  if (!(*shell)->active) co_return std::unexpected(soap::unknown_shell_fault((*shell)->id, exchange.host));
  co_return reply(exchange, soap::Prefixes::transfer, shell_xml(**shell, Link::Clock::now()));
}

Operations::Reply Operations::remove(Exchange& exchange, const UserRef& user) {
  const auto found = shell_of(exchange, *user, Access::manage);
  if (!found) co_return std::unexpected(found.error());
  const auto& shell = *found;
  const auto permit = co_await gate_.authorize(exchange, user, WSManOperationDelete);
  if (!permit) co_return std::unexpected(permit.error());
  if (!shell->active) co_return std::unexpected(soap::unknown_shell_fault(shell->id, exchange.host));
  shell->ending = true;
  const auto link = shell->host->link;
  const auto answer = co_await link->call(ipc::ShellDelete{shell->id}, exchange.deadline);
  if (!answer && answer.error() == CallError::timed_out) {
    // The client is told the truth; the shell ends all the same.
    if (shell->active) spawn(context_, end(shell, shells_));
    co_return fault(ERROR_WSMAN_OPERATION_TIMEDOUT);
  }
  shells_.remove(*shell);
  co_return reply(exchange, soap::Prefixes::remove, "");
}

Outcome<std::vector<EnumerationItem>> Operations::list_shells(Exchange& exchange, const UserRef& user) {
  std::vector<EnumerationItem> items;
  const auto now = Link::Clock::now();
  for (const auto& shell : shells_.visible(*user)) {
    items.push_back({shell_xml(*shell, now), "<a:EndpointReference>" +
                                                 shell_reference(exchange, shell->resource_uri, shell->id) +
                                                 "</a:EndpointReference>"});
  }
  return items;
}

Outcome<std::vector<EnumerationItem>> Operations::list_commands(Exchange& exchange, const UserRef& user,
                                                                const EnumerateRequest& request) {
  if (!request.filter) return fault(ERROR_WSMAN_ENUMERATE_SHELLCOMAMNDS_FILTER_EXPECTED);
  if (request.mode != EnumerationMode::object) return fault(ERROR_WSMAN_ENUMERATE_SHELLCOMMANDS_EPRS_NOTSUPPORTED);
  if (!request.selectors) return fault(ERROR_WSMAN_ENUMERATE_FILTER_DIALECT_REQUESTED_UNAVAILABLE);
  const auto id = std::ranges::find_if(
      *request.selectors, [](const soap::Selector& selector) { return text::iequals(selector.name, "ShellId"); });
  if (id == request.selectors->end())
    return fault(ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER, "The filter names no ShellId.");
  const auto shell = shells_.find(*exchange.application, id->value);
  if (!shell) return std::unexpected(soap::unknown_shell_fault(id->value, exchange.host));
  if (shell->owner != user->owner && !user->administrator) {
    gate_.refuse_shell(exchange);
    return fault(ERROR_ACCESS_DENIED);
  }
  std::vector<EnumerationItem> items;
  for (const auto& [key, command] : shell->commands) items.push_back({command_xml(command), {}});
  return items;
}

Operations::Reply Operations::enumerate(Exchange& exchange, const UserRef& user) {
  const auto request = parse_enumerate(exchange.soap, limits_.max_batch_items, date_now());
  if (!request) co_return std::unexpected(request.error());
  const bool commands = exchange.soap.resource_uri == soap::shell_command_resource;
  if (!commands && request->filter) co_return fault(ERROR_WSMAN_ENUMERATE_FILTERING_NOT_SUPPORTED);
  auto permit = co_await gate_.authorize(exchange, user, WSManOperationEnumerate);
  if (!permit) co_return std::unexpected(std::move(permit.error()));
  auto items = commands ? list_commands(exchange, user, *request) : list_shells(exchange, user);
  if (!items) co_return std::unexpected(std::move(items.error()));
  co_return co_await begin_enumeration(
      exchange, *user, *request, std::make_unique<ItemList>(std::move(*items), request->mode), std::move(*permit));
}

}  // namespace winrmd::net
