// XML 1.0 with namespaces, read-only tree. expat checks well-formedness; the tree adds namespace rules and limits. No
// DTD, no processing instructions, no external anything. Bytes and limits in, document or error out. Time and memory
// are linear in the size of the input, whatever the input. Nothing here has state outside its objects: any thread may
// parse, and a Document may be read by several threads.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "lib/base/result.hpp"

namespace winrmd::xml {

// Every limit is inclusive: what reaches it is accepted, one more is refused.
struct Limits {
  std::size_t depth = 128;       // of nested elements; the root is at depth 1
  std::size_t attributes = 256;  // for one element, namespace declarations included
  std::size_t name = 1024;       // bytes of a qualified name
  std::size_t uri = 2048;        // bytes of a namespace name: one declaration may end up in many fragments
  std::size_t nodes = 200'000;   // elements, attributes and text pieces together
};

struct Attribute {
  std::string_view namespace_uri;  // empty: none
  std::string_view prefix;
  std::string_view local;
  std::string_view value;
};

// A namespace declaration in scope; only the library looks inside.
struct Declaration;

// Views, spans and pointers live as long as the Document.
struct Element {
  std::string_view namespace_uri;
  std::string_view prefix;
  std::string_view local;
  std::span<const Attribute> attributes;  // without namespace declarations
  std::span<const Element* const> children;
  std::string_view text;  // all character data directly inside, in order, joined
  const Element* parent = nullptr;
  std::size_t begin = 0, end = 0;      // byte range in Document::source(), both tags included
  const Declaration* scope = nullptr;  // innermost namespace declaration in scope

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
  // `utf8` may begin with a byte order mark, which source() leaves out. An `encoding` in the XML declaration is
  // ignored: the caller has converted the text. The document keeps a copy of its source. The error says what is wrong
  // at which line and column.
  static Result<Document> parse(std::string_view utf8, const Limits& limits = {});
  Document();  // empty, to be assigned to; nothing else may be called
  ~Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;

  [[nodiscard]] const Element& root() const;
  [[nodiscard]] std::string_view source() const;
  // The element as XML text that stands alone: the source bytes, with the namespace declarations that it inherits and
  // uses added to its start tag. A prefix counts as used when it stands before a colon anywhere in the element, so that
  // qualified names in text and attribute values (`xsi:type="q:Name"`) keep their meaning.
  [[nodiscard]] std::string fragment(const Element& element) const;

 private:
  struct Impl;
  explicit Document(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Appends `text` with & < > " and carriage return escaped; what XML 1.0 forbids (control characters, U+FFFE, bytes that
// are not UTF-8) becomes U+FFFD. For element content, and for attribute values in double quotes that hold one line.
void escape(std::string& out, std::string_view text);
std::string escaped(std::string_view text);

}  // namespace winrmd::xml
