#include "host/resource/reported.hpp"

#include <utility>

#include "host/core/plugin_text.hpp"
#include "lib/text/utf.hpp"
#include "lib/xml/document.hpp"

namespace winrmd::host {

std::optional<std::string> object_of(const WSMAN_DATA& text) {
  if (text.text.bufferLength > max_object) return std::nullopt;
  const auto utf8 = text::to_utf8({text.text.buffer, text.text.bufferLength});
  if (!utf8 || utf8->size() > max_object) return std::nullopt;
  const auto document = xml::Document::parse(*utf8);
  if (!document) return std::nullopt;
  return document->fragment(document->root());
}

std::optional<ipc::ResourceReference> reference_of(const WSMAN_RESOURCE_REFERENCE& reference) {
  ipc::ResourceReference copy;
  if (reference.resourceUri != nullptr) {
    auto uri = strict_utf8(reference.resourceUri, max_resource_uri);
    if (!uri || uri->empty()) return std::nullopt;
    copy.resource_uri = std::move(*uri);
  }
  std::size_t size = copy.resource_uri.size();
  const std::size_t count = reference.selectorSet.numberKeys;
  if (count > max_selectors) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) {
    const WSMAN_KEY& key = reference.selectorSet.keys[i];
    auto name = strict_utf8(key.key, max_selector_name);
    auto value = strict_utf8(key.value, max_selector_value);
    if (!name || name->empty() || !value) return std::nullopt;
    size += name->size() + value->size();
    if (size > max_reference) return std::nullopt;
    copy.selectors.push_back({.name = std::move(*name), .value = std::move(*value)});
  }
  return copy;
}

}  // namespace winrmd::host
