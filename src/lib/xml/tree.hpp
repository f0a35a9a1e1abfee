// What a Document owns. Internal to the library.
#pragma once

#include <memory_resource>
#include <string>
#include <string_view>

#include "lib/xml/document.hpp"

namespace winrmd::xml {

// The prefix's current meaning while the tree is being built.
struct Binding {
  const Declaration* current = nullptr;
};

// Declarations form a chain from the innermost outwards; elements point into it.
struct Declaration {
  std::string_view prefix;  // empty: the default namespace
  std::string_view uri;     // empty: the default namespace is switched off
  const Declaration* previous = nullptr;
  const Declaration* shadowed = nullptr;  // earlier declaration of the same prefix
  Binding* binding = nullptr;             // valid while the tree is being built
};

struct Tree {
  explicit Tree(std::string_view text) : source(text), arena(text.size() + 1024) {}

  std::string source;
  std::pmr::monotonic_buffer_resource arena;  // elements, attributes, declarations, decoded text
  const Element* root = nullptr;
};

struct Document::Impl : Tree {
  using Tree::Tree;
};

}  // namespace winrmd::xml
