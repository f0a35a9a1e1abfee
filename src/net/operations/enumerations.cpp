#include "net/operations/enumerations.hpp"

#include <deque>
#include <ranges>

#include "lib/text/ascii.hpp"
#include "lib/text/duration.hpp"
#include "lib/text/guid.hpp"
#include "wsman_codes.h"

namespace winrmd::net {

using std::chrono::milliseconds;
using Clock = Link::Clock;

// A Pull in progress.
struct Enumerations::Turn {
  bool client_gone = false;
  Promise<bool> over;
};

struct Enumerations::Context {
  std::string id;
  std::string owner;
  std::string resource_uri;
  EnumerationMode mode = EnumerationMode::object;
  milliseconds idle_timeout{0};
  std::unique_ptr<ItemSource> source;  // null: all items have been fetched
  std::optional<soap::Fault> failure;  // what comes after the items that are here
  std::deque<std::string> items;       // XML, fetched and not given out
  std::size_t bytes = 0;               // of them
  std::size_t fetched = 0;             // so far, for an estimate of all
  std::uint64_t answers = 0;           // Pulls that were answered with items
  Permit permit;
  Clock::time_point last_used = Clock::now();
  Clock::time_point expires = Clock::time_point::max();
  std::shared_ptr<Turn> turn;  // null: no Pull is in progress
  bool ended = false;          // nobody may use it any more

  [[nodiscard]] bool is_complete() const { return items.empty() && !source && !failure; }
  [[nodiscard]] Clock::time_point over_at() const { return std::min(expires, last_used + idle_timeout); }
};

// Items on their way into an answer.
struct Enumerations::Part {
  std::vector<std::string> items;

  [[nodiscard]] std::string xml() const {
    std::string out;
    for (const auto& item : items) out += item;
    return out;
  }
};

namespace {

constexpr std::size_t max_contexts_per_owner = 16;
constexpr std::size_t max_bytes_per_owner = 8U << 20;  // of all contexts but the newest

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// Nothing: the source gave less than the mode takes.
std::optional<std::string> item_xml(EnumerationItem item, EnumerationMode mode) {
  const bool object = mode != EnumerationMode::epr;
  const bool epr = mode != EnumerationMode::object;
  if ((object && item.object.empty()) || (epr && item.epr.empty())) return std::nullopt;
  if (object && epr) return "<w:Item>" + item.object + item.epr + "</w:Item>";
  return object ? std::move(item.object) : std::move(item.epr);
}

bool is_time_out(const soap::Fault& fault) {
  return fault.code == ERROR_WSMAN_OPERATION_TIMEDOUT && fault.provider.empty();
}

std::string context_xml(std::string_view id) {
  return "<n:EnumerationContext>" + std::string(id) + "</n:EnumerationContext>";
}

std::string expires_xml(milliseconds left, bool as_date) {
  left = std::max(left, milliseconds(0));
  return "<n:Expires>" + (as_date ? text::format_date_time(date_now() + left) : text::format_seconds(left)) +
         "</n:Expires>";
}

// The header that answers w:RequestTotalItemsCountEstimate.
std::string estimate(const Exchange& exchange, std::optional<std::size_t> total) {
  if (!exchange.soap.estimate_requested) return {};
  if (total) return "<w:TotalItemsCountEstimate>" + std::to_string(*total) + "</w:TotalItemsCountEstimate>";
  return R"(<w:TotalItemsCountEstimate xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>)";
}

std::unexpected<soap::Fault> too_large(Room room) {
  return fault(room.of_service ? ERROR_WSMAN_SERVER_ENVELOPE_LIMIT : ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED,
               "The next item of the enumeration is larger than the answer may be.");
}

// What a client's expiration grants: the time when the context ends in any case, where that is sooner than it would
// end without a Pull.
void grant(const std::optional<Expiration>& asked, milliseconds idle_timeout, Clock::time_point now,
           Clock::time_point& expires) {
  expires = asked && asked->after < idle_timeout ? now + asked->after : Clock::time_point::max();
}

}  // namespace

void Enumerations::append(Context& context, ItemBatch batch) {
  for (auto& item : batch.items) {
    auto xml = item_xml(std::move(item), context.mode);
    if (!xml) {
      context.failure = soap::make_fault(ERROR_WSMAN_INVALID_PROVIDER_RESPONSE,
                                         "An item lacks the object or the reference that was asked for.");
      break;
    }
    context.bytes += xml->size();
    ++context.fetched;
    context.items.push_back(std::move(*xml));
  }
}

// What is here comes first; only when there is nothing more is fetched.
asio::awaitable<void> Enumerations::fetch(Context& context, std::size_t most, std::size_t bytes,
                                          Clock::time_point until) {
  if (!context.source || !context.items.empty()) co_return;
  auto batch = co_await context.source->fetch(most, bytes, until);
  if (!batch && is_time_out(batch.error())) co_return;
  const bool over = !batch || batch->end;
  if (batch) {
    append(context, std::move(*batch));
  } else {
    context.failure = std::move(batch.error());
  }
  if (over || context.failure) context.source.reset();
}

Outcome<Enumerations::Part> Enumerations::take(Context& context, std::size_t most, Room room,
                                               std::optional<std::size_t> characters) {
  Part part;
  std::size_t bytes = 0;
  std::size_t used = 0;
  while (!context.items.empty() && part.items.size() < most) {
    auto& next = context.items.front();
    if (characters) used += count_characters(next);
    const bool fits = bytes + next.size() <= room.bytes && (!characters || used <= *characters);
    if (!fits && part.items.empty()) return too_large(room);
    if (!fits) break;
    bytes += next.size();
    part.items.push_back(std::move(next));
    context.items.pop_front();
  }
  context.bytes -= bytes;
  return part;
}

asio::awaitable<Outcome<EnumerationAnswer>> Enumerations::begin(Exchange& exchange, const EnumerateRequest& request,
                                                                Start start, Room room) {
  const auto context = std::make_shared<Context>();
  context->owner = std::move(start.owner);
  context->resource_uri = exchange.soap.resource_uri;
  context->mode = request.mode;
  context->idle_timeout = start.idle_timeout;
  context->source = std::move(start.source);
  context->permit = std::move(start.permit);
  const auto total = context->source->total();
  Part part;
  if (request.optimized) {
    co_await fetch(*context, request.max_elements, room.bytes, exchange.deadline);
    if (context->items.empty() && context->failure) co_return std::unexpected(std::move(*context->failure));
    // An item that does not fit is left to a Pull that may allow more.
    if (auto taken = take(*context, request.max_elements, room, {})) part = std::move(*taken);
  }
  const auto items = part.items.empty() ? std::string() : "<w:Items>" + part.xml() + "</w:Items>";
  EnumerationAnswer answer;
  answer.headers = estimate(exchange, total || context->source ? total : context->fetched);
  if (request.optimized && context->is_complete()) {
    answer.body = "<n:EnumerateResponse>" + context_xml("") + items + "<w:EndOfSequence/></n:EnumerateResponse>";
    co_return answer;
  }
  drop_too_many(context->owner);
  context->id = "uuid:" + text::new_guid();
  context->last_used = Clock::now();
  grant(request.expires, context->idle_timeout, context->last_used, context->expires);
  contexts_->emplace(context->id, context);
  const auto left = std::chrono::duration_cast<milliseconds>(context->over_at() - context->last_used);
  answer.body = "<n:EnumerateResponse>" + (request.expires ? expires_xml(left, request.expires->as_date) : "") +
                context_xml(context->id) + items + "</n:EnumerateResponse>";
  // A client that does not learn of its context will not come for the rest.
  exchange.delivery =
      deliveries_.add(context->id, [contexts = std::weak_ptr(contexts_), weak = std::weak_ptr(context)] {
        const auto table = contexts.lock();
        const auto lost = weak.lock();
        if (!table || !lost || lost->turn || lost->answers > 0) return;
        lost->ended = true;
        table->erase(lost->id);
      });
  co_return answer;
}

// A client that opens contexts and never fetches them loses its oldest.
void Enumerations::drop_too_many(std::string_view owner) {
  for (;;) {
    ContextRef oldest;
    std::size_t held = 0;
    std::size_t bytes = 0;
    for (const auto& context : std::views::values(*contexts_)) {
      if (context->owner != owner) continue;
      ++held;
      bytes += context->bytes + (context->source ? context->source->bytes() : 0);
      if (!oldest || context->last_used < oldest->last_used) oldest = context;
    }
    if (held < max_contexts_per_owner && bytes <= max_bytes_per_owner) return;
    end(oldest);
  }
}

void Enumerations::end(const ContextRef& context) {
  contexts_->erase(context->id);
  context->ended = true;
  context->permit = {};
  if (context->source) context->source->close();
}

Outcome<Enumerations::ContextRef> Enumerations::find(const Exchange& exchange, const std::string& id,
                                                     std::string_view owner) const {
  const auto found = contexts_->find(id);
  const auto& uri = exchange.soap.resource_uri;
  // The context is enough to name the resource.
  if (found == contexts_->end() || found->second->owner != owner ||
      (!uri.empty() && !text::iequals(found->second->resource_uri, uri))) {
    return fault(ERROR_WSMAN_ENUMERATE_INVALID_ENUMERATION_CONTEXT);
  }
  return found->second;
}

// The context, with nobody else pulling. A Pull whose client has gone is waited for, since its items are for the next.
asio::awaitable<Outcome<Enumerations::ContextRef>> Enumerations::take_turn(Exchange& exchange, const std::string& id,
                                                                           std::string_view owner) {
  for (;;) {
    deliveries_.settle(id);
    auto context = find(exchange, id, owner);
    if (!context || !(*context)->turn) co_return context;
    const auto turn = (*context)->turn;
    if (!turn->client_gone) co_return fault(ERROR_WSMAN_PULL_IN_PROGRESS);
    if (!co_await turn->over.wait(exchange.deadline)) co_return fault(ERROR_WSMAN_OPERATION_TIMEDOUT);
  }
}

Outcome<Enumerations::Part> Enumerations::next_part(Context& context, const PullRequest& request, Room room) {
  if (context.ended) return fault(ERROR_OPERATION_ABORTED, "The enumeration was ended while its items were fetched.");
  if (!context.items.empty()) return take(context, request.max_elements, room, request.max_characters);
  if (context.failure) return std::unexpected(std::move(*std::exchange(context.failure, std::nullopt)));
  if (context.source) return fault(ERROR_WSMAN_OPERATION_TIMEDOUT);
  return Part{};
}

// What to do when the answer is lost: the items come first again, unless a later Pull has been answered.
DeliveryRef Enumerations::deliver(const ContextRef& context, Part part) {
  return deliveries_.add(context->id, [contexts = std::weak_ptr(contexts_), context, part = std::move(part),
                                       answer = ++context->answers]() mutable {
    const auto table = contexts.lock();
    if (!table || context->ended || context->answers != answer) return;
    for (auto& item : std::views::reverse(part.items)) {
      context->bytes += item.size();
      context->items.push_front(std::move(item));
    }
    table->emplace(context->id, context);
  });
}

asio::awaitable<Outcome<EnumerationAnswer>> Enumerations::pull(Exchange& exchange, const PullRequest& request,
                                                               std::string_view owner, Room room) {
  const auto found = co_await take_turn(exchange, request.context, owner);
  if (!found) co_return std::unexpected(found.error());
  const auto& context = *found;
  context->last_used = Clock::now();
  const auto turn = std::make_shared<Turn>();
  context->turn = turn;
  // The fetch goes on: what it brings is for the next Pull.
  exchange.on_lost = [turn] { turn->client_gone = true; };
  const auto until =
      request.max_time ? std::min(exchange.deadline, context->last_used + *request.max_time) : exchange.deadline;
  co_await fetch(*context, request.max_elements, room.bytes, until);
  exchange.on_lost = nullptr;
  context->turn = nullptr;
  context->last_used = Clock::now();
  auto part = turn->client_gone ? Outcome<Part>(fault(ERROR_OPERATION_ABORTED)) : next_part(*context, request, room);
  const bool complete = context->is_complete();
  const auto total = complete ? std::optional(context->fetched)
                              : (context->source ? context->source->total() : std::optional(context->fetched));
  EnumerationAnswer answer;
  if (part) {
    answer.headers = estimate(exchange, total);
    answer.body = "<n:PullResponse>" + (complete ? std::string() : context_xml(context->id)) + "<n:Items>" +
                  part->xml() + "</n:Items>" + (complete ? "<n:EndOfSequence/>" : "") + "</n:PullResponse>";
    exchange.delivery = deliver(context, std::move(*part));
  }
  if (complete && !context->ended) {
    contexts_->erase(context->id);
    context->permit = {};
  }
  turn->over.keep(true);
  if (!part) co_return std::unexpected(std::move(part.error()));
  co_return answer;
}

Outcome<EnumerationAnswer> Enumerations::release(const Exchange& exchange, const ContextRequest& request,
                                                 std::string_view owner) {
  const auto context = find(exchange, request.context, owner);
  if (!context) return std::unexpected(context.error());
  end(*context);
  return EnumerationAnswer{};
}

Outcome<EnumerationAnswer> Enumerations::renew(const Exchange& exchange, const ContextRequest& request,
                                               std::string_view owner) {
  const auto context = find(exchange, request.context, owner);
  if (!context) return std::unexpected(context.error());
  const auto now = Clock::now();
  (*context)->last_used = now;
  grant(request.expires, (*context)->idle_timeout, now, (*context)->expires);
  const auto left = std::chrono::duration_cast<milliseconds>((*context)->over_at() - now);
  return EnumerationAnswer{"<n:RenewResponse>" + expires_xml(left, request.expires && request.expires->as_date) +
                           context_xml((*context)->id) + "</n:RenewResponse>"};
}

Outcome<EnumerationAnswer> Enumerations::status(const Exchange& exchange, const ContextRequest& request,
                                                std::string_view owner) {
  const auto context = find(exchange, request.context, owner);
  if (!context) return std::unexpected(context.error());
  const auto left = std::chrono::duration_cast<milliseconds>((*context)->over_at() - Clock::now());
  return EnumerationAnswer{"<n:GetStatusResponse>" + expires_xml(left, false) + "</n:GetStatusResponse>"};
}

void Enumerations::expire(Clock::time_point now) {
  std::vector<ContextRef> over;
  std::vector<std::shared_ptr<Turn>> turns;
  for (const auto& context : std::views::values(*contexts_)) {
    if (context->turn) {
      turns.push_back(context->turn);
    } else if (now >= context->over_at()) {
      over.push_back(context);
    } else if (context->source && !context->source->is_alive()) {
      context->permit = {};  // the next Pull will hear of it; nothing runs any more
    }
  }
  for (const auto& context : over) end(context);
  for (const auto& turn : turns) turn->over.expire(now);
}

void Enumerations::clear() {
  for (const auto& context : std::views::values(std::exchange(*contexts_, {}))) {
    context->ended = true;
    context->permit = {};
    if (context->source) context->source->close();
  }
}

}  // namespace winrmd::net
