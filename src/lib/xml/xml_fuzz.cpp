// Any bytes: parse says no, or gives a tree of which every element, cut out by fragment(), parses again to an equal
// tree.
#include <cstdint>
#include <cstdlib>

#include "lib/xml/document.hpp"

using namespace winrmd::xml;

namespace {

bool equal(const Element& a, const Element& b) {
  if (a.namespace_uri != b.namespace_uri || a.prefix != b.prefix || a.local != b.local || a.text != b.text ||
      a.attributes.size() != b.attributes.size() || a.children.size() != b.children.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.attributes.size(); ++i) {
    const auto& x = a.attributes[i];
    const auto& y = b.attributes[i];
    if (x.namespace_uri != y.namespace_uri || x.prefix != y.prefix || x.local != y.local || x.value != y.value) {
      return false;
    }
  }
  for (std::size_t i = 0; i < a.children.size(); ++i) {
    if (b.children[i]->parent != &b || !equal(*a.children[i], *b.children[i])) return false;
  }
  return true;
}

// A budget, because cutting out every element of a deep document is quadratic.
void check(const Document& document, const Element& element, std::size_t& budget) {
  const Limits roomy{.depth = 1000, .attributes = 100'000, .name = 100'000, .uri = 100'000, .nodes = 10'000'000};
  const auto fragment = document.fragment(element);
  if (fragment.size() > budget) return;
  budget -= fragment.size();
  const auto again = Document::parse(fragment, roomy);
  if (!again || !equal(element, again->root())) std::abort();
  for (const auto* child : element.children) check(document, *child, budget);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto document = Document::parse(input);
  if (document) {
    std::size_t budget = 1'000'000;
    check(*document, document->root(), budget);
  } else if (document.error().message.empty()) {
    std::abort();
  }
  const auto wrapped = Document::parse("<a b=\"" + escaped(input) + "\">" + escaped(input) + "</a>");
  if (!wrapped) std::abort();
  return 0;
}
