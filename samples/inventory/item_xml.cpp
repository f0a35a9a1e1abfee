#include "item_xml.hpp"

#include <charconv>
#include <cstddef>

namespace {

struct Entity {
  std::string_view name;
  char character;
};
constexpr Entity entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    std::string_view written(&c, 1);
    for (const Entity& entity : entities) {
      if (entity.character == c) written = entity.name;
    }
    result += written;
  }
  return result;
}

std::string unescaped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    std::size_t taken = 1;
    char c = text.front();
    for (const Entity& entity : entities) {
      if (text.substr(0, entity.name.size()) != entity.name) continue;
      taken = entity.name.size();
      c = entity.character;
    }
    result += c;
    text.remove_prefix(taken);
  }
  return result;
}

std::string_view local_name(std::string_view tag) {
  const auto name = tag.substr(0, tag.find_first_of(" \t\r\n/>"));
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

std::string item_xml(const std::string& name, std::uint32_t count) {
  return "<Item xmlns=\"urn:example:inventory\"><Name>" + escaped(name) + "</Name><Count>" + std::to_string(count) +
         "</Count></Item>";
}

std::optional<std::string> text_in(std::string_view xml, std::string_view element) {
  for (auto at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
    const auto tag = xml.substr(at + 1);
    if (local_name(tag) != element) continue;
    const auto end = tag.find('>');
    if (end == std::string_view::npos) return std::nullopt;
    if (end > 0 && tag[end - 1] == '/') return std::string();
    const auto rest = tag.substr(end + 1);
    const auto next = rest.find('<');
    if (next == std::string_view::npos || rest.substr(next, 2) != "</") return std::nullopt;
    return unescaped(rest.substr(0, next));
  }
  return std::nullopt;
}

std::optional<std::uint32_t> number_in(std::string_view xml, std::string_view element) {
  const auto text = text_in(xml, element);
  std::uint32_t number = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return number;
}
