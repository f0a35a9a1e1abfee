#include "lib/config/edit/place.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/config/edit/toml_write.hpp"
#include "lib/config/edit/tree.hpp"

namespace winrmd::config {
namespace {

std::string indent_at(std::string_view text, std::size_t at) {
  const auto begin = line_begin(text, at);
  return std::string(text.substr(begin, skip_indent(text, begin) - begin));
}

// True where the line that ends before `at` has nothing in it, or there is none.
bool follows_blank_line(std::string_view text, std::size_t at) {
  if (at == 0) return true;
  return is_line_end(text, skip_indent(text, line_begin(text, at - 1)));
}

// Inserts whole lines at the beginning of a line, or at the end of the text.
std::string insert_lines(const Draft& draft, std::size_t at, std::string lines) {
  if (at > 0 && draft.text[at - 1] != '\n') lines.insert(0, draft.newline());
  return splice(draft.text, {.begin = at, .end = at}, lines);
}

std::string pair_line(const Draft& draft, std::span<const Step> keys, const Node& value) {
  return fmt::format("{} = {}{}", write_keys(keys), write_value(value), draft.newline());
}

// Where a document without keys of its own takes one: before the first header and the comment that stands on it.
std::size_t top_of(const Draft& draft) {
  const auto header = std::ranges::find_if(draft.entries, &Entry::is_header);
  if (header == draft.entries.end()) return draft.text.size();
  auto at = line_begin(draft.text, header->span.begin);
  while (at > 0) {
    const auto above = line_begin(draft.text, at - 1);
    if (draft.text[above] != '#') break;
    at = above;
  }
  return at;
}

// One more key in the table of a header (nowhere: of the document), below the last one there that `fits`.
template <class Fits>
std::string add_line(const Draft& draft, std::size_t header, std::span<const Step> keys, const Node& value,
                     const Fits& fits) {
  const Entry* last = nullptr;
  for (const auto& entry : draft.entries) {
    if (entry.kind == Entry::Kind::pair && entry.section == header && fits(entry)) last = &entry;
  }
  const auto line = pair_line(draft, keys, value);
  if (last != nullptr) {
    return insert_lines(draft, line_end(draft.text, last->span.end), indent_at(draft.text, last->span.begin) + line);
  }
  if (header != nowhere) return insert_lines(draft, line_end(draft.text, draft.entries[header].span.end), line);
  const auto top = top_of(draft);
  return insert_lines(draft, top, top < draft.text.size() ? line + std::string(draft.newline()) : line);
}

std::string add_member(const Draft& draft, const Entry& table, std::span<const Step> keys, const Node& value) {
  const auto pair = fmt::format("{} = {}", write_keys(keys), write_value(value));
  const auto index = static_cast<std::size_t>(&table - draft.entries.data());
  const Entry* last = nullptr;
  for (const auto& entry : draft.entries) {
    if (entry.container == index) last = &entry;
  }
  if (last == nullptr) return splice(draft.text, table.value, fmt::format("{{ {} }}", pair));
  return splice(draft.text, {.begin = last->span.end, .end = last->span.end}, ", " + pair);
}

// A new section: `header` with these pairs, behind all of the table at `after` (empty: at the end).
std::string add_section(const Draft& draft, const Path& after, std::string header, const std::vector<Node>& pairs) {
  auto at = draft.text.size();
  if (!after.empty()) {
    const auto family = family_of(draft, after);
    if (!family.empty()) at = line_end(draft.text, draft.entries[family.back()].span.end);
  }
  std::string lines = header.append(draft.newline());
  for (const auto& pair : pairs) lines += pair_line(draft, std::vector<Step>{pair.name}, pair);
  if (!follows_blank_line(draft.text, at)) lines.insert(0, draft.newline());
  if (at < draft.text.size() && draft.text[at] != '\n' && draft.text[at] != '\r') lines += draft.newline();
  return insert_lines(draft, at, std::move(lines));
}

std::string add_section_with(const Draft& draft, const Path& after, const Path& path, const Node& value) {
  const Path table(path.begin(), path.end() - 1);
  Node pair = value;
  pair.name = std::get<std::string>(path.back());
  return add_section(draft, after, fmt::format("[{}]", write_keys(table)), {std::move(pair)});
}

// Adds `path` below the table at `path[0, depth)`, which no header and no value of its own defines, but which is there
// because of what is below it: `below`, the first such entry.
std::string add_below_implied(const Draft& draft, const Path& path, std::size_t depth, const Entry& below,
                              const Node& value) {
  const Path table(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(depth));
  if (below.is_header()) return add_section_with(draft, table, path, value);
  const auto relative = [&](std::size_t owner) {
    const auto start = owner == nowhere ? 0 : draft.entries[owner].path.size();
    return std::span<const Step>(path).subspan(start);
  };
  if (below.kind == Entry::Kind::pair) {
    return add_line(draft, below.section, relative(below.section), value,
                    [&](const Entry& entry) { return starts_with(entry.path, table); });
  }
  return add_member(draft, draft.entries[below.container], relative(below.container), value);
}

}  // namespace

Result<Draft> Draft::read(std::string_view text) {
  auto tree = parse_toml(text, "the file");
  if (!tree) return std::unexpected(tree.error());
  return Draft{.text = std::string(text), .tree = std::move(*tree), .entries = scan_toml(text)};
}

std::size_t Draft::find(const Path& path) const {
  const auto found = std::ranges::find(entries, path, &Entry::path);
  return found == entries.end() ? nowhere : static_cast<std::size_t>(found - entries.begin());
}

std::string_view Draft::newline() const {
  const auto first = text.find('\n');
  return first != std::string::npos && first > 0 && text[first - 1] == '\r' ? "\r\n" : "\n";
}

std::string splice(std::string_view text, Span span, std::string_view replacement) {
  std::string out(text.substr(0, span.begin));
  out += replacement;
  out += text.substr(span.end);
  return out;
}

std::vector<std::size_t> family_of(const Draft& draft, const Path& path) {
  std::vector<std::size_t> family;
  for (std::size_t i = 0; i < draft.entries.size(); ++i) {
    const auto& entry = draft.entries[i];
    if (entry.container != nowhere) continue;
    const auto header = entry.is_header() ? i : entry.section;
    if (header != nowhere && starts_with(draft.entries[header].path, path)) family.push_back(i);
  }
  return family;
}

Result<std::string> add_pair(const Draft& draft, const Path& path, const Node& value) {
  if (!std::holds_alternative<std::string>(path.back())) return fail(show_path(path) + ": there is no such item");
  for (auto depth = path.size() - 1; depth > 0; --depth) {
    const Path table(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(depth));
    const auto keys = std::span<const Step>(path).subspan(depth);
    const auto index = draft.find(table);
    if (index == nowhere) {
      const auto below =
          std::ranges::find_if(draft.entries, [&](const Entry& entry) { return starts_with(entry.path, table); });
      if (below != draft.entries.end()) return add_below_implied(draft, path, depth, *below, value);
      continue;
    }
    const auto& entry = draft.entries[index];
    if (!entry.is_header()) {
      if (draft.text[entry.value.begin] != '{') return fail(show_path(table) + ": is no table");
      return add_member(draft, entry, keys, value);
    }
    if (keys.size() > 1) return add_section_with(draft, table, path, value);
    return add_line(draft, index, keys, value, [](const Entry&) { return true; });
  }
  if (path.size() > 1) return add_section_with(draft, {}, path, value);
  return add_line(draft, nowhere, path, value, [](const Entry&) { return true; });
}

Result<std::string> add_table(const Draft& draft, const Path& array, const Node& table) {
  const auto header = fmt::format("[[{}]]", write_keys(array));
  auto after = array;
  const auto* existing = find_node(draft.tree, array);
  if (existing != nullptr) {
    after.emplace_back(existing->children.size() - 1);
    return add_section(draft, after, header, table.children);
  }
  for (after.pop_back(); !after.empty(); after.pop_back()) {
    const auto index = draft.find(after);
    if (index == nowhere) continue;
    // Below what stands on one line there is no room for headers.
    if (!draft.entries[index].is_header()) return add_pair(draft, array, list_value({table}));
    return add_section(draft, after, header, table.children);
  }
  return add_section(draft, {}, header, table.children);
}

std::string add_item(const Draft& draft, const Entry& array, const Node& item) {
  const auto index = static_cast<std::size_t>(&array - draft.entries.data());
  const Entry* last = nullptr;
  for (const auto& entry : draft.entries) {
    if (entry.container == index) last = &entry;
  }
  const auto written = write_value(item);
  if (last == nullptr) {
    const auto at = array.value.begin + 1;
    return splice(draft.text, {.begin = at, .end = at}, written);
  }
  const auto behind = last->span.end;
  // On a line of its own where the last one has one.
  const auto begin = line_begin(draft.text, last->span.begin);
  const bool first_on_line = skip_indent(draft.text, begin) == last->span.begin && begin > array.value.begin;
  auto rest = skip_indent(draft.text, behind);
  const bool has_comma = rest < draft.text.size() && draft.text[rest] == ',';
  if (has_comma) rest = skip_indent(draft.text, rest + 1);
  const bool last_on_line = is_line_end(draft.text, rest) || draft.text[rest] == '#';
  if (!first_on_line || !last_on_line) return splice(draft.text, {.begin = behind, .end = behind}, ", " + written);
  const auto next = line_end(draft.text, behind);
  const auto line =
      fmt::format("{}{}{}{}", indent_at(draft.text, begin), written, has_comma ? "," : "", draft.newline());
  const auto text = splice(draft.text, {.begin = next, .end = next}, line);
  return has_comma ? text : splice(text, {.begin = behind, .end = behind}, ",");
}

}  // namespace winrmd::config
