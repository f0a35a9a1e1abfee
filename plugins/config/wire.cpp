#include "wire.hpp"

#include "lib/text/ascii.hpp"

namespace config_tree {
namespace {

std::string utf8(PCWSTR text) { return wsman::to_utf8(wsman::view(text)).value_or(std::string()); }
wsman::String wide(std::string_view text) { return wsman::to_wide(text).value_or(wsman::String()); }

Outcome<void> check_options(const WSMAN_OPTION_SET& set) {
  for (DWORD i = 0; set.options != nullptr && i < set.optionsCount; ++i) {
    if (set.options[i].mustComply != FALSE) {
      return refuse(ERROR_WSMAN_OPTIONS_NOT_SUPPORTED, "there are no options here");
    }
  }
  return {};
}

// A selector set as the interface has it; its texts live as long as it does.
class WideSelectors {
 public:
  explicit WideSelectors(const std::vector<Selector>& selectors) {
    texts_.reserve(selectors.size() * 2);
    for (const auto& selector : selectors) {
      const auto* const key = texts_.emplace_back(wide(selector.name)).c_str();
      const auto* const value = texts_.emplace_back(wide(selector.value)).c_str();
      keys_.push_back({.key = key, .value = value});
    }
  }
  WSMAN_RESOURCE_REFERENCE reference() {
    return {.resourceUri = nullptr,
            .selectorSet = {.numberKeys = static_cast<DWORD>(keys_.size()), .keys = keys_.data()}};
  }

 private:
  std::vector<wsman::String> texts_;
  std::vector<WSMAN_KEY> keys_;
};

WSMAN_DATA text_data(wsman::String& text) {
  WSMAN_DATA data{};
  data.type = WSMAN_DATA_TYPE_TEXT;
  data.text.buffer = text.data();
  data.text.bufferLength = static_cast<DWORD>(text.size());
  return data;
}

}  // namespace

std::vector<Selector> read_selectors(const WSMAN_SELECTOR_SET& set) {
  std::vector<Selector> selectors;
  for (DWORD i = 0; set.keys != nullptr && i < set.numberKeys; ++i) {
    selectors.push_back({.name = utf8(set.keys[i].key), .value = utf8(set.keys[i].value)});
  }
  return selectors;
}

Outcome<Request> read_request(const WSMAN_PLUGIN_REQUEST& from, const WSMAN_DATA* body) {
  Request request{.resource = utf8(from.resourceUri)};
  if (body != nullptr && body->type == WSMAN_DATA_TYPE_TEXT && body->text.buffer != nullptr) {
    request.body = wsman::to_utf8({body->text.buffer, body->text.bufferLength}).value_or(std::string());
  }
  const auto* info = from.operationInfo;
  if (info == nullptr) return request;
  if (auto checked = check_options(info->optionSet); !checked) return std::unexpected(checked.error());
  request.selectors = read_selectors(info->selectorSet);
  if (info->fragment.path != nullptr) {
    const auto dialect = winrmd::text::to_lower(utf8(info->fragment.dialect));
    if (!dialect.empty() && !dialect.contains("xpath")) {
      return refuse(ERROR_WSMAN_FRAGMENT_DIALECT_REQUESTED_UNAVAILABLE, "a part is named by an XPath of elements");
    }
    request.fragment = utf8(info->fragment.path);
  }
  return request;
}

DWORD report_object(WSMAN_PLUGIN_REQUEST* request, std::string_view xml) {
  auto text = wide(xml);
  auto data = text_data(text);
  return WSManPluginReportObject(request, 0, &data);
}

DWORD report_reference(WSMAN_PLUGIN_REQUEST* request, const std::vector<Selector>& selectors) {
  WideSelectors wide_selectors(selectors);
  const auto reference = wide_selectors.reference();
  return WSManPluginReportReference(request, 0, &reference);
}

DWORD report_item(WSMAN_PLUGIN_REQUEST* request, const Instance& instance) {
  auto text = wide(instance.xml);
  auto data = text_data(text);
  WideSelectors selectors(instance.selectors);
  const auto reference = selectors.reference();
  return WSManPluginReportItem(request, 0, &data, &reference);
}

}  // namespace config_tree
