// Reads the keys of one TOML table. Each getter notes that its key is known; finish() reports the ones that are not.
// The first error is kept in the Document and everything after it is ignored, so that reading code has no error paths.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/config/toml_tree.hpp"

namespace winrmd::config {

// The document being read: its name, and the first thing that is wrong with it.
class Document {
 public:
  Document(std::string_view name, bool check_files) : name_(name), check_files_(check_files) {}

  void report(std::uint32_t line, std::string_view key, std::string_view what);
  // An error that another file's Document, or the system, has: as it is.
  void report(const Error& error);
  [[nodiscard]] bool failed() const { return !error_.empty(); }
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool check_files() const { return check_files_; }

 private:
  std::string name_;
  bool check_files_;
  std::string error_;
};

enum class Need : std::uint8_t { optional, required };

struct Range {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

class Table {
 public:
  // `key` is how errors call the table (`listener`); empty for the document itself.
  Table(Document& document, const Node& node, std::string key);

  // Each leaves `value` alone when the key is absent. Strings: not empty, no control characters.
  void get(std::string_view key, std::string& value, Need need = Need::optional);
  void get(std::string_view key, bool& value);
  void get(std::string_view key, std::uint32_t& value, Range range, Need need = Need::optional);
  void get(std::string_view key, std::chrono::milliseconds& value, Range range_ms);
  void get(std::string_view key, std::optional<std::uint32_t>& value, Range range);
  void get(std::string_view key, std::optional<std::chrono::milliseconds>& value, Range range_ms);
  void get(std::string_view key, std::vector<std::string>& values);
  void get(std::string_view key, std::vector<std::pair<std::string, std::string>>& values);  // a table of strings
  void get_path(std::string_view key, std::string& value, Need need = Need::optional);       // absolute

  // The value of a key read by the caller; null when absent.
  const Node* take(std::string_view key);
  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
  // The tables of `[[key]]`.
  std::vector<const Node*> tables(std::string_view key);

  // Reports the first key that nobody asked for.
  void finish();

  void report(std::string_view key, std::string_view what);     // at the key's line, or the table's when it is absent
  [[nodiscard]] std::string place(std::string_view key) const;  // `FILE:LINE` of the same
  [[nodiscard]] std::string full(std::string_view key) const;
  [[nodiscard]] Document& document() { return document_; }
  [[nodiscard]] std::uint32_t line() const { return node_.line; }

 private:
  const Node* find(std::string_view key) const;
  const Node* typed(std::string_view key, Node::Kind kind, Need need);
  bool check_text(const Node& node, std::string_view key);

  Document& document_;
  const Node& node_;
  std::string key_;
  std::set<std::string, std::less<>> known_;
};

// `250ms`, `30s`, `15m`, `2h`, `1d`: a whole number and its unit.
Result<std::chrono::milliseconds> parse_time(std::string_view text);

}  // namespace winrmd::config
