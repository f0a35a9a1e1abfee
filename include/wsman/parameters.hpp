// Part of wsman.hpp, and usable alone: the parameters that the configuration gives a plug-in. They come to Startup as
//     <InitializationParameters><Param Name="file" Value="/etc/x"/>...</InitializationParameters>
#ifndef WINRMD_WSMAN_PARAMETERS_HPP
#define WINRMD_WSMAN_PARAMETERS_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wsman {
namespace detail {

inline void append_utf8(std::string& out, std::uint32_t code) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6U));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | (code >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (code >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

// `65` or `x41`.
inline bool append_numbered(std::string& out, std::string_view digits) {
  std::uint32_t base = 10;
  if (!digits.empty() && digits.front() == 'x') {
    base = 16;
    digits.remove_prefix(1);
  }
  if (digits.empty()) return false;
  std::uint32_t code = 0;
  for (const char c : digits) {
    std::uint32_t digit = base;
    if (c >= '0' && c <= '9') digit = static_cast<std::uint32_t>(c - '0');
    if (c >= 'a' && c <= 'f') digit = static_cast<std::uint32_t>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') digit = static_cast<std::uint32_t>(c - 'A') + 10;
    if (digit >= base) return false;
    code = code * base + digit;
    if (code > 0x10FFFF) return false;
  }
  if (code == 0 || (code >= 0xD800 && code <= 0xDFFF)) return false;
  append_utf8(out, code);
  return true;
}

inline bool append_named(std::string& out, std::string_view name) {
  if (!name.empty() && name.front() == '#') return append_numbered(out, name.substr(1));
  if (name == "lt") {
    out += '<';
  } else if (name == "gt") {
    out += '>';
  } else if (name == "amp") {
    out += '&';
  } else if (name == "quot") {
    out += '"';
  } else if (name == "apos") {
    out += '\'';
  } else {
    return false;
  }
  return true;
}

inline std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.front() != '&') {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const std::size_t end = text.find(';');
    if (end == std::string_view::npos || !append_named(out, text.substr(1, end - 1))) return std::nullopt;
    text.remove_prefix(end + 1);
  }
  return out;
}

inline bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Takes `name="value"` off the attributes of an element; false when there are no more.
inline bool next_attribute(std::string_view& rest, std::string_view& name, std::string_view& value) {
  while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
  const std::size_t equals = rest.find('=');
  if (equals == std::string_view::npos || equals + 1 >= rest.size()) return false;
  const char quote = rest[equals + 1];
  const std::size_t end = rest.find(quote, equals + 2);
  if ((quote != '"' && quote != '\'') || end == std::string_view::npos) return false;
  name = rest.substr(0, equals);
  value = rest.substr(equals + 2, end - equals - 2);
  rest.remove_prefix(end + 1);
  return true;
}

}  // namespace detail

// The value of the parameter of that name; nothing when there is none or its value is not well-formed. All UTF-8. The
// host writes this text, so its shape is known and no XML library is needed: in a value, `<` and the quote around it
// are escaped.
inline std::optional<std::string> find_parameter(std::string_view xml, std::string_view wanted) {
  constexpr std::string_view start = "<Param";
  for (std::size_t at = xml.find(start); at != std::string_view::npos; at = xml.find(start, at + 1)) {
    std::string_view rest = xml.substr(at + start.size());
    if (rest.empty() || !detail::is_space(rest.front())) continue;
    std::optional<std::string> name;
    std::optional<std::string> value;
    std::string_view attribute;
    std::string_view text;
    rest = rest.substr(0, rest.find('<'));
    while (detail::next_attribute(rest, attribute, text)) {
      if (attribute == "Name") name = detail::unescaped(text);
      if (attribute == "Value") value = detail::unescaped(text);
    }
    if (name == wanted) return value;
  }
  return std::nullopt;
}

}  // namespace wsman

#endif
