#include "net/operations/enumerate_body.hpp"

#include <charconv>
#include <limits>

#include "lib/soap/names.hpp"
#include "lib/text/ascii.hpp"
#include "lib/text/duration.hpp"
#include "wsman_codes.h"

namespace winrmd::net {
namespace {

using soap::ns::enumeration;
using soap::ns::wsman;
using std::chrono::milliseconds;

Outcome<const xml::Element*> content(const soap::Request& request, std::string_view name) {
  const auto* body = request.content();
  if (body == nullptr || !body->is(enumeration, name)) {
    return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "The body must hold n:" + std::string(name) + ".");
  }
  return body;
}

// A number too large for any machine counts as very large.
Outcome<std::size_t> number(const xml::Element& element) {
  const auto digits = text::trim(element.text);
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = !digits.empty() && end == digits.data() + digits.size();
  if (whole && error == std::errc::result_out_of_range) return std::numeric_limits<std::size_t>::max();
  if (whole && error == std::errc{} && value > 0) return value;
  return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, std::string(element.local) + " is not a positive number.");
}

Outcome<Expiration> expiration(const xml::Element& element, text::DateTime now) {
  const auto value = text::trim(element.text);
  Expiration result;
  if (const auto duration = text::parse_duration(value)) {
    result.after = *duration;
  } else if (const auto date = text::parse_date_time(value)) {
    result.after = std::chrono::duration_cast<milliseconds>(*date - now);
    result.as_date = true;
  } else if (value.starts_with('-')) {
    return fault(ERROR_WSMAN_ENUMERATE_INVALID_EXPIRATION_TIME);
  } else {
    return fault(ERROR_WSMAN_ENUMERATE_UNSUPPORTED_EXPIRATION_TYPE,
                 "Expires is neither a duration without years and months nor a date with a time.");
  }
  if (result.after <= milliseconds(0)) return fault(ERROR_WSMAN_ENUMERATE_INVALID_EXPIRATION_TIME);
  return result;
}

Outcome<EnumerationMode> mode(const xml::Element& element) {
  const auto name = text::trim(element.text);
  if (name == "EnumerateEPR") return EnumerationMode::epr;
  if (name == "EnumerateObjectAndEPR") return EnumerationMode::object_and_epr;
  return fault(ERROR_WSMAN_ENUMERATION_MODE_UNSUPPORTED);
}

Outcome<void> read_filter(const soap::Request& request, const xml::Element& element, EnumerateRequest& result) {
  const soap::Limits limits;
  if (result.filter)
    return fault(ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER, "The request holds more than one filter.");
  result.filter = soap::read_expression(request.document, element, limits);
  if (!result.filter) return fault(ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER, "The filter is too long.");
  if (result.filter->dialect != soap::selector_dialect) return {};
  const auto* set = element.child(wsman, "SelectorSet");
  if (set == nullptr || element.children.size() != 1)
    return fault(ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER, "A selector filter holds one w:SelectorSet.");
  auto selectors = soap::read_selector_set(request.document, *set, limits);
  if (!selectors) return fault(ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER, "The filter: " + selectors.error().message);
  result.selectors = std::move(*selectors);
  return {};
}

Outcome<void> read_part(const soap::Request& request, const xml::Element& part, text::DateTime now,
                        EnumerateRequest& result) {
  if (part.is(wsman, "OptimizeEnumeration")) {
    result.optimized = true;
  } else if (part.is(wsman, "MaxElements")) {
    const auto value = number(part);
    if (!value) return std::unexpected(value.error());
    result.max_elements = *value;
  } else if (part.is(wsman, "EnumerationMode")) {
    const auto value = mode(part);
    if (!value) return std::unexpected(value.error());
    result.mode = *value;
  } else if (part.is(wsman, "Filter") || part.is(enumeration, "Filter")) {
    return read_filter(request, part, result);
  } else if (part.is(enumeration, "Expires")) {
    const auto value = expiration(part, now);
    if (!value) return std::unexpected(value.error());
    result.expires = *value;
  } else if (part.is(enumeration, "EndTo")) {
    return fault(ERROR_WSMAN_UNSUPPORTED_ADDRESSING_MODE, "The end of an enumeration is not announced (EndTo).");
  }
  return {};
}

Outcome<std::string> context_of(const xml::Element& body) {
  const auto* id = body.child(enumeration, "EnumerationContext");
  if (id == nullptr)
    return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "The request does not name an enumeration context.");
  return std::string(text::trim(id->text));
}

}  // namespace

Outcome<EnumerateRequest> parse_enumerate(const soap::Request& request, std::size_t most, text::DateTime now) {
  const auto body = content(request, "Enumerate");
  if (!body) return std::unexpected(body.error());
  EnumerateRequest result;
  for (const auto* part : (*body)->children) {
    if (auto read = read_part(request, *part, now, result); !read) return std::unexpected(std::move(read.error()));
  }
  result.max_elements = std::min(result.max_elements, most);
  return result;
}

Outcome<PullRequest> parse_pull(const soap::Request& request, std::size_t most) {
  const auto body = content(request, "Pull");
  if (!body) return std::unexpected(body.error());
  auto context = context_of(**body);
  if (!context) return std::unexpected(context.error());
  PullRequest result;
  result.context = std::move(*context);
  for (const auto* part : (*body)->children) {
    const bool characters = part->is(enumeration, "MaxCharacters");
    if (characters || part->is(enumeration, "MaxElements")) {
      const auto value = number(*part);
      if (!value) return std::unexpected(value.error());
      characters ? result.max_characters.emplace(*value) : result.max_elements = *value;
    } else if (part->is(enumeration, "MaxTime")) {
      const auto time = text::parse_duration(text::trim(part->text));
      if (!time) return fault(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, "MaxTime: " + time.error().message + ".");
      result.max_time = *time;
    }
  }
  result.max_elements = std::min(result.max_elements, most);
  return result;
}

Outcome<ContextRequest> parse_context(const soap::Request& request, std::string_view name, text::DateTime now) {
  const auto body = content(request, name);
  if (!body) return std::unexpected(body.error());
  auto context = context_of(**body);
  if (!context) return std::unexpected(context.error());
  ContextRequest result;
  result.context = std::move(*context);
  if (const auto* expires = (*body)->child(enumeration, "Expires")) {
    const auto value = expiration(*expires, now);
    if (!value) return std::unexpected(value.error());
    result.expires = *value;
  }
  return result;
}

text::DateTime date_now() { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); }

}  // namespace winrmd::net
