// w:SelectorSet, w:OptionSet, and what has a Dialect.
#include <fmt/format.h>

#include <set>

#include "lib/soap/codes.hpp"
#include "lib/soap/headers.hpp"
#include "lib/soap/names.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::soap {
namespace {

std::unexpected<Fault> wrong(std::uint32_t code, std::string message) {
  return std::unexpected(make_fault(code, std::move(message)));
}

std::string_view name_of(const xml::Element& element) {
  const auto* name = element.attribute("Name");
  return name ? text::trim(*name) : std::string_view();
}

// `MustComply`, `mustComply`: clients disagree.
const std::string_view* attribute_any_case(const xml::Element& element, std::string_view name) {
  for (const auto& attribute : element.attributes) {
    if (attribute.namespace_uri.empty() && text::iequals(attribute.local, name)) return &attribute.value;
  }
  return nullptr;
}

std::expected<std::string, Fault> selector_value(const xml::Document& document, const xml::Element& selector) {
  if (selector.children.empty()) return std::string(text::trim(selector.text));
  const auto& first = *selector.children.front();
  if (selector.children.size() > 1 || !first.is(ns::addressing, "EndpointReference") ||
      !text::trim(selector.text).empty()) {
    return wrong(code::invalid_selector_value, "A selector holds text or one EndpointReference.");
  }
  return document.fragment(first);
}

}  // namespace

std::optional<Expression> read_expression(const xml::Document& document, const xml::Element& element,
                                          const Limits& limits) {
  Expression result;
  const auto* dialect = element.attribute("Dialect");
  result.dialect = dialect && !text::trim(*dialect).empty() ? text::trim(*dialect) : xpath_dialect;
  result.is_xml = !element.children.empty();
  for (const auto* child : element.children) {
    result.text += document.fragment(*child);
    if (result.text.size() > limits.expression) return std::nullopt;
  }
  if (!result.is_xml) result.text = text::trim(element.text);
  if (result.text.size() > limits.expression || result.dialect.size() > limits.uri) return std::nullopt;
  return result;
}

std::expected<std::vector<Selector>, Fault> read_selector_set(const xml::Document& document, const xml::Element& set,
                                                              const Limits& limits) {
  std::vector<Selector> selectors;
  if (set.children.size() > limits.selectors) {
    return wrong(code::selector_limit, fmt::format("The request has more than {} selectors.", limits.selectors));
  }
  std::set<std::string> seen;
  std::size_t bytes = 0;
  selectors.reserve(set.children.size());
  for (const auto* child : set.children) {
    const auto name = name_of(*child);
    if (!child->is(ns::wsman, "Selector") || name.empty()) {
      return wrong(code::invalid_selectors, "SelectorSet holds something else than named selectors.");
    }
    if (!seen.insert(text::to_lower(name)).second) {
      return wrong(code::duplicate_selectors, "The request contains a selector more than once.");
    }
    auto value = selector_value(document, *child);
    if (!value) return std::unexpected(std::move(value.error()));
    bytes += value->size();
    if (bytes > limits.selector_bytes) {
      return wrong(code::selector_limit, fmt::format("The selectors hold more than {} bytes.", limits.selector_bytes));
    }
    selectors.push_back({std::string(name), std::move(*value)});
  }
  return selectors;
}

std::expected<void, Fault> read_options(const xml::Element& set, const Limits& limits, Request& request) {
  if (set.children.size() > limits.options) {
    return wrong(code::option_limit, fmt::format("The request has more than {} options.", limits.options));
  }
  request.options_must_understand = must_understand(set);
  request.options.reserve(set.children.size());
  for (const auto* child : set.children) {
    const auto name = name_of(*child);
    if (!child->is(ns::wsman, "Option") || name.empty()) {
      return wrong(code::invalid_options, "OptionSet holds something else than named options.");
    }
    auto& option = request.options.emplace_back();
    option.name = name;
    option.value = text::trim(child->text);
    if (const auto* type = attribute_any_case(*child, "Type")) option.type = text::trim(*type);
    const auto* comply = attribute_any_case(*child, "MustComply");
    option.must_comply = comply && is_true(*comply);
    option.nil = is_nil(*child);
  }
  return {};
}

}  // namespace winrmd::soap
