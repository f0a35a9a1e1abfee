#include "lib/config/plugin_xml/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lib/config/plugin_xml.hpp"
#include "lib/text/utf.hpp"

namespace winrmd::config {
namespace {

// A registration is small; these are far above what one needs, and keep the worst one cheap.
constexpr xml::Limits file_limits{.depth = 64, .attributes = 64, .name = 256, .uri = 1024, .nodes = 50'000};

constexpr std::string_view little_mark = "\xFF\xFE";
constexpr std::string_view big_mark = "\xFE\xFF";
constexpr std::string_view blanks = " \t\r\n";

}  // namespace

Result<Decoded> decode_xml(std::string_view bytes) {
  const bool little = bytes.starts_with(little_mark);
  if (!little && !bytes.starts_with(big_mark)) return Decoded{.utf8 = std::string(bytes)};
  const auto order = little ? text::ByteOrder::little : text::ByteOrder::big;
  auto utf8 = text::utf16_bytes_to_utf8(bytes.substr(2), order);
  if (!utf8) return std::unexpected(utf8.error());
  return Decoded{.utf8 = std::move(*utf8), .encoding = little ? Encoding::utf16_little : Encoding::utf16_big};
}

std::string encode_xml(std::string_view utf8, Encoding encoding) {
  if (encoding == Encoding::utf8) return std::string(utf8);
  const bool little = encoding == Encoding::utf16_little;
  std::string bytes(little ? little_mark : big_mark);
  for (const char16_t unit : text::to_utf16(utf8).value_or(std::u16string())) {
    const auto low = static_cast<char>(unit & 0xFFU);
    const auto high = static_cast<char>(unit >> 8U);
    bytes += little ? low : high;
    bytes += little ? high : low;
  }
  return bytes;
}

Result<xml::Document> parse_xml(std::string_view utf8) { return xml::Document::parse(utf8, file_limits); }

std::optional<xml::Document> parse_file(std::string_view bytes, Document& errors) {
  if (bytes.size() > max_plugin_xml) {
    errors.report(1, "document", fmt::format("is larger than {} bytes", max_plugin_xml));
    return std::nullopt;
  }
  const auto decoded = decode_xml(bytes);
  if (!decoded) {
    errors.report(1, "document", decoded.error().message);
    return std::nullopt;
  }
  auto document = parse_xml(decoded->utf8);
  if (document) return std::move(*document);
  const std::string_view what = document.error().message;  // ends with the place
  static constexpr std::string_view before_line = " at line ";
  const auto place = what.rfind(before_line);
  std::uint32_t line = 1;
  if (place != std::string_view::npos) {
    const auto digits = what.substr(place + before_line.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), line);
  }
  errors.report(line, "document", fmt::format("not valid XML: {}", what));
  return std::nullopt;
}

std::vector<WrittenAttribute> written_attributes(std::string_view document, std::size_t at) {
  std::vector<WrittenAttribute> found;
  at = document.find_first_of(" \t\r\n/>", at);
  while (at != std::string_view::npos) {
    at = document.find_first_not_of(blanks, at);
    if (at == std::string_view::npos || document[at] == '/' || document[at] == '>') break;
    WrittenAttribute attribute{.name = {}, .begin = at};
    const auto name_end = document.find_first_of(" \t\r\n=", at);
    const auto quote = document.find_first_of("\"'", at);
    if (name_end == std::string_view::npos || quote == std::string_view::npos) break;
    attribute.name = document.substr(at, name_end - at);
    attribute.value_begin = quote + 1;
    attribute.value_end = document.find(document[quote], quote + 1);
    if (attribute.value_end == std::string_view::npos) break;
    at = attribute.value_end + 1;
    found.push_back(attribute);
  }
  return found;
}

std::size_t start_tag_end(std::string_view document, std::size_t at) {
  const auto attributes = written_attributes(document, at);
  const auto end = document.find('>', attributes.empty() ? at : attributes.back().value_end);
  return end == std::string_view::npos ? document.size() : end + 1;
}

std::uint32_t XmlFile::line_of(std::size_t offset) const {
  return 1 + static_cast<std::uint32_t>(std::ranges::count(document.source().substr(0, offset), '\n'));
}

}  // namespace winrmd::config
