// An XML file of the configuration, and where things are in its text. Internal to the library.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/config/table.hpp"
#include "lib/xml/document.hpp"

namespace winrmd::config {

// The encodings that Windows' tools write.
enum class Encoding : std::uint8_t { utf8, utf16_little, utf16_big };

struct Decoded {
  std::string utf8;  // without the byte order mark of UTF-16; the one of UTF-8 stays
  Encoding encoding = Encoding::utf8;
};
Result<Decoded> decode_xml(std::string_view bytes);
// The reverse, with the byte order mark of UTF-16. Of valid UTF-8.
std::string encode_xml(std::string_view utf8, Encoding encoding);

// Parses with the limits for files of the configuration.
Result<xml::Document> parse_xml(std::string_view utf8);
// Size, encoding and form; what is wrong goes to `errors`.
std::optional<xml::Document> parse_file(std::string_view bytes, Document& errors);

// An attribute in the text of a start tag, namespace declarations among them. Offsets are into the text of the
// document.
struct WrittenAttribute {
  std::string_view name;  // with its prefix
  std::size_t begin = 0;
  std::size_t value_begin = 0;  // inside the quotes
  std::size_t value_end = 0;
};
// In the order of the text. `at` is where the start tag of a well-formed document begins.
std::vector<WrittenAttribute> written_attributes(std::string_view document, std::size_t at);
// Just behind the `>` of that start tag.
std::size_t start_tag_end(std::string_view document, std::size_t at);

// A document while it is read: errors go to `errors`, which has the file's name.
struct XmlFile {
  const xml::Document& document;
  Document& errors;
  // The form of the application host, where `1` means the first value of an enumeration.
  bool numbered_values = false;

  [[nodiscard]] std::uint32_t line_of(std::size_t offset) const;
};

}  // namespace winrmd::config
