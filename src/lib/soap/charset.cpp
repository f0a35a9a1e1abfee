#include "lib/soap/charset.hpp"

#include <optional>

#include "lib/soap/codes.hpp"
#include "lib/text/ascii.hpp"
#include "lib/text/utf.hpp"

namespace winrmd::soap {
namespace {

enum class Charset { utf8, utf16le, utf16be };

constexpr std::size_t max_shown = 64;  // bytes of a foreign name in a message

std::optional<Charset> sniff_mark(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) return Charset::utf8;
  if (body.starts_with("\xFF\xFE")) return Charset::utf16le;
  if (body.starts_with("\xFE\xFF")) return Charset::utf16be;
  return std::nullopt;
}

// The first character of an envelope is `<` or white space, so one of its two UTF-16 bytes is zero.
std::optional<Charset> sniff_zero(std::string_view body) {
  if (body.size() < 2) return std::nullopt;
  if (body[0] != '\0' && body[1] == '\0') return Charset::utf16le;
  if (body[0] == '\0' && body[1] != '\0') return Charset::utf16be;
  return std::nullopt;
}

std::string_view unquote(std::string_view name) {
  name = text::trim(name);
  if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'') && name.back() == name.front()) {
    name = text::trim(name.substr(1, name.size() - 2));
  }
  return name;
}

std::optional<Charset> by_name(std::string_view name, std::string_view body) {
  if (text::iequals(name, "utf-8") || text::iequals(name, "utf8") || text::iequals(name, "us-ascii")) {
    return Charset::utf8;
  }
  if (text::iequals(name, "utf-16le")) return Charset::utf16le;
  if (text::iequals(name, "utf-16be")) return Charset::utf16be;
  // Without a mark: as it looks; WinRM clients mean little-endian.
  if (text::iequals(name, "utf-16")) return sniff_zero(body).value_or(Charset::utf16le);
  return std::nullopt;
}

// `encoding` of an XML declaration in an ASCII-compatible body; empty: none.
std::string_view declared(std::string_view body) {
  if (!body.starts_with("<?xml")) return {};
  const auto declaration = body.substr(0, body.find("?>"));
  const auto key = declaration.find("encoding");
  if (key == std::string_view::npos) return {};
  const auto value = declaration.find_first_of("\"'", key);
  if (value == std::string_view::npos) return {};
  const auto end = declaration.find(declaration[value], value + 1);
  if (end == std::string_view::npos) return {};
  return declaration.substr(value + 1, end - value - 1);
}

}  // namespace

std::expected<std::string_view, Fault> decode_body(std::string_view body, std::string_view charset,
                                                   std::string& converted) {
  charset = unquote(charset);
  auto found = sniff_mark(body);
  const bool marked = found.has_value();
  if (!found) {
    if (charset.empty()) found = sniff_zero(body);
    if (!found && charset.empty()) charset = declared(body);
    if (!found) found = charset.empty() ? Charset::utf8 : by_name(charset, body);
  }
  if (!found) {
    return std::unexpected(make_fault(
        code::character_set,
        "The character set " + std::string(charset.substr(0, max_shown)) + " is not supported; use UTF-8 or UTF-16."));
  }
  if (*found == Charset::utf8) return body;
  if (marked) body.remove_prefix(2);
  auto utf8 =
      text::utf16_bytes_to_utf8(body, *found == Charset::utf16le ? text::ByteOrder::little : text::ByteOrder::big);
  if (!utf8)
    return std::unexpected(make_fault(code::invalid_xml, "The request is not UTF-16: " + utf8.error().message));
  converted = std::move(*utf8);
  return converted;
}

}  // namespace winrmd::soap
