#include "net/operations/enumerations.hpp"

#include <charconv>

#include "lib/soap/names.hpp"
#include "lib/text/ascii.hpp"
#include "lib/text/guid.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

using namespace soap;  // NOLINT(google-build-using-namespace): ns and names of one protocol

constexpr std::size_t max_batch_items = 32000;
constexpr std::size_t max_contexts_per_owner = 16;
constexpr std::size_t max_bytes_per_owner = 8U << 20;  // of all contexts but the newest
constexpr std::chrono::seconds context_lifetime{240};

Outcome<std::size_t> element_number(const xml::Element& element) {
  const auto digits = text::trim(element.text);
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value == 0) {
    return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "MaxElements is not a positive number.");
  }
  return std::min(value, max_batch_items);
}

std::string item_xml(const EnumerationItem& item, EnumerationMode mode) {
  switch (mode) {
    case EnumerationMode::object:
      return item.object;
    case EnumerationMode::epr:
      return item.epr;
    case EnumerationMode::object_and_epr:
      return "<w:Item>" + item.object + item.epr + "</w:Item>";
  }
  return {};
}

}  // namespace

Outcome<EnumerateRequest> parse_enumerate(const soap::Request& request) {
  EnumerateRequest result;
  const auto* body = request.content();
  if (body == nullptr || !body->is(ns::enumeration, "Enumerate")) {
    return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "The body of Enumerate must hold n:Enumerate.");
  }
  for (const auto* child : body->children) {
    if (child->is(ns::wsman, "OptimizeEnumeration")) {
      result.optimized = true;
    } else if (child->is(ns::wsman, "MaxElements")) {
      const auto number = element_number(*child);
      if (!number) return std::unexpected(number.error());
      result.max_elements = *number;
    } else if (child->is(ns::wsman, "EnumerationMode")) {
      const auto mode = text::trim(child->text);
      if (mode == "EnumerateEPR") {
        result.mode = EnumerationMode::epr;
      } else if (mode == "EnumerateObjectAndEPR") {
        result.mode = EnumerationMode::object_and_epr;
      } else {
        return fault(ERROR_WSMAN_ENUMERATION_MODE_UNSUPPORTED);
      }
    } else if (child->is(ns::wsman, "Filter") || child->is(ns::enumeration, "Filter")) {
      const auto* dialect = child->attribute("Dialect");
      result.filter_dialect =
          dialect != nullptr ? std::string(text::trim(*dialect)) : "http://www.w3.org/TR/1999/REC-xpath-19991116";
      result.filter = child;
    }
  }
  return result;
}

std::string Enumerations::take(Context& context, std::size_t max_elements, std::size_t room) {
  std::string items;
  for (std::size_t taken = 0; context.next < context.items.size() && taken < max_elements; ++taken) {
    auto xml = item_xml(context.items[context.next], context.mode);
    if (!items.empty() && items.size() + xml.size() > room) break;
    items += xml;
    ++context.next;
  }
  return items;
}

std::string Enumerations::begin(const EnumerateRequest& request, std::vector<EnumerationItem> items, Permit permit,
                                std::string_view owner, std::string_view resource_uri, std::size_t room) {
  Context context{std::string(owner), std::string(resource_uri), request.mode, std::move(items), 0,
                  Link::Clock::now(), std::move(permit)};
  std::string found = request.optimized ? take(context, request.max_elements, room) : std::string();
  if (!found.empty()) found = "<w:Items>" + found + "</w:Items>";
  const bool complete = request.optimized && context.next == context.items.size();
  if (complete) {
    return "<n:EnumerateResponse><n:EnumerationContext></n:EnumerationContext>" + found +
           "<w:EndOfSequence/></n:EnumerateResponse>";
  }
  while (drop_one_too_many(owner)) {
  }
  const auto id = "uuid:" + text::new_guid();
  contexts_.emplace(id, std::move(context));
  return "<n:EnumerateResponse><n:EnumerationContext>" + id + "</n:EnumerationContext>" + found +
         "</n:EnumerateResponse>";
}

// A client that opens contexts and never fetches them loses its oldest.
bool Enumerations::drop_one_too_many(std::string_view owner) {
  auto oldest = contexts_.end();
  std::size_t held = 0;
  std::size_t bytes = 0;
  for (auto it = contexts_.begin(); it != contexts_.end(); ++it) {
    if (it->second.owner != owner) continue;
    ++held;
    for (const auto& item : it->second.items) bytes += item.object.size() + item.epr.size();
    if (oldest == contexts_.end() || it->second.last_used < oldest->second.last_used) oldest = it;
  }
  if (held < max_contexts_per_owner && bytes <= max_bytes_per_owner) return false;
  contexts_.erase(oldest);
  return true;
}

Outcome<Enumerations::Found> Enumerations::find(const soap::Request& request, std::string_view element,
                                                std::string_view owner) {
  const auto* body = request.content();
  const auto* id = body != nullptr && body->is(ns::enumeration, element)
                       ? body->child(ns::enumeration, "EnumerationContext")
                       : nullptr;
  if (id == nullptr)
    return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "The request does not name an enumeration context.");
  const auto found = contexts_.find(std::string(text::trim(id->text)));
  if (found == contexts_.end() || found->second.owner != owner ||
      !text::iequals(found->second.resource_uri, request.resource_uri)) {
    return fault(ERROR_WSMAN_ENUMERATE_INVALID_ENUMERATION_CONTEXT);
  }
  return found;
}

Outcome<std::string> Enumerations::pull(const soap::Request& request, std::string_view owner, std::size_t room) {
  const auto found = find(request, "Pull", owner);
  if (!found) return std::unexpected(found.error());
  std::size_t max_elements = 1;
  if (const auto* element = request.content()->child(ns::enumeration, "MaxElements")) {
    const auto number = element_number(*element);
    if (!number) return std::unexpected(number.error());
    max_elements = *number;
  }
  auto& context = (*found)->second;
  context.last_used = Link::Clock::now();
  auto items = take(context, max_elements, room);
  const bool complete = context.next == context.items.size();
  std::string body = "<n:PullResponse>";
  if (complete) {
    contexts_.erase(*found);
  } else {
    body += "<n:EnumerationContext>" + (*found)->first + "</n:EnumerationContext>";
  }
  body += "<n:Items>" + items + "</n:Items>";
  if (complete) body += "<n:EndOfSequence/>";
  return body + "</n:PullResponse>";
}

Outcome<std::string> Enumerations::release(const soap::Request& request, std::string_view owner) {
  const auto found = find(request, "Release", owner);
  if (!found) return std::unexpected(found.error());
  contexts_.erase(*found);
  return std::string();
}

void Enumerations::expire(Link::Clock::time_point now) {
  std::erase_if(contexts_, [now](const auto& entry) { return now - entry.second.last_used >= context_lifetime; });
}

}  // namespace winrmd::net
