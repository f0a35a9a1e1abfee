#include "lib/config/toml_tree.hpp"

// toml++ asserts, and in a release build assumes, what an invalid key does not hold to; the checks behind it report it
// well.
#undef NDEBUG
#define TOML_ASSERT(expr) static_assert(true)
#define TOML_EXCEPTIONS 0
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

namespace winrmd::config {
namespace {

Node convert(const toml::node& from) {
  Node to;
  to.line = static_cast<std::uint32_t>(from.source().begin.line);
  to.column = static_cast<std::uint32_t>(from.source().begin.column);
  if (const auto* text = from.as_string()) {
    to.kind = Node::Kind::string;
    to.string = text->get();
  } else if (const auto* number = from.as_integer()) {
    to.kind = Node::Kind::integer;
    to.integer = number->get();
  } else if (const auto* flag = from.as_boolean()) {
    to.kind = Node::Kind::boolean;
    to.boolean = flag->get();
  } else if (const auto* list = from.as_array()) {
    to.kind = Node::Kind::array;
    for (const auto& item : *list) to.children.push_back(convert(item));
  } else if (const auto* table = from.as_table()) {
    for (const auto& [key, value] : *table) {
      to.children.push_back(convert(value));
      to.children.back().name = key.str();
    }
    std::ranges::sort(to.children, {}, [](const Node& node) { return std::pair(node.line, node.column); });
  } else {
    to.kind = Node::Kind::other;  // dates, times and floating-point numbers: no key of ours takes them
    std::ostringstream written;
    written << toml::toml_formatter(from);
    to.string = written.str();
  }
  return to;
}

// TOML has them nowhere, not even in comments; toml++ takes some of them for broken invariants of its own.
std::string_view::const_iterator find_control(std::string_view text) {
  return std::ranges::find_if(text, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
  });
}

}  // namespace

std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::string:
      return "a string";
    case Node::Kind::integer:
      return "an integer";
    case Node::Kind::boolean:
      return "true or false";
    case Node::Kind::array:
      return "an array";
    case Node::Kind::table:
      return "a table";
    case Node::Kind::other:
      break;
  }
  return "a value of another type";
}

Result<Node> parse_toml(std::string_view text, std::string_view name) {
  if (const auto at = find_control(text); at != text.end()) {
    const auto line = 1 + std::count(text.begin(), at, '\n');
    return fail(fmt::format("{}:{}: not valid TOML: there is a control character", name, line));
  }
  const auto parsed = toml::parse(text, name);
  if (!parsed) {
    const auto& error = parsed.error();
    return fail(fmt::format("{}:{}: not valid TOML: {}", name, error.source().begin.line, error.description()));
  }
  return convert(parsed.table());
}

}  // namespace winrmd::config
