#include "wire.hpp"

#include "lib/text/ascii.hpp"

namespace config_tree {

std::string utf8(wsman::StringView text) { return wsman::to_utf8(text).value_or(std::string()); }
wsman::String wide(std::string_view text) { return wsman::to_wide(text).value_or(wsman::String()); }

std::vector<Selector> read_selectors(const wsman::Selectors& set) {
  std::vector<Selector> selectors;
  for (std::size_t i = 0; i < set.size(); ++i) {
    selectors.push_back({.name = utf8(set.name(i)), .value = utf8(set.value(i))});
  }
  return selectors;
}

wsman::Reference make_reference(const std::vector<Selector>& selectors) {
  wsman::Reference reference;
  for (const auto& selector : selectors) reference.add(wide(selector.name), wide(selector.value));
  return reference;
}

Outcome<Request> read_request(const wsman::ResourceRequest& from, wsman::StringView body) {
  Request request{.resource = utf8(from.resource()), .selectors = read_selectors(from.selectors()), .body = utf8(body)};
  const auto* details = from.details();
  if (details == nullptr || details->operationInfo == nullptr) return request;
  const auto& fragment = details->operationInfo->fragment;
  if (fragment.path == nullptr) return request;
  const auto dialect = winrmd::text::to_lower(utf8(wsman::view(fragment.dialect)));
  if (!dialect.empty() && !dialect.contains("xpath")) {
    return refuse(ERROR_WSMAN_FRAGMENT_DIALECT_REQUESTED_UNAVAILABLE, "a part is named by an XPath of elements");
  }
  request.fragment = utf8(wsman::view(fragment.path));
  return request;
}

}  // namespace config_tree
