#include "lib/soap/request.hpp"

#include "lib/soap/charset.hpp"
#include "lib/soap/codes.hpp"
#include "lib/soap/headers.hpp"
#include "lib/soap/names.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::soap {
namespace {

struct Parts {
  const xml::Element* header = nullptr;
  const xml::Element* body = nullptr;
  const xml::Element* option_set = nullptr;  // one client puts it between the two
};

std::expected<Parts, Fault> take_apart(const xml::Element& root) {
  if (!root.is(ns::soap, "Envelope")) return std::unexpected(make_fault(code::soap_version_mismatch));
  Parts parts;
  for (const auto* child : root.children) {
    if (child->is(ns::soap, "Header") && !parts.header && !parts.body) {
      parts.header = child;
    } else if (child->is(ns::soap, "Body") && !parts.body) {
      parts.body = child;
    } else if (child->is(ns::wsman, "OptionSet") && !parts.option_set && !parts.body) {
      parts.option_set = child;
    } else {
      return std::unexpected(make_fault(code::schema_validation,
                                        "The envelope holds something else than a header and a body, in this order."));
    }
  }
  if (!parts.body) return std::unexpected(make_fault(code::schema_validation, "The envelope has no body."));
  return parts;
}

Fault not_understood(std::vector<NotUnderstood> blocks) {
  auto fault = make_fault(code::must_understand);
  fault.not_understood = std::move(blocks);
  return fault;
}

std::expected<void, Fault> read_envelope(const Limits& limits, Request& request) {
  const auto parts = take_apart(request.document.root());
  if (!parts) return std::unexpected(parts.error());
  request.body = parts->body;
  const auto* content = request.content();
  request.identify = content && content->is(ns::identity, "Identify");

  Headers headers;
  if (parts->header) {
    for (const auto* block : parts->header->children) collect(headers, *block);
  }
  if (parts->option_set) collect(headers, *parts->option_set);
  if (const auto* id = headers[Block::message_id]) request.message_id = id->text;
  if (!headers.not_understood.empty()) {
    if (request.message_id.size() > limits.message_id) request.message_id.clear();
    return std::unexpected(not_understood(std::move(headers.not_understood)));
  }
  if (auto ok = read_headers(headers, limits, request); !ok) return ok;
  if (const auto* set = headers[Block::selector_set]) {
    auto selectors = read_selector_set(request.document, *set, limits);
    if (!selectors) return std::unexpected(std::move(selectors.error()));
    request.selectors = std::move(*selectors);
  }
  if (const auto* set = headers[Block::option_set]) return read_options(*set, limits, request);
  return {};
}

}  // namespace

const std::string* Request::selector(std::string_view name) const {
  for (const auto& candidate : selectors) {
    if (text::iequals(candidate.name, name)) return &candidate.value;
  }
  return nullptr;
}

const xml::Element* Request::content() const {
  return body && !body->children.empty() ? body->children.front() : nullptr;
}

std::expected<Request, BadRequest> parse_request(std::string_view body, std::string_view charset,
                                                 const Limits& limits) {
  std::string converted;
  auto utf8 = decode_body(body, charset, converted);
  if (!utf8) return std::unexpected(BadRequest{std::move(utf8.error()), {}});
  auto document = xml::Document::parse(*utf8, limits.xml);
  if (!document) {
    return std::unexpected(BadRequest{
        make_fault(code::invalid_xml, "The request is not acceptable XML: " + document.error().message + "."), {}});
  }
  Request request;
  request.document = std::move(*document);
  if (auto ok = read_envelope(limits, request); !ok) {
    return std::unexpected(BadRequest{std::move(ok.error()), std::move(request.message_id)});
  }
  return request;
}

}  // namespace winrmd::soap
