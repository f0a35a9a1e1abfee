#include "lib/config/plugin_xml/parts.hpp"

namespace winrmd::config {

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "=\"";
  for (auto at = value.find_first_of("\t\n"); at != std::string_view::npos; at = value.find_first_of("\t\n")) {
    xml::escape(out, value.substr(0, at));
    out += value[at] == '\t' ? "&#9;" : "&#10;";
    value.remove_prefix(at + 1);
  }
  xml::escape(out, value);
  out += '"';
}

}  // namespace winrmd::config
