#include "lib/soap/headers.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "lib/soap/codes.hpp"
#include "lib/soap/names.hpp"
#include "lib/text/ascii.hpp"
#include "lib/text/duration.hpp"

namespace winrmd::soap {
namespace {

constexpr std::uint32_t min_envelope_size = 8192;
constexpr std::string_view role_next = "http://www.w3.org/2003/05/soap-envelope/role/next";
constexpr std::string_view role_receiver = "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver";

struct Known {
  std::string_view ns;
  std::string_view local;
  Block block;  // Block::count: understood, and nothing in it concerns us
};

constexpr auto known = std::to_array<Known>({
    {ns::addressing, "Action", Block::action},
    {ns::addressing, "MessageID", Block::message_id},
    {ns::addressing, "To", Block::to},
    {ns::addressing, "ReplyTo", Block::reply_to},
    {ns::addressing, "FaultTo", Block::fault_to},
    {ns::addressing, "From", Block::count},
    {ns::addressing, "RelatesTo", Block::count},
    {ns::wsman, "ResourceURI", Block::resource_uri},
    {ns::wsman, "MaxEnvelopeSize", Block::max_envelope_size},
    {ns::wsman, "OperationTimeout", Block::operation_timeout},
    {ns::wsman, "Locale", Block::locale},
    {ns::wsman, "SelectorSet", Block::selector_set},
    {ns::wsman, "OptionSet", Block::option_set},
    {ns::wsman, "FragmentTransfer", Block::fragment_transfer},
    {ns::wsman, "RequestTotalItemsCountEstimate", Block::request_estimate},
    {ns::wsman, "RequestEPR", Block::request_epr},
    {ns::wsman, "AckRequested", Block::count},
    {ns::wsman, "Bookmark", Block::count},
    {ns::microsoft, "DataLocale", Block::data_locale},
    {ns::microsoft, "SessionId", Block::session_id},
    {ns::microsoft, "OperationID", Block::count},
    {ns::microsoft, "SequenceId", Block::count},
    {ns::microsoft, "SequenceID", Block::count},
    {ns::microsoft, "ActivityId", Block::count},
    {ns::machine_id, "MachineID", Block::count},
    {ns::eventing, "Identifier", Block::count},
    {ns::shell, "CompressionType", Block::compression_type},
});

const Known* find(const xml::Element& block) {
  for (const auto& entry : known) {
    if (block.is(entry.ns, entry.local)) return &entry;
  }
  return nullptr;
}

bool is_for_us(const xml::Element& block) {
  const auto* role = block.attribute("role", ns::soap);
  if (!role) return true;
  const auto name = text::trim(*role);
  return name.empty() || name == role_next || name == role_receiver;
}

std::unexpected<Fault> wrong(std::uint32_t code, std::string message) {
  auto fault = make_fault(code, std::move(message));
  fault.reason = code_text(code);
  return std::unexpected(std::move(fault));
}

std::expected<std::string, Fault> read_uri(const xml::Element* block, std::string_view name, std::size_t limit) {
  if (!block) return std::string();
  const auto value = text::trim(block->text);
  if (value.size() > limit) return wrong(code::uri_limit, fmt::format("{} is longer than {} bytes.", name, limit));
  return std::string(value);
}

std::string language(const xml::Element* block) {
  const auto* value = block ? block->attribute("lang", ns::xml) : nullptr;
  return value ? std::string(text::trim(*value)) : std::string();
}

std::expected<void, Fault> read_addressing(const Headers& headers, const Limits& limits, Request& request) {
  auto action = read_uri(headers[Block::action], "Action", limits.uri);
  if (!action) return std::unexpected(std::move(action.error()));
  request.action = std::move(*action);
  auto to = read_uri(headers[Block::to], "To", limits.uri);
  if (!to) return std::unexpected(std::move(to.error()));
  request.to = std::move(*to);
  auto resource = read_uri(headers[Block::resource_uri], "ResourceURI", limits.uri);
  if (!resource) return std::unexpected(std::move(resource.error()));
  request.resource_uri = std::move(*resource);
  if (request.identify) return {};
  if (request.action.empty()) return wrong(code::header_required, "The header Action is missing or empty.");
  if (text::trim(request.message_id).empty()) {
    return wrong(code::header_required, "The header MessageID is missing or empty.");
  }
  return {};
}

std::expected<void, Fault> check_reply_address(const xml::Element* block, std::string_view name) {
  const auto* address = block ? block->child(ns::addressing, "Address") : nullptr;
  if (!address) return {};
  const auto value = text::trim(address->text);
  if (value.empty() || value == anonymous) return {};
  return wrong(code::addressing_mode, fmt::format("{} is not the anonymous address.", name));
}

std::expected<void, Fault> check_locale(const xml::Element* block, std::string_view locale) {
  if (!block || !must_understand(*block)) return {};
  if (text::iequals(locale, "en-US") || text::iequals(locale, "en")) return {};
  return wrong(code::locale_not_supported, "The locale is marked mustUnderstand; the service speaks en-US only.");
}

std::expected<void, Fault> read_size(const xml::Element* block, Request& request) {
  if (!block || is_nil(*block)) return {};
  const auto value = text::trim(block->text);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (value.empty() || end != value.data() + value.size() || error == std::errc::invalid_argument) {
    return wrong(code::invalid_header, "MaxEnvelopeSize is not a number.");
  }
  if (error == std::errc() && number < min_envelope_size) {
    return wrong(code::min_envelope_size, fmt::format("MaxEnvelopeSize must be at least {}.", min_envelope_size));
  }
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  const bool huge = error == std::errc::result_out_of_range || number > most;
  request.max_envelope_size = huge ? most : static_cast<std::uint32_t>(number);
  return {};
}

std::expected<void, Fault> read_timeout(const xml::Element* block, Request& request) {
  if (!block || is_nil(*block)) return {};
  const auto value = text::parse_duration(text::trim(block->text));
  // One client takes every fault with the header's name in it for a timeout, and asks again.
  if (!value) return wrong(code::invalid_header, "The time limit of the operation: " + value.error().message);
  request.operation_timeout = *value;
  return {};
}

std::expected<void, Fault> read_fragment(const xml::Element* block, const Limits& limits, Request& request) {
  if (!block) return {};
  request.fragment = read_expression(request.document, *block, limits);
  if (request.fragment) return {};
  return wrong(code::invalid_header, fmt::format("FragmentTransfer is longer than {} bytes.", limits.expression));
}

}  // namespace

bool is_true(std::string_view value) {
  value = text::trim(value);
  return !value.empty() && value != "0" && !text::iequals(value, "false");
}

bool must_understand(const xml::Element& block) {
  const auto* value = block.attribute("mustUnderstand", ns::soap);
  if (!value) value = block.attribute("mustUnderstand");
  return value && is_true(*value);
}

bool is_nil(const xml::Element& element) {
  const auto* value = element.attribute("nil", ns::xsi);
  return value && is_true(*value);
}

void collect(Headers& headers, const xml::Element& block) {
  if (!is_for_us(block)) return;
  const auto* entry = find(block);
  if (!entry) {
    if (must_understand(block) && headers.not_understood.size() < max_not_understood) {
      headers.not_understood.push_back({std::string(block.namespace_uri), std::string(block.local)});
    }
    return;
  }
  if (entry->block == Block::count) return;
  auto& place = headers.blocks[static_cast<std::size_t>(entry->block)];
  if (place && !headers.repeated) headers.repeated = &block;
  if (!place) place = &block;
}

std::expected<void, Fault> read_headers(const Headers& headers, const Limits& limits, Request& request) {
  if (headers.repeated) {
    return wrong(code::invalid_header, fmt::format("The header {} is there twice.", headers.repeated->local));
  }
  if (request.message_id.size() > limits.message_id) {
    request.message_id.clear();  // not to be sent back either
    return wrong(code::invalid_header, fmt::format("MessageID is longer than {} bytes.", limits.message_id));
  }
  request.locale = language(headers[Block::locale]);
  request.data_locale = language(headers[Block::data_locale]);
  if (auto ok = read_addressing(headers, limits, request); !ok) return ok;
  if (auto ok = check_reply_address(headers[Block::reply_to], "ReplyTo"); !ok) return ok;
  if (auto ok = check_reply_address(headers[Block::fault_to], "FaultTo"); !ok) return ok;
  if (auto ok = check_locale(headers[Block::locale], request.locale); !ok) return ok;
  if (auto ok = read_size(headers[Block::max_envelope_size], request); !ok) return ok;
  if (auto ok = read_timeout(headers[Block::operation_timeout], request); !ok) return ok;
  if (auto ok = read_fragment(headers[Block::fragment_transfer], limits, request); !ok) return ok;
  if (const auto* id = headers[Block::session_id]) request.session_id = text::trim(id->text);
  request.epr_requested = headers[Block::request_epr] != nullptr;
  request.estimate_requested = headers[Block::request_estimate] != nullptr;
  request.compression_requested = headers[Block::compression_type] != nullptr;
  return {};
}

}  // namespace winrmd::soap
