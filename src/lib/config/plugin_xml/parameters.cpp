#include <fmt/format.h>

#include <algorithm>

#include "lib/config/plugin_xml.hpp"
#include "lib/config/plugin_xml/parts.hpp"
#include "lib/text/ascii.hpp"

namespace winrmd::config {
namespace {

// A child of Param as it was written, with all it needs to mean the same where no prefix is declared and another
// default namespace holds.
std::string self_contained(const xml::Document& document, const xml::Element& element) {
  auto text = document.fragment(element);
  const auto has_default = [](const WrittenAttribute& attribute) { return attribute.name == "xmlns"; };
  if (!std::ranges::any_of(written_attributes(text, 0), has_default)) {
    text.insert(text.find_first_of(" \t\r\n/>"), " xmlns=\"\"");
  }
  return text;
}

// Everything between the tags of an element.
std::string content_of(const xml::Document& document, const xml::Element& element) {
  const auto source = document.source();
  auto at = start_tag_end(source, element.begin);
  if (at >= element.end) return {};  // `<Param/>`
  const auto end = source.rfind('<', element.end - 1);
  std::string content;
  for (const auto* child : element.children) {
    content.append(source, at, child->begin - at);
    content += self_contained(document, *child);
    at = child->end;
  }
  return content.append(source, at, end - at);
}

// Windows' schema says Name and Value, one of its examples name and value; plug-ins look for the former.
void append_param(std::string& out, XmlFile& file, const xml::Element& element) {
  ElementReader reader(file, element);
  const auto name = reader.spelling("Name", "name");
  const auto value = reader.spelling("Value", "value");
  const auto* const name_text = reader.take(name);
  const auto* const value_text = reader.take(value);
  const bool has_content = !element.children.empty() || !text::trim(element.text).empty();
  if (name_text == nullptr) return reader.report(name, "is missing");
  if (name_text->empty()) return reader.report(name, "must not be empty");
  if (value_text == nullptr && !has_content) return reader.report(value, "is missing, and the element is empty");
  for (const auto& attribute : element.attributes) {
    if (attribute.prefix.empty() && (attribute.local == name || attribute.local == value)) continue;
    return reader.report(attribute.local, "unknown attribute");
  }
  out += "<Param";
  append_attribute(out, "Name", *name_text);
  if (value_text != nullptr) append_attribute(out, "Value", *value_text);
  if (!has_content) {
    out += "/>";
    return;
  }
  out += '>';
  out += content_of(file.document, element);
  out += "</Param>";
}

}  // namespace

std::string read_parameters(XmlFile& file, const xml::Element& element) {
  ElementReader reader(file, element);
  const auto parameters = reader.children("Param");
  reader.finish();
  std::string out = "<InitializationParameters>";
  for (const auto* parameter : parameters) {
    if (reader.failed()) return {};
    append_param(out, file, *parameter);
  }
  out += "</InitializationParameters>";
  if (out.size() > max_plugin_initialization) {
    reader.report({}, fmt::format("is longer than {} bytes as WSManPluginStartup gets it", max_plugin_initialization));
  }
  return out;
}

}  // namespace winrmd::config
