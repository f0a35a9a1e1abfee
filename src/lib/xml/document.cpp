#include "lib/xml/document.hpp"

#include "lib/xml/builder.hpp"

namespace winrmd::xml {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

const Element* Element::child(std::string_view ns, std::string_view name) const {
  for (const Element* element : children) {
    if (element->is(ns, name)) return element;
  }
  return nullptr;
}

const std::string_view* Element::attribute(std::string_view name, std::string_view ns) const {
  for (const Attribute& candidate : attributes) {
    if (candidate.local == name && candidate.namespace_uri == ns) return &candidate.value;
  }
  return nullptr;
}

Result<Document> Document::parse(std::string_view utf8, const Limits& limits) {
  if (utf8.starts_with(byte_order_mark)) utf8.remove_prefix(byte_order_mark.size());
  auto impl = std::make_unique<Impl>(utf8);
  if (auto built = Builder(*impl, limits).run(); !built) return std::unexpected(std::move(built.error()));
  return Document(std::move(impl));
}

Document::Document() = default;
Document::Document(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

const Element& Document::root() const { return *impl_->root; }
std::string_view Document::source() const { return impl_->source; }

}  // namespace winrmd::xml
