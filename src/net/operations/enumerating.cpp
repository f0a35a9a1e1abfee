// Pull, Release, Renew and GetStatus, and what every enumeration has in common.
#include "lib/xml/document.hpp"
#include "net/limits.hpp"
#include "net/operations/operations.hpp"
#include "net/operations/reply.hpp"
#include "wsman_codes.h"

namespace winrmd::net {

Outcome<std::string> Operations::checked_size(const Exchange& exchange, std::string envelope) const {
  const auto most = limits_of(*exchange.application, limits_).max_envelope_size;
  const auto of_client = exchange.soap.max_envelope_size.value_or(most);
  if (envelope.size() > most) return fault(ERROR_WSMAN_SERVER_ENVELOPE_LIMIT);
  if (envelope.size() > of_client) return fault(ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED);
  return envelope;
}

Room Operations::room_for_items(const Exchange& exchange) const {
  // The envelope around the items, with the id of the request as it is written.
  const auto overhead = 1500 + xml::escaped(exchange.soap.message_id).size();
  const auto most = limits_of(*exchange.application, limits_).max_envelope_size;
  const auto of_client = exchange.soap.max_envelope_size.value_or(most);
  const std::size_t size = std::min(most, of_client);
  return {.bytes = size > overhead ? size - overhead : 0, .of_service = most <= of_client};
}

Operations::Reply Operations::begin_enumeration(Exchange& exchange, const UserRecord& user,
                                                const EnumerateRequest& request, std::unique_ptr<ItemSource> source,
                                                Permit permit) {
  auto answer = co_await enumerations_.begin(
      exchange, request,
      {.source = std::move(source),
       .permit = std::move(permit),
       .owner = user.owner,
       .idle_timeout =
           std::chrono::milliseconds(limits_of(*exchange.application, limits_).enumeration_idle_timeout_ms)},
      room_for_items(exchange));
  co_return enumeration_reply(exchange, std::move(answer));
}

Operations::Reply Operations::pull(Exchange& exchange, const UserRef& user) {
  const auto request = parse_pull(exchange.soap, limits_.max_batch_items);
  if (!request) co_return std::unexpected(request.error());
  co_return enumeration_reply(exchange,
                              co_await enumerations_.pull(exchange, *request, user->owner, room_for_items(exchange)));
}

Operations::Reply Operations::release(Exchange& exchange, const UserRef& user) {
  const auto request = parse_context(exchange.soap, "Release", date_now());
  if (!request) co_return std::unexpected(request.error());
  co_return enumeration_reply(exchange, enumerations_.release(exchange, *request, user->owner));
}

Operations::Reply Operations::renew(Exchange& exchange, const UserRef& user) {
  const auto request = parse_context(exchange.soap, "Renew", date_now());
  if (!request) co_return std::unexpected(request.error());
  co_return enumeration_reply(exchange, enumerations_.renew(exchange, *request, user->owner));
}

Operations::Reply Operations::get_status(Exchange& exchange, const UserRef& user) {
  const auto request = parse_context(exchange.soap, "GetStatus", date_now());
  if (!request) co_return std::unexpected(request.error());
  co_return enumeration_reply(exchange, enumerations_.status(exchange, *request, user->owner));
}

Outcome<std::string> Operations::enumeration_reply(const Exchange& exchange, Outcome<EnumerationAnswer> answer) {
  if (!answer) return std::unexpected(std::move(answer.error()));
  return reply(exchange, soap::Prefixes::enumeration, answer->body, answer->headers);
}

}  // namespace winrmd::net
