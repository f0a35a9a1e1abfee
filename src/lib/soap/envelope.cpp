#include "lib/soap/envelope.hpp"

#include <array>
#include <utility>

#include "lib/soap/names.hpp"
#include "lib/xml/document.hpp"

namespace winrmd::soap {
namespace {

constexpr auto namespaces = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"s", ns::soap},
    {"a", ns::addressing},
    {"x", ns::transfer},
    {"e", ns::eventing},
    {"n", ns::enumeration},
    {"w", ns::wsman},
    {"rsp", ns::shell},
    {"p", ns::microsoft},
});

std::string_view uri(std::string_view prefix) {
  for (const auto& [name, value] : namespaces) {
    if (name == prefix) return value;
  }
  return {};
}

}  // namespace

void open_envelope(std::string& out, std::initializer_list<std::string_view> prefixes) {
  out += R"(<s:Envelope xml:lang="en-US")";
  for (const auto prefix : prefixes) {
    out.append(" xmlns:").append(prefix).append("=\"").append(uri(prefix)).append("\"");
  }
  out += "><s:Header>";
}

void append_element(std::string& out, std::string_view name, std::string_view value) {
  out.append("<").append(name).append(">");
  xml::escape(out, value);
  out.append("</").append(name).append(">");
}

void append_header(std::string& out, const Head& head) {
  if (!head.action.empty()) append_element(out, "a:Action", head.action);
  if (!head.message_id.empty()) {
    out += "<a:MessageID>uuid:";
    xml::escape(out, head.message_id);
    out += "</a:MessageID>";
  }
  out += head.extra;
  append_element(out, "a:To", anonymous);
  if (!head.relates_to.empty()) append_element(out, "a:RelatesTo", head.relates_to);
  out += "</s:Header><s:Body>";
}

void close_envelope(std::string& out) { out += "</s:Body></s:Envelope>"; }

}  // namespace winrmd::soap
