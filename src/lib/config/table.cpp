#include "lib/config/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace winrmd::config {
namespace {

// How errors show a value of a time key.
std::string show_time(std::int64_t ms) {
  return ms % 1000 == 0 ? fmt::format("{}s", ms / 1000) : fmt::format("{}ms", ms);
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

Result<std::chrono::milliseconds> parse_time(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> units{
      {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
  static constexpr std::int64_t largest = 1'000'000'000;  // before the unit; times a day it still fits
  std::int64_t number = -1;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const auto found = std::ranges::find(units, unit, &std::pair<std::string_view, std::int64_t>::first);
  if (status != std::errc{} || number < 0 || number > largest || found == units.end()) {
    return fail(fmt::format("'{}' is no time; write a whole number and a unit: 250ms, 30s, 15m, 2h, 1d", text));
  }
  return std::chrono::milliseconds(number * found->second);
}

void Document::report(std::uint32_t line, std::string_view key, std::string_view what) {
  if (error_.empty()) error_ = fmt::format("{}:{}: {}: {}", name_, line, key, what);
}

void Document::report(const Error& error) {
  if (error_.empty()) error_ = error.message;
}

Table::Table(Document& document, const Node& node, std::string key)
    : document_(document), node_(node), key_(std::move(key)) {}

std::string Table::full(std::string_view key) const {
  return key_.empty() ? std::string(key) : fmt::format("{}.{}", key_, key);
}

const Node* Table::find(std::string_view key) const {
  const auto found = std::ranges::find(node_.children, key, &Node::name);
  return found == node_.children.end() ? nullptr : &*found;
}

void Table::report(std::string_view key, std::string_view what) {
  const Node* node = find(key);
  document_.report(node != nullptr ? node->line : node_.line, full(key), what);
}

std::string Table::place(std::string_view key) const {
  const Node* node = find(key);
  return fmt::format("{}:{}", document_.name(), node != nullptr ? node->line : node_.line);
}

const Node* Table::take(std::string_view key) {
  known_.emplace(key);
  return find(key);
}

const Node* Table::typed(std::string_view key, Node::Kind kind, Need need) {
  const Node* node = take(key);
  if (node == nullptr) {
    if (need == Need::required) report(key, "is missing");
    return nullptr;
  }
  if (node->kind == kind) return node;
  report(key, fmt::format("must be {}, not {}", kind_name(kind), kind_name(node->kind)));
  return nullptr;
}

bool Table::check_text(const Node& node, std::string_view key) {
  if (node.kind != Node::Kind::string) {
    document_.report(node.line, full(key), fmt::format("must hold strings, not {}", kind_name(node.kind)));
  } else if (node.string.empty()) {
    document_.report(node.line, full(key), "must not be empty");
  } else if (has_control_character(node.string)) {
    document_.report(node.line, full(key), "must not hold control characters");
  }
  return !document_.failed();
}

void Table::get(std::string_view key, std::string& value, Need need) {
  const Node* node = typed(key, Node::Kind::string, need);
  if (node != nullptr && check_text(*node, key)) value = node->string;
}

void Table::get(std::string_view key, bool& value) {
  if (const Node* node = typed(key, Node::Kind::boolean, Need::optional)) value = node->boolean;
}

void Table::get(std::string_view key, std::uint32_t& value, Range range, Need need) {
  const Node* node = typed(key, Node::Kind::integer, need);
  if (node == nullptr) return;
  if (node->integer < range.least || node->integer > range.most) {
    report(key, fmt::format("must be between {} and {}, not {}", range.least, range.most, node->integer));
    return;
  }
  value = static_cast<std::uint32_t>(node->integer);
}

void Table::get(std::string_view key, std::chrono::milliseconds& value, Range range_ms) {
  const Node* node = take(key);
  if (node == nullptr) return;
  if (node->kind != Node::Kind::string) {
    report(key, fmt::format("must be a time in quotes with its unit, as in \"30s\", not {}", kind_name(node->kind)));
    return;
  }
  const auto time = parse_time(node->string);
  if (!time) {
    report(key, time.error().message);
  } else if (time->count() < range_ms.least || time->count() > range_ms.most) {
    report(key, fmt::format("must be between {} and {}, not {}", show_time(range_ms.least), show_time(range_ms.most),
                            node->string));
  } else {
    value = *time;
  }
}

void Table::get(std::string_view key, std::optional<std::uint32_t>& value, Range range) {
  std::uint32_t number = 0;
  get(key, number, range);
  if (has(key)) value = number;
}

void Table::get(std::string_view key, std::optional<std::chrono::milliseconds>& value, Range range_ms) {
  std::chrono::milliseconds time{};
  get(key, time, range_ms);
  if (has(key)) value = time;
}

void Table::get(std::string_view key, std::vector<std::string>& values) {
  const Node* node = typed(key, Node::Kind::array, Need::optional);
  if (node == nullptr) return;
  for (const auto& item : node->children) {
    if (!check_text(item, key)) return;
    if (std::ranges::find(values, item.string) != values.end()) {
      document_.report(item.line, full(key), fmt::format("'{}' is listed twice", item.string));
      return;
    }
    values.push_back(item.string);
  }
}

void Table::get(std::string_view key, std::vector<std::pair<std::string, std::string>>& values) {
  const Node* node = typed(key, Node::Kind::table, Need::optional);
  if (node == nullptr) return;
  for (const auto& value : node->children) {
    if (value.kind != Node::Kind::string) {
      document_.report(value.line, fmt::format("{}.{}", full(key), value.name),
                       fmt::format("must be a string, not {}", kind_name(value.kind)));
      return;
    }
    // They become XML attributes, which can hold these three and no others.
    const auto fits = [](char c) {
      return static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r';
    };
    if (!std::ranges::all_of(value.string, fits) || !std::ranges::all_of(value.name, fits)) {
      document_.report(value.line, fmt::format("{}.{}", full(key), value.name), "must not hold control characters");
      return;
    }
    values.emplace_back(value.name, value.string);
  }
}

void Table::get_path(std::string_view key, std::string& value, Need need) {
  std::string path;
  get(key, path, need);
  if (path.empty()) return;
  if (path.front() != '/') {
    report(key, fmt::format("'{}' is not an absolute path", path));
    return;
  }
  value = std::move(path);
}

std::vector<const Node*> Table::tables(std::string_view key) {
  std::vector<const Node*> found;
  const Node* node = take(key);
  if (node == nullptr) return found;
  const bool fits = node->kind == Node::Kind::array && std::ranges::all_of(node->children, [](const Node& item) {
                      return item.kind == Node::Kind::table;
                    });
  if (!fits) {
    report(key, fmt::format("must be written as [[{}]]", full(key)));
    return found;
  }
  for (const auto& item : node->children) found.push_back(&item);
  return found;
}

void Table::finish() {
  for (const auto& value : node_.children) {
    if (!known_.contains(value.name)) document_.report(value.line, full(value.name), "unknown key");
  }
}

}  // namespace winrmd::config
