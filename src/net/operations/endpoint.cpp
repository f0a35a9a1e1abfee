#include "net/operations/endpoint.hpp"

#include "lib/soap/names.hpp"
#include "lib/xml/document.hpp"

namespace winrmd::net {
namespace {

constexpr std::size_t max_reference_depth = 32;

std::string selector_xml(std::string_view value) {
  if (value.starts_with('<')) {
    const auto document = xml::Document::parse(value, {.depth = max_reference_depth});
    if (document && document->root().is(soap::ns::addressing, "EndpointReference"))
      return document->fragment(document->root());
  }
  return xml::escaped(value);
}

}  // namespace

std::string reference_xml(std::string_view url, std::string_view resource_uri,
                          const std::vector<ipc::NameValue>& selectors) {
  std::string out = "<a:Address>" + xml::escaped(url.substr(0, url.find('?'))) +
                    "</a:Address><a:ReferenceParameters><w:ResourceURI>" + xml::escaped(resource_uri) +
                    "</w:ResourceURI>";
  if (!selectors.empty()) out += "<w:SelectorSet>";
  for (const auto& [name, value] : selectors) {
    out += R"(<w:Selector Name=")" + xml::escaped(name) + R"(">)" + selector_xml(value) + "</w:Selector>";
  }
  if (!selectors.empty()) out += "</w:SelectorSet>";
  return out + "</a:ReferenceParameters>";
}

std::string endpoint_xml(std::string_view url, std::string_view resource_uri, const ipc::ResourceReference& reference) {
  return "<a:EndpointReference>" +
         reference_xml(url, reference.resource_uri.empty() ? resource_uri : std::string_view(reference.resource_uri),
                       reference.selectors) +
         "</a:EndpointReference>";
}

std::vector<ipc::NameValue> selectors_of(const std::vector<soap::Selector>& selectors) {
  std::vector<ipc::NameValue> result;
  result.reserve(selectors.size());
  for (const auto& [name, value] : selectors) result.push_back({name, value});
  return result;
}

}  // namespace winrmd::net
