#include "lib/config/edit/toml_write.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace winrmd::config {
namespace {

// A basic string. Everything but quotes, backslashes and control characters stands for itself.
std::string write_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string write_members(const Node& table) {
  std::string out;
  for (const auto& member : table.children) {
    if (!out.empty()) out += ", ";
    out += fmt::format("{} = {}", write_key(member.name), write_value(member));
  }
  return out.empty() ? "{}" : fmt::format("{{ {} }}", out);
}

}  // namespace

std::string write_key(std::string_view name) {
  const auto is_bare = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !name.empty() && std::ranges::all_of(name, is_bare) ? std::string(name) : write_string(name);
}

std::string write_keys(std::span<const Step> path) {
  std::string out;
  for (const auto& step : path) {
    const auto* name = std::get_if<std::string>(&step);
    if (name == nullptr) continue;
    if (!out.empty()) out += '.';
    out += write_key(*name);
  }
  return out;
}

std::string write_value(const Node& value) {
  switch (value.kind) {
    case Node::Kind::string:
      return write_string(value.string);
    case Node::Kind::integer:
      return fmt::format("{}", value.integer);
    case Node::Kind::boolean:
      return value.boolean ? "true" : "false";
    case Node::Kind::table:
      return write_members(value);
    case Node::Kind::other:
      return value.string;
    case Node::Kind::array:
      break;
  }
  std::string out;
  for (const auto& item : value.children) {
    if (!out.empty()) out += ", ";
    out += write_value(item);
  }
  return fmt::format("[{}]", out);
}

}  // namespace winrmd::config
