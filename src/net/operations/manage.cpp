// What the service itself answers about shells: Get, Enumerate, Pull, Release, Delete.
#include "lib/soap/names.hpp"
#include "lib/text/ascii.hpp"
#include "lib/xml/document.hpp"
#include "net/operations/describe.hpp"
#include "net/operations/operations.hpp"
#include "net/operations/reply.hpp"
#include "wsman_codes.h"
#include "wsman_operations.h"

namespace winrmd::net {
namespace {

constexpr std::string_view selector_filter = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter";

// What an Enumerate or Pull reply has left for its items.
std::size_t room_for_items(const Exchange& exchange, const ipc::LimitSetup& limits) {
  constexpr std::size_t overhead = 2000;
  const std::size_t size =
      std::min(exchange.soap.max_envelope_size.value_or(limits.max_envelope_size), limits.max_envelope_size);
  return size > overhead ? size - overhead : 0;
}

// The ShellId of a selector filter; nullptr when there is none.
const xml::Element* shell_id_filter(const xml::Element& filter) {
  const auto* set = filter.child(soap::ns::wsman, "SelectorSet");
  if (set == nullptr) return nullptr;
  for (const auto* selector : set->children) {
    const auto* name = selector->attribute("Name");
    if (name != nullptr && text::iequals(*name, "ShellId")) return selector;
  }
  return nullptr;
}

}  // namespace

Operations::Reply Operations::get(Exchange& exchange, const UserRef& user) {
  if (exchange.soap.fragment) co_return fault(ERROR_WSMAN_FRAGMENT_TRANSFER_NOT_SUPPORTED);
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

Outcome<std::vector<EnumerationItem>> Operations::list_commands(Exchange& exchange, const UserRef& user) {
  const auto request = parse_enumerate(exchange.soap);
  if (!request) return std::unexpected(request.error());
  if (request->filter == nullptr) return fault(ERROR_WSMAN_ENUMERATE_SHELLCOMAMNDS_FILTER_EXPECTED);
  if (request->mode != EnumerationMode::object) return fault(ERROR_WSMAN_ENUMERATE_SHELLCOMMANDS_EPRS_NOTSUPPORTED);
  if (request->filter_dialect != selector_filter)
    return fault(ERROR_WSMAN_ENUMERATE_FILTER_DIALECT_REQUESTED_UNAVAILABLE);
  const auto* id = shell_id_filter(*request->filter);
  if (id == nullptr) return fault(ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER, "The filter names no ShellId.");
  const auto shell = shells_.find(*exchange.application, text::trim(id->text));
  if (!shell) return std::unexpected(soap::unknown_shell_fault(text::trim(id->text), exchange.host));
  if (shell->owner != user->owner && !user->administrator) {
    gate_.refuse_shell(exchange);
    return fault(ERROR_ACCESS_DENIED);
  }
  std::vector<EnumerationItem> items;
  for (const auto& [key, command] : shell->commands) items.push_back({command_xml(command), {}});
  return items;
}

Operations::Reply Operations::enumerate(Exchange& exchange, const UserRef& user) {
  const auto request = parse_enumerate(exchange.soap);
  if (!request) co_return std::unexpected(request.error());
  const bool commands = exchange.soap.resource_uri == soap::shell_command_resource;
  if (!commands && request->filter != nullptr) co_return fault(ERROR_WSMAN_ENUMERATE_FILTERING_NOT_SUPPORTED);
  auto permit = co_await gate_.authorize(exchange, user, WSManOperationEnumerate);
  if (!permit) co_return std::unexpected(std::move(permit.error()));
  auto items = commands ? list_commands(exchange, user) : list_shells(exchange, user);
  if (!items) co_return std::unexpected(std::move(items.error()));
  co_return reply(exchange, soap::Prefixes::enumeration,
                  enumerations_.begin(*request, std::move(*items), std::move(*permit), user->owner,
                                      exchange.soap.resource_uri, room_for_items(exchange, limits_)));
}

Operations::Reply Operations::pull(Exchange& exchange, const UserRef& user) {
  auto body = enumerations_.pull(exchange.soap, user->owner, room_for_items(exchange, limits_));
  if (!body) co_return std::unexpected(std::move(body.error()));
  co_return reply(exchange, soap::Prefixes::enumeration, *body);
}

Operations::Reply Operations::release(Exchange& exchange, const UserRef& user) {
  auto body = enumerations_.release(exchange.soap, user->owner);
  if (!body) co_return std::unexpected(std::move(body.error()));
  co_return reply(exchange, soap::Prefixes::enumeration, *body);
}

}  // namespace winrmd::net
