#include "lib/config/plugin_xml.hpp"

#include <fmt/format.h>

#include "lib/config/plugin_xml/parts.hpp"
#include "lib/config/plugin_xml/registration.hpp"

namespace winrmd::config {
namespace {

Result<void> check_root(const xml::Element& root) {
  if (root.local != "PlugInConfiguration") {
    return fail(fmt::format("the document is '{}', not PlugInConfiguration", root.local));
  }
  if (root.namespace_uri != plugin_namespace) {
    return fail(fmt::format("must be in the namespace {}, not in '{}'", plugin_namespace, root.namespace_uri));
  }
  return {};
}

}  // namespace

Plugin read_registration(std::string_view text, Document& errors, Claims& claims) {
  const auto document = parse_file(text, errors);
  if (!document) return {};
  XmlFile file{.document = *document, .errors = errors};
  const auto& root = document->root();
  if (const auto checked = check_root(root); !checked) {
    errors.report(file.line_of(root.begin), "PlugInConfiguration", checked.error().message);
    return {};
  }
  return read_plugin(file, root, claims);
}

Result<Plugin> read_plugin_xml(std::string_view text, std::string_view name) {
  Document errors(name, false);
  Claims claims;
  auto plugin = read_registration(text, errors, claims);
  if (errors.failed()) return fail(errors.error());
  return plugin;
}

Result<std::string> set_enabled(std::string_view text, bool enabled) {
  if (text.size() > max_plugin_xml) return fail(fmt::format("is larger than {} bytes", max_plugin_xml));
  auto decoded = decode_xml(text);
  if (!decoded) return std::unexpected(decoded.error());
  auto& utf8 = decoded->utf8;
  const auto document = parse_xml(utf8);
  if (!document) return std::unexpected(document.error());
  const auto& root = document->root();
  if (const auto checked = check_root(root); !checked) return std::unexpected(checked.error());
  const auto mark = utf8.size() - document->source().size();  // a byte order mark
  const std::string_view value = enabled ? "true" : "false";
  for (const auto& attribute : written_attributes(document->source(), root.begin)) {
    if (attribute.name != "Enabled") continue;
    utf8.replace(mark + attribute.value_begin, attribute.value_end - attribute.value_begin, value);
    return encode_xml(utf8, decoded->encoding);
  }
  if (!enabled) {  // true is the default
    const auto name_end = utf8.find_first_of(" \t\r\n/>", mark + root.begin);
    utf8.insert(name_end, " Enabled=\"false\"");
  }
  return encode_xml(utf8, decoded->encoding);
}

}  // namespace winrmd::config
