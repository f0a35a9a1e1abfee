// Drives expat over Tree::source and fills the tree. Internal to the library.
#pragma once

#include <expat.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/xml/tree.hpp"

namespace winrmd::xml {

class Builder {
 public:
  Builder(Tree& tree, const Limits& limits);
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;
  ~Builder();

  Result<void> run();

 private:
  // An element whose end tag has not been seen.
  struct Open {
    Element* element;
    std::size_t children;      // its first child in children_
    std::size_t text;          // its first byte in text_, once spilled
    std::string_view literal;  // its text so far, as long as that is one piece of the source
    bool spilled = false;
  };

  // Called by expat. noexcept: an exception must not cross C code, and running out of memory ends the process.
  static void on_start(void* self, const char* name, const char** attributes) noexcept;
  static void on_end(void* self, const char* name) noexcept;
  static void on_text(void* self, const char* text, int size) noexcept;
  static void on_doctype(void* self, const char*, const char*, const char*, int) noexcept;
  static void on_instruction(void* self, const char* target, const char* data) noexcept;

  void start(std::string_view name, const char** attributes);
  void end();
  void text(std::string_view piece);

  bool declare(std::string_view name, std::string_view uri);
  bool declare_all(const char** attributes, std::size_t& plain);
  bool fill_attributes(Element& element, const char** attributes, std::size_t plain);
  bool check_duplicates(const Element& element);
  bool split(std::string_view name, std::string_view& prefix, std::string_view& local);
  bool resolve(std::string_view prefix, std::string_view& uri);
  bool count_node();

  void stop(std::string message);
  [[nodiscard]] std::string where() const;
  std::string_view keep(std::string_view text);
  template <class T>
  T* make(std::size_t count = 1);

  Tree& tree_;
  const Limits& limits_;
  XML_Parser parser_;
  std::string error_;
  std::size_t nodes_ = 0;
  bool in_text_ = false;
  std::vector<Open> open_;
  std::vector<const Element*> children_;  // of the open elements, outermost first
  std::string text_;                      // of the open elements, outermost first
  std::vector<const Attribute*> sorted_;
  const Declaration* scope_ = nullptr;
  Binding default_;
  std::map<std::string_view, Binding> prefixes_;  // a tree: no input makes it slow
  std::map<std::string_view, Binding>::iterator last_ = prefixes_.end();
};

}  // namespace winrmd::xml
