#include <set>

#include "lib/xml/tree.hpp"

namespace winrmd::xml {
namespace {

bool is_name_byte(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u >= 0x80 || (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || (u >= '0' && u <= '9') || u == '_' ||
         u == '-' || u == '.';
}

// Everything in front of a colon: a superset of the prefixes in use. Linear: the walk back stops at the last colon.
std::set<std::string_view> prefixes_in(std::string_view text) {
  std::set<std::string_view> found;
  for (auto colon = text.find(':'); colon != std::string_view::npos; colon = text.find(':', colon + 1)) {
    auto begin = colon;
    while (begin > 0 && is_name_byte(text[begin - 1])) --begin;
    if (begin != colon) found.insert(text.substr(begin, colon - begin));
  }
  return found;
}

// Attribute values keep line breaks and tabs only as references.
void append_declaration(std::string& out, const Declaration& declaration) {
  out += declaration.prefix.empty() ? " xmlns" : " xmlns:";
  out += declaration.prefix;
  out += "=\"";
  std::string_view uri = declaration.uri;
  for (auto at = uri.find_first_of("\t\n"); at != std::string_view::npos; at = uri.find_first_of("\t\n")) {
    escape(out, uri.substr(0, at));
    out += uri[at] == '\t' ? "&#9;" : "&#10;";
    uri.remove_prefix(at + 1);
  }
  escape(out, uri);
  out += '"';
}

}  // namespace

std::string Document::fragment(const Element& element) const {
  const auto text = std::string_view(impl_->source).substr(element.begin, element.end - element.begin);
  const Declaration* const inherited = element.parent ? element.parent->scope : nullptr;
  const auto name = 1 + element.prefix.size() + (element.prefix.empty() ? 0 : 1) + element.local.size();
  std::string out;
  out.reserve(text.size() + 256);
  out.append(text, 0, name);
  if (inherited) {
    auto wanted = prefixes_in(text);
    wanted.insert(std::string_view());  // the default namespace
    for (auto* own = element.scope; own != inherited; own = own->previous) wanted.erase(own->prefix);
    for (auto* outer = inherited; outer && !wanted.empty(); outer = outer->previous) {
      if (wanted.erase(outer->prefix) != 0 && !outer->uri.empty()) append_declaration(out, *outer);
    }
  }
  out.append(text, name);
  return out;
}

}  // namespace winrmd::xml
