// XML 1.0 with namespaces, read-only tree. expat checks well-formedness; the tree adds namespace rules and limits. No
// DTD, no processing instructions, no external anything. Bytes and limits in, document or error out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.hpp"

namespace winrmd::xml {

struct Limits {
  std::size_t depth = 128;
  std::size_t attributes = 256;   // for one element, namespace declarations included
  std::size_t name = 1024;        // bytes of a qualified name
  std::size_t nodes = 200'000;    // elements, attributes and text pieces together
};

struct Attribute {
  std::string_view namespace_uri;  // empty: none
  std::string_view prefix;
  std::string_view local;
  std::string_view value;
};

// Views live as long as the Document.
struct Element {
  std::string_view namespace_uri;
  std::string_view prefix;
  std::string_view local;
  std::vector<Attribute> attributes;           // without namespace declarations
  std::vector<const Element*> children;
  std::string_view text;                       // all character data directly inside, in order, joined
  const Element* parent = nullptr;
  std::size_t begin = 0, end = 0;              // byte range in Document::source()

  [[nodiscard]] bool is(std::string_view ns, std::string_view name) const {
    return local == name && namespace_uri == ns;
  }
  // First child with that name; nullptr when there is none.
  [[nodiscard]] const Element* child(std::string_view ns, std::string_view name) const;
  // Value of the attribute without a namespace, or in `ns`; nullptr when absent.
  [[nodiscard]] const std::string_view* attribute(std::string_view name, std::string_view ns = {}) const;
};

class Document {
 public:
  // `utf8` may begin with a byte order mark. The document keeps a copy of its source.
  static Result<Document> parse(std::string_view utf8, const Limits& limits = {});
  ~Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;

  [[nodiscard]] const Element& root() const;
  [[nodiscard]] std::string_view source() const;
  // The element as XML text that stands alone: the source bytes, with the namespace declarations that it inherits and
  // uses (any in scope) added to its start tag.
  [[nodiscard]] std::string fragment(const Element& element) const;

 private:
  struct Impl;
  explicit Document(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Appends `text` with & < > " escaped and characters XML 1.0 forbids replaced by U+FFFD.
void escape(std::string& out, std::string_view text);
std::string escaped(std::string_view text);

}  // namespace winrmd::xml
