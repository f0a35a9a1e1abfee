#include "representation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/text/ascii.hpp"
#include "lib/xml/document.hpp"

namespace config_tree {
namespace {

using winrmd::text::iequals;
using winrmd::text::trim;
using winrmd::xml::Document;
using winrmd::xml::Element;

constexpr std::string_view wsman_namespace = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd";
constexpr std::size_t max_leaves = 1000;  // of one object

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> steps;
  for (std::size_t at = 0; at <= path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    steps.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return steps;
}

bool is_of_the_tree(const Element& element) {
  return element.namespace_uri.size() >= base_uri.size() &&
         iequals(element.namespace_uri.substr(0, base_uri.size()), base_uri);
}

Outcome<void> collect(const Element& parent, const std::string& start, std::vector<Leaf>& leaves) {
  for (const Element* child : parent.children) {
    const auto path = start + std::string(child->local);
    if (!is_of_the_tree(*child)) {
      return refuse(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, fmt::format("{}: is in another namespace", path));
    }
    if (!child->children.empty()) {
      if (auto done = collect(*child, path + '/', leaves); !done) return done;
      continue;
    }
    leaves.push_back({.path = path, .text = std::string(trim(child->text))});
    if (leaves.size() > max_leaves) {
      return refuse(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, fmt::format("there are more than {} elements", max_leaves));
    }
  }
  return {};
}

Outcome<Document> parse(std::string_view xml) {
  auto document = Document::parse(xml);
  if (!document) return refuse(ERROR_WSMAN_INVALID_XML, document.error().message);
  return std::move(*document);
}

// A step of a path, without its prefix; `number` counts from 1.
struct Step {
  std::string_view name;
  std::size_t number = 1;
};

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

Outcome<std::vector<Step>> read_path(std::string_view path) {
  path = trim(path);
  if (path.empty()) return refuse(ERROR_WSMAN_INVALID_FRAGMENT_PATH_BLANK, "the fragment path is empty");
  std::vector<Step> steps;
  for (auto text : split(path.substr(path.starts_with('/') ? 1 : 0))) {
    Step step;
    if (const auto bracket = text.find('['); bracket != std::string_view::npos) {
      const auto digits = text.substr(bracket + 1, text.size() - bracket - 2);
      const bool is_number = text.ends_with(']') && !digits.empty() && digits.size() < 6 &&
                             digits.find_first_not_of("0123456789") == std::string_view::npos;
      if (is_number) step.number = std::stoul(std::string(digits));
      if (!is_number || step.number == 0) {
        return refuse(ERROR_WSMAN_INVALID_FRAGMENT_PATH, fmt::format("'{}' is no path of elements", path));
      }
      text = text.substr(0, bracket);
    }
    step.name = text.substr(text.find(':') == std::string_view::npos ? 0 : text.find(':') + 1);
    if (!is_name(step.name)) {
      return refuse(ERROR_WSMAN_INVALID_FRAGMENT_PATH,
                    fmt::format("'{}' is no path of elements, such as Auth/Basic", path));
    }
    steps.push_back(step);
  }
  return steps;
}

const Element* step_down(const Element& element, const Step& step) {
  auto left = step.number;
  for (const Element* child : element.children) {
    if (child->local == step.name && --left == 0) return child;
  }
  return nullptr;
}

}  // namespace

std::string write_object(std::string_view name, std::string_view uri, const std::vector<Leaf>& leaves) {
  auto xml = fmt::format("<cfg:{} xmlns:cfg=\"{}\" xml:lang=\"en-US\">", name, winrmd::xml::escaped(uri));
  std::vector<std::string_view> open;
  const auto close_to = [&](std::size_t depth) {
    for (; open.size() > depth; open.pop_back()) xml += fmt::format("</cfg:{}>", open.back());
  };
  for (const auto& leaf : leaves) {
    auto steps = split(leaf.path);
    const auto own = steps.back();
    steps.pop_back();
    const auto common = std::ranges::mismatch(open, steps).in1 - open.begin();
    close_to(static_cast<std::size_t>(common));
    for (auto i = open.size(); i < steps.size(); ++i) {
      xml += fmt::format("<cfg:{}>", steps[i]);
      open.push_back(steps[i]);
    }
    xml += fmt::format("<cfg:{0}>{1}</cfg:{0}>", own, winrmd::xml::escaped(leaf.text));
  }
  close_to(0);
  return xml + fmt::format("</cfg:{}>", name);
}

Outcome<std::vector<Leaf>> read_object(std::string_view xml, std::string_view name) {
  if (xml.empty()) return refuse(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, fmt::format("{}: is missing", name));
  const auto document = parse(xml);
  if (!document) return std::unexpected(document.error());
  const auto& root = document->root();
  if (!iequals(root.local, name) || !is_of_the_tree(root)) {
    return refuse(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR, fmt::format("{}: is expected, not {}", name, root.local));
  }
  std::vector<Leaf> leaves;
  if (auto done = collect(root, {}, leaves); !done) return std::unexpected(done.error());
  return leaves;
}

Outcome<std::string> pick_fragment(std::string_view object, std::string_view path) {
  const auto steps = read_path(path);
  if (!steps) return std::unexpected(steps.error());
  const auto document = parse(object);
  if (!document) return std::unexpected(document.error());
  const auto* element = &document->root();
  // A path from the root names it first.
  const bool from_root = trim(path).starts_with('/');
  if (from_root && steps->front().name != element->local) element = nullptr;
  for (auto i = from_root ? std::size_t{1} : 0; i < steps->size() && element != nullptr; ++i) {
    element = step_down(*element, (*steps)[i]);
  }
  if (element == nullptr) {
    return refuse(ERROR_WSMAN_INVALID_FRAGMENT_PATH, fmt::format("there is no '{}'", trim(path)));
  }
  return document->fragment(*element);
}

Outcome<std::string> wrap_fragment(std::string_view name, std::string_view uri, std::string_view path,
                                   std::string_view content) {
  const auto steps = read_path(path);
  if (!steps) return std::unexpected(steps.error());
  const auto document = parse(content);
  if (!document) return std::unexpected(document.error());
  const auto* part = &document->root();
  if (part->is(wsman_namespace, "XmlFragment")) {
    if (part->children.size() != 1) {
      return refuse(ERROR_WSMAN_INVALID_XML_FRAGMENT, "the fragment has to be one element");
    }
    part = part->children[0];
  }
  std::string xml = document->fragment(*part);
  std::size_t first = 0;
  if (trim(path).starts_with('/')) {
    if (steps->front().name != name) {
      return refuse(ERROR_WSMAN_INVALID_FRAGMENT_PATH, fmt::format("there is no '{}'", trim(path)));
    }
    first = 1;
  }
  if (first >= steps->size()) return xml;
  if (steps->back().name != part->local) {
    return refuse(ERROR_WSMAN_INVALID_XML_FRAGMENT,
                  fmt::format("the fragment is {}, the path leads to {}", part->local, steps->back().name));
  }
  for (auto i = steps->size() - 1; i > first; --i) {
    const auto parent = (*steps)[i - 1].name;
    xml = fmt::format("<cfg:{0} xmlns:cfg=\"{1}\">{2}</cfg:{0}>", parent, winrmd::xml::escaped(uri), xml);
  }
  return fmt::format("<cfg:{0} xmlns:cfg=\"{1}\">{2}</cfg:{0}>", name, winrmd::xml::escaped(uri), xml);
}

}  // namespace config_tree
