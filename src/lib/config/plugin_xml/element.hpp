// Reads attributes and children of one XML element, as Table does for TOML: each getter notes that its name is known,
// finish() reports the others. The first error is kept and everything after it is ignored.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/config/plugin_xml/file.hpp"

namespace winrmd::config {

class ElementReader {
 public:
  // Both must outlive it.
  ElementReader(XmlFile& file, const xml::Element& element) : file_(file), element_(element) {}

  // Each leaves `value` alone when the attribute is absent. Texts: no control characters, no blanks at the ends, `most`
  // bytes; empty ones only where they are said to be optional.
  void get(std::string_view name, std::string& value, std::size_t most, Need need = Need::optional);
  void get(std::string_view name, bool& value);
  void get(std::string_view name, std::uint32_t& value, Range range, Need need = Need::optional);
  // The place of the value in `values`; in a numbered form also that place, counted from 1, as a number.
  void get(std::string_view name, std::size_t& value, std::span<const std::string_view> values,
           Need need = Need::optional);

  // The value of an attribute; null when absent.
  const std::string_view* take(std::string_view name);
  // Of two spellings of one attribute, the one that is there. Both: an error.
  std::string_view spelling(std::string_view name, std::string_view other);
  // xml:lang.
  void get_language(std::string& value);

  std::vector<const xml::Element*> children(std::string_view name);
  // 0..1: null when absent.
  const xml::Element* child(std::string_view name);

  // Reports the first attribute or child that nobody asked for, and text.
  void finish();

  // At the attribute's line, or the element's when it is absent. Empty: about the element.
  void report(std::string_view attribute, std::string_view what);
  [[nodiscard]] std::uint32_t line(std::string_view attribute = {}) const;
  // `FILE:LINE` of the attribute.
  [[nodiscard]] std::string place(std::string_view attribute) const;
  [[nodiscard]] bool failed() const { return file_.errors.failed(); }
  [[nodiscard]] XmlFile& file() { return file_; }
  [[nodiscard]] const xml::Element& element() const { return element_; }

 private:
  void report_child(const xml::Element& child, std::string_view what);
  std::optional<std::uint32_t> number(std::string_view name, std::string_view text, Range range);

  XmlFile& file_;
  const xml::Element& element_;
  std::set<std::string, std::less<>> attributes_;
  std::set<std::string, std::less<>> children_;
};

}  // namespace winrmd::config
