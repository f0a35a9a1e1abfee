#include "lib/config/edit/toml_text.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace winrmd::config {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_space(char c) { return c == ' ' || c == '\t'; }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::vector<Entry> run() {
    if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
    for (at_ = skip_blank(text_, at_); at_ < text_.size(); at_ = skip_blank(text_, at_)) {
      const auto before = at_;
      if (peek() == '[') {
        header();
      } else {
        pair(section_, Entry::Kind::pair, nowhere);
      }
      if (at_ == before) break;  // no TOML
    }
    return std::move(entries_);
  }

 private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void skip_spaces() {
    while (is_space(peek())) ++at_;
  }

  // Past a string, whichever of the four kinds.
  void skip_string() {
    const char quote = peek();
    const std::string triple(3, quote);
    const bool multi_line = text_.substr(at_).starts_with(triple);
    at_ += multi_line ? 3 : 1;
    while (at_ < text_.size()) {
      if (quote == '"' && peek() == '\\') {
        at_ += 2;
      } else if (!multi_line) {
        if (take(quote)) break;
        ++at_;
      } else if (text_.substr(at_).starts_with(triple)) {
        at_ += 3;
        for (int i = 0; i < 2 && peek() == quote; ++i) ++at_;  // two quotes may stand before the closing three
        break;
      } else {
        ++at_;
      }
    }
    at_ = std::min(at_, text_.size());
  }

  std::string quoted_key() {
    const auto begin = at_;
    skip_string();
    const auto raw = text_.substr(begin, at_ - begin);
    if (raw.size() < 2) return {};
    if (!raw.contains('\\') || raw.front() == '\'') return std::string(raw.substr(1, raw.size() - 2));
    const auto parsed = parse_toml("k = " + std::string(raw), "");
    return parsed && !parsed->children.empty() ? parsed->children[0].string : std::string();
  }

  std::vector<std::string> keys() {
    std::vector<std::string> found;
    do {
      skip_spaces();
      if (peek() == '"' || peek() == '\'') {
        found.push_back(quoted_key());
      } else {
        const auto begin = at_;
        while (at_ < text_.size() && !std::string_view(" \t.=]\r\n#").contains(text_[at_])) ++at_;
        found.emplace_back(text_.substr(begin, at_ - begin));
      }
      skip_spaces();
    } while (take('.'));
    return found;
  }

  // A name that stands for [[tables]] means the last of them.
  Path resolve(const std::vector<std::string>& keys, bool is_array) {
    Path path;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      path.emplace_back(keys[i]);
      if (i + 1 == keys.size() && is_array) {
        auto& count = counts_[path];
        path.emplace_back(count++);
      } else if (const auto found = counts_.find(path); found != counts_.end()) {
        path.emplace_back(found->second - 1);
      }
    }
    return path;
  }

  void header() {
    Entry entry;
    entry.span.begin = at_++;
    const bool is_array = take('[');
    entry.kind = is_array ? Entry::Kind::array_table : Entry::Kind::table;
    entry.path = resolve(keys(), is_array);
    take(']');
    if (is_array) take(']');
    entry.span.end = at_;
    section_ = entry.path;
    header_ = entries_.size();
    entries_.push_back(std::move(entry));
  }

  void pair(const Path& table, Entry::Kind kind, std::size_t container) {
    Entry entry;
    entry.kind = kind;
    entry.container = container;
    entry.span.begin = at_;
    entry.section = kind == Entry::Kind::pair ? header_ : nowhere;
    entry.path = table;
    for (auto& key : keys()) entry.path.emplace_back(std::move(key));
    take('=');
    skip_spaces();
    value(std::move(entry));
  }

  void value(Entry entry) {
    entry.value.begin = at_;
    const auto index = entries_.size();
    const auto path = entry.path;
    entries_.push_back(std::move(entry));
    if (peek() == '[') {
      array(path, index);
    } else if (peek() == '{') {
      inline_table(path, index);
    } else if (peek() == '"' || peek() == '\'') {
      skip_string();
    } else {
      while (at_ < text_.size() && !std::string_view(",]}#\r\n").contains(text_[at_])) ++at_;
      while (at_ > entries_[index].value.begin && is_space(text_[at_ - 1])) --at_;
    }
    entries_[index].value.end = at_;
    entries_[index].span.end = at_;
  }

  void array(const Path& path, std::size_t container) {
    ++at_;
    for (std::size_t i = 0; at_ < text_.size(); ++i) {
      at_ = skip_blank(text_, at_);
      if (take(']')) return;
      Entry item;
      item.kind = Entry::Kind::item;
      item.container = container;
      item.path = path;
      item.path.emplace_back(i);
      item.span.begin = at_;
      const auto before = at_;
      value(std::move(item));
      at_ = skip_blank(text_, at_);
      if (!take(',') && at_ == before) return;  // no TOML
    }
  }

  void inline_table(const Path& path, std::size_t container) {
    ++at_;
    while (at_ < text_.size()) {
      skip_spaces();
      if (take('}')) return;
      const auto before = at_;
      pair(path, Entry::Kind::inline_pair, container);
      skip_spaces();
      if (!take(',') && at_ == before) return;  // no TOML
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Entry> entries_;
  Path section_;
  std::size_t header_ = nowhere;
  std::map<Path, std::size_t> counts_;  // of [[tables]] so far
};

}  // namespace

std::vector<Entry> scan_toml(std::string_view text) { return Scanner(text).run(); }

std::size_t skip_blank(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (text[at] == '#') {
      at = line_end(text, at);
    } else if (is_space(text[at]) || text[at] == '\n' || text[at] == '\r') {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

std::size_t skip_indent(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

bool is_line_end(std::string_view text, std::size_t at) {
  return at >= text.size() || text[at] == '\n' || text.substr(at).starts_with("\r\n");
}

std::size_t line_begin(std::string_view text, std::size_t at) {
  const auto before = text.substr(0, at).rfind('\n');
  return before == std::string_view::npos ? 0 : before + 1;
}

std::size_t line_end(std::string_view text, std::size_t at) {
  const auto found = text.find('\n', at);
  return found == std::string_view::npos ? text.size() : found + 1;
}

bool starts_with(const Path& path, const Path& start) {
  return path.size() >= start.size() && std::equal(start.begin(), start.end(), path.begin());
}

}  // namespace winrmd::config
