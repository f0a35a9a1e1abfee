// Any body: a request or a fault, and the fault's envelope is XML. The first byte chooses the Content-Type's charset.
#include <array>
#include <cstdint>
#include <cstdlib>

#include "lib/soap/fault.hpp"
#include "lib/soap/request.hpp"
#include "lib/soap/response.hpp"

using namespace winrmd;

namespace {

constexpr std::array<std::string_view, 6> charsets = {"", "UTF-8", "utf-16", "\"UTF-16LE\"", "utf-16be", "latin1"};

void must_parse(std::string_view envelope) {
  const xml::Limits roomy{.depth = 200, .name = 100'000, .uri = 100'000, .nodes = 10'000'000};
  if (!xml::Document::parse(envelope, roomy)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto request = soap::parse_request(body, charsets[data[0] % charsets.size()], {});
  if (!request) {
    must_parse(soap::serialize_fault(request.error().fault, request.error().message_id, "host", "id"));
  } else {
    if (!request->body || (!request->identify && request->action.empty())) std::abort();
    must_parse(soap::serialize_response(soap::Prefixes::shell, {request->action, request->message_id, "id"}, ""));
    if (const auto* content = request->content()) {
      must_parse(request->document.fragment(*content));
      // As a filter.
      const auto filter = soap::read_expression(request->document, *content, {});
      if (filter && filter->is_xml) must_parse("<f>" + filter->text + "</f>");
      if (!content->children.empty()) (void)soap::read_selector_set(request->document, *content->children.front(), {});
    }
    const auto& fragment = request->fragment;
    if (fragment && fragment->is_xml) must_parse("<f>" + fragment->text + "</f>");
  }
  // The same bytes as what a plug-in says.
  auto fault = soap::make_fault(5);
  fault.provider = body;
  fault.provider_text = body;
  fault.not_understood.push_back({std::string(body), "Block"});
  must_parse(soap::serialize_fault(fault, body, body, body));
  return 0;
}
