// A WS-Management request envelope, checked and taken apart. Bytes and limits in, request or fault out.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/soap/fault.hpp"
#include "lib/xml/document.hpp"

namespace winrmd::soap {

struct Selector {
  std::string name;
  std::string value;  // text, or the XML of an EndpointReference
};

struct Option {
  std::string name;
  std::string value;
  std::string type;  // as sent: a qualified name
  bool must_comply = false;
  bool nil = false;  // xsi:nil, with an empty value: the option is a flag, and it is set
};

// Every limit is inclusive. The size of the whole body is limited by whoever reads it.
struct Limits {
  xml::Limits xml;
  std::size_t message_id = 1024;  // bytes
  std::size_t uri = 2048;         // bytes of Action, To, ResourceURI
  std::size_t selectors = 256;
  std::size_t selector_bytes = std::size_t{256}
                               << 10;  // of all values together: references repeat the namespaces they use
  std::size_t options = 256;
  std::size_t expression = std::size_t{64} << 10;  // bytes of a fragment's path or a filter
};

inline constexpr std::string_view xpath_dialect = "http://www.w3.org/TR/1999/REC-xpath-19991116";
inline constexpr std::string_view selector_dialect = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter";

// What w:FragmentTransfer or a filter says, in the language that its Dialect names.
struct Expression {
  std::string text;     // without blanks around it; XML: each element as text that stands alone
  std::string dialect;  // XPath 1.0 where the message names none
  bool is_xml = false;
};

struct Request {
  xml::Document document;
  bool identify = false;  // body is wsmid:Identify; nothing else is required then
  std::string action;
  std::string message_id;  // as sent, byte for byte
  std::string to;
  std::string resource_uri;  // empty when absent
  std::string locale;        // xml:lang of w:Locale; empty when absent
  std::string data_locale;
  std::string session_id;
  std::optional<std::uint32_t> max_envelope_size;
  std::optional<std::chrono::milliseconds> operation_timeout;
  std::vector<Selector> selectors;
  std::vector<Option> options;
  bool options_must_understand = false;
  std::optional<Expression> fragment;  // of w:FragmentTransfer: only that part of the resource is meant
  bool epr_requested = false;          // w:RequestEPR was there
  bool estimate_requested = false;     // w:RequestTotalItemsCountEstimate was there
  bool compression_requested = false;  // rsp:CompressionType was there; we answer NoCompression
  const xml::Element* body = nullptr;  // the s:Body element

  // Selector value by name (case-insensitive); nullptr when absent.
  [[nodiscard]] const std::string* selector(std::string_view name) const;
  // First element inside s:Body; nullptr when the body is empty.
  [[nodiscard]] const xml::Element* content() const;
};

// A fault, with what is known for the answer: RelatesTo where the message had an id.
struct BadRequest {
  Fault fault;
  std::string message_id;
};

// Character set of a body: a byte order mark wins, then `charset` from Content-Type (may be empty, any case, in
// quotes), then the XML declaration. UTF-8, UTF-16LE, UTF-16BE. Checks in the order: well-formed, SOAP version,
// mustUnderstand, required addressing headers, MaxEnvelopeSize and OperationTimeout, selectors, options. Whether action
// and resource exist is the caller's business: an unauthorised user learns nothing about that.
std::expected<Request, BadRequest> parse_request(std::string_view body, std::string_view charset, const Limits& limits);

// An element with a Dialect attribute: a filter, or w:FragmentTransfer. Nothing: it, or its dialect, is too long.
std::optional<Expression> read_expression(const xml::Document& document, const xml::Element& element,
                                          const Limits& limits);
// A w:SelectorSet that is no header: that of a filter.
std::expected<std::vector<Selector>, Fault> read_selector_set(const xml::Document& document, const xml::Element& set,
                                                              const Limits& limits);

}  // namespace winrmd::soap
