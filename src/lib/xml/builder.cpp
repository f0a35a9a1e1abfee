#include "lib/xml/builder.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <memory>
#include <type_traits>

namespace winrmd::xml {
namespace {

constexpr std::string_view xml_uri = "http://www.w3.org/XML/1998/namespace";
constexpr std::string_view xmlns_uri = "http://www.w3.org/2000/xmlns/";

bool is_declaration(std::string_view name) { return name.starts_with("xmlns") && (name.size() == 5 || name[5] == ':'); }

// expat has checked the name as a whole; after a colon it takes characters that cannot begin a name.
bool begins_like_name(std::string_view local) {
  const auto c = static_cast<unsigned char>(local.front());
  if (c < 0x80) return !(c >= '0' && c <= '9') && c != '-' && c != '.';
  return !local.starts_with("\xC2\xB7") &&
         !(local.starts_with("\xCC") || (local >= "\xCD\x80" && local < "\xCD\xB0")) &&
         !local.starts_with("\xE2\x80\xBF") && !local.starts_with("\xE2\x81\x80");
}

// expat keys its hash tables with this. One value for the process is enough to keep it from the sender of a document,
// and saves a system call for each.
unsigned long hash_salt() {
  static const unsigned long salt = [] {
    unsigned long value = 0;
    if (::getrandom(&value, sizeof value, 0) != sizeof value) value = 0;  // 0: expat finds one itself
    return value;
  }();
  return salt;
}

// A name for an error message: no longer than is useful.
std::string_view shown(std::string_view name) { return name.substr(0, 64); }

}  // namespace

Builder::Builder(Tree& tree, const Limits& limits) : tree_(tree), limits_(limits), parser_(XML_ParserCreate("UTF-8")) {
  if (!parser_) return;
  XML_SetHashSalt(parser_, hash_salt());
  XML_SetUserData(parser_, this);
  XML_SetElementHandler(parser_, on_start, on_end);
  XML_SetCharacterDataHandler(parser_, on_text);
  XML_SetStartDoctypeDeclHandler(parser_, on_doctype);
  XML_SetProcessingInstructionHandler(parser_, on_instruction);
  open_.reserve(std::min<std::size_t>(limits.depth, 32));
}

Builder::~Builder() { XML_ParserFree(parser_); }

Result<void> Builder::run() {
  if (!parser_) return fail("no memory for the XML parser");
  const std::string_view source = tree_.source;
  if (source.size() > INT_MAX) return fail("the document is larger than 2 GiB");
  // expat would switch to UTF-16 by itself; everybody else here believes these bytes to be UTF-8.
  if (source.substr(0, 4).find('\0') != std::string_view::npos || source.starts_with("\xFE") ||
      source.starts_with("\xFF")) {
    return fail("not UTF-8 at line 1, column 1");
  }
  const auto status = XML_Parse(parser_, source.data(), static_cast<int>(source.size()), 1);
  if (!error_.empty()) return fail(std::move(error_));
  if (status != XML_STATUS_OK) return fail(XML_ErrorString(XML_GetErrorCode(parser_)) + where());
  return {};
}

void Builder::on_start(void* self, const char* name, const char** attributes) noexcept {
  static_cast<Builder*>(self)->start(name, attributes);
}
void Builder::on_end(void* self, const char*) noexcept { static_cast<Builder*>(self)->end(); }
void Builder::on_text(void* self, const char* text, int size) noexcept {
  static_cast<Builder*>(self)->text({text, static_cast<std::size_t>(size)});
}
void Builder::on_doctype(void* self, const char*, const char*, const char*, int) noexcept {
  static_cast<Builder*>(self)->stop("a document type declaration is not allowed");
}
void Builder::on_instruction(void* self, const char*, const char*) noexcept {
  static_cast<Builder*>(self)->stop("a processing instruction is not allowed");
}

void Builder::start(std::string_view name, const char** attributes) {
  if (!error_.empty()) return;  // expat may deliver a few more events after it was told to stop
  in_text_ = false;
  if (open_.size() >= limits_.depth) return stop(fmt::format("elements are nested deeper than {}", limits_.depth));
  if (!count_node()) return;
  const auto begin = static_cast<std::size_t>(XML_GetCurrentByteIndex(parser_));
  auto* element = make<Element>();
  element->begin = begin;
  // UTF-8 in, UTF-8 out: the name stands in the source as expat reports it, behind the `<`.
  name = std::string_view(tree_.source).substr(begin + 1, name.size());
  std::size_t plain = 0;
  if (!declare_all(attributes, plain)) return;
  element->scope = scope_;
  if (!split(name, element->prefix, element->local)) return;
  if (!resolve(element->prefix, element->namespace_uri)) return;
  if (plain != 0 && !fill_attributes(*element, attributes, plain)) return;
  if (!open_.empty()) {
    element->parent = open_.back().element;
    children_.push_back(element);
  } else {
    tree_.root = element;
  }
  open_.push_back({element, children_.size(), text_.size(), {}});
}

bool Builder::declare_all(const char** attributes, std::size_t& plain) {
  std::size_t count = 0;
  for (const char** a = attributes; *a; a += 2) {
    if (++count > limits_.attributes) {
      stop(fmt::format("an element has more than {} attributes", limits_.attributes));
      return false;
    }
    if (!count_node()) return false;
    if (!is_declaration(a[0])) {
      ++plain;
    } else if (!declare(a[0], a[1])) {
      return false;
    }
  }
  return true;
}

bool Builder::declare(std::string_view name, std::string_view uri) {
  std::string_view prefix;
  std::string_view local;
  if (!split(name, prefix, local)) return false;
  const std::string_view declared = prefix.empty() ? std::string_view() : local;
  if (declared == "xml" || declared == "xmlns" || uri == xml_uri || uri == xmlns_uri) {
    if (declared == "xml" && uri == xml_uri) return true;  // allowed, and means nothing
    stop("the prefixes xml and xmlns and their namespaces cannot be declared");
    return false;
  }
  if (uri.size() > limits_.uri) {
    stop(fmt::format("a namespace name is longer than {} bytes", limits_.uri));
    return false;
  }
  if (!declared.empty() && uri.empty()) {
    stop(fmt::format("the namespace prefix {} is bound to nothing", shown(declared)));
    return false;
  }
  auto* declaration = make<Declaration>();
  declaration->prefix = keep(declared);
  declaration->uri = keep(uri);
  declaration->previous = scope_;
  declaration->binding = declared.empty() ? &default_ : &prefixes_[declaration->prefix];
  declaration->shadowed = declaration->binding->current;
  declaration->binding->current = declaration;
  scope_ = declaration;
  return true;
}

bool Builder::fill_attributes(Element& element, const char** attributes, std::size_t plain) {
  auto* const list = make<Attribute>(plain);
  std::size_t n = 0;
  std::size_t prefixed = 0;
  for (const char** a = attributes; *a; a += 2) {
    if (is_declaration(a[0])) continue;
    Attribute& attribute = list[n++];
    if (!split(keep(a[0]), attribute.prefix, attribute.local)) return false;
    if (!attribute.prefix.empty()) {
      if (!resolve(attribute.prefix, attribute.namespace_uri)) return false;
      ++prefixed;
    }
    attribute.value = keep(a[1]);
  }
  element.attributes = {list, n};
  return prefixed < 2 || check_duplicates(element);
}

// expat refuses equal names; two prefixes of one namespace are ours to see.
bool Builder::check_duplicates(const Element& element) {
  sorted_.clear();
  for (const auto& attribute : element.attributes) {
    if (!attribute.prefix.empty()) sorted_.push_back(&attribute);
  }
  std::ranges::sort(sorted_, [](const Attribute* a, const Attribute* b) {
    return a->local != b->local ? a->local < b->local : a->namespace_uri < b->namespace_uri;
  });
  const auto twin = std::ranges::adjacent_find(sorted_, [](const Attribute* a, const Attribute* b) {
    return a->local == b->local && a->namespace_uri == b->namespace_uri;
  });
  if (twin == sorted_.end()) return true;
  stop(fmt::format("the attribute {} is there twice under different prefixes", shown((*twin)->local)));
  return false;
}

bool Builder::split(std::string_view name, std::string_view& prefix, std::string_view& local) {
  if (name.size() > limits_.name) {
    stop(fmt::format("a name is longer than {} bytes", limits_.name));
    return false;
  }
  const auto colon = name.find(':');
  if (colon == std::string_view::npos) {
    local = name;
    return true;
  }
  prefix = name.substr(0, colon);
  local = name.substr(colon + 1);
  if (prefix.empty() || local.empty() || local.find(':') != std::string_view::npos || !begins_like_name(local)) {
    stop(fmt::format("{} is not a qualified name", shown(name)));
    return false;
  }
  return true;
}

bool Builder::resolve(std::string_view prefix, std::string_view& uri) {
  if (prefix.empty()) {
    if (default_.current) uri = default_.current->uri;
    return true;
  }
  if (prefix == "xml") {
    uri = xml_uri;
    return true;
  }
  if (last_ == prefixes_.end() || last_->first != prefix) last_ = prefixes_.find(prefix);
  if (last_ == prefixes_.end() || !last_->second.current) {
    stop(fmt::format("the namespace prefix {} is not declared", shown(prefix)));
    return false;
  }
  uri = last_->second.current->uri;
  return true;
}

void Builder::text(std::string_view piece) {
  if (!error_.empty() || open_.empty()) return;
  if (!in_text_ && !count_node()) return;
  in_text_ = true;
  Open& top = open_.back();
  if (!top.spilled) {
    // Text without references, CDATA borders or carriage returns stays a view of the source.
    const auto index = static_cast<std::size_t>(XML_GetCurrentByteIndex(parser_));
    const auto original = std::string_view(tree_.source).substr(index, piece.size());
    const bool adjacent = top.literal.empty() || top.literal.data() + top.literal.size() == original.data();
    if (adjacent && original == piece) {
      top.literal = {top.literal.empty() ? original.data() : top.literal.data(), top.literal.size() + piece.size()};
      return;
    }
    text_.append(top.literal);
    top.spilled = true;
  }
  text_.append(piece);
}

void Builder::end() {
  if (!error_.empty() || open_.empty()) return;
  in_text_ = false;
  const Open top = open_.back();
  open_.pop_back();
  Element& element = *top.element;
  element.end = static_cast<std::size_t>(XML_GetCurrentByteIndex(parser_)) +
                static_cast<std::size_t>(XML_GetCurrentByteCount(parser_));
  if (const auto count = children_.size() - top.children; count != 0) {
    auto* const list = make<const Element*>(count);
    std::copy_n(children_.begin() + static_cast<std::ptrdiff_t>(top.children), count, list);
    element.children = {list, count};
    children_.resize(top.children);
  }
  element.text = top.spilled ? keep(std::string_view(text_).substr(top.text)) : top.literal;
  if (top.spilled) text_.resize(top.text);
  const Declaration* const outer = open_.empty() ? nullptr : open_.back().element->scope;
  for (; scope_ != outer; scope_ = scope_->previous) scope_->binding->current = scope_->shadowed;
}

bool Builder::count_node() {
  if (++nodes_ <= limits_.nodes) return true;
  stop(fmt::format("the document has more than {} elements, attributes and texts", limits_.nodes));
  return false;
}

void Builder::stop(std::string message) {
  if (!error_.empty()) return;
  error_ = std::move(message) + where();
  XML_StopParser(parser_, XML_FALSE);
}

std::string Builder::where() const {
  return fmt::format(" at line {}, column {}", XML_GetCurrentLineNumber(parser_),
                     XML_GetCurrentColumnNumber(parser_) + 1);
}

std::string_view Builder::keep(std::string_view text) {
  if (text.empty()) return {};
  auto* const copy = static_cast<char*>(tree_.arena.allocate(text.size(), 1));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

template <class T>
T* Builder::make(std::size_t count) {
  static_assert(std::is_trivially_destructible_v<T>);  // the arena runs no destructors
  auto* const items = static_cast<T*>(tree_.arena.allocate(sizeof(T) * count, alignof(T)));
  std::uninitialized_value_construct_n(items, count);
  return items;
}

}  // namespace winrmd::xml
