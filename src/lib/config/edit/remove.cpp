#include "lib/config/edit/remove.hpp"

#include <algorithm>

namespace winrmd::config {
namespace {

// First byte of the line, behind a byte order mark.
std::size_t begin_of_line(std::string_view text, std::size_t at) {
  const auto begin = line_begin(text, at);
  return begin == 0 && text.starts_with("\xEF\xBB\xBF") ? 3 : begin;
}

// The whole line, but for a comment at its end.
std::string remove_pair(std::string_view text, const Entry& pair) {
  const auto begin = begin_of_line(text, pair.span.begin);
  const auto behind = skip_indent(text, pair.span.end);
  if (behind < text.size() && text[behind] == '#') return splice(text, {.begin = pair.span.begin, .end = behind}, "");
  return splice(text, {.begin = begin, .end = line_end(text, pair.span.end)}, "");
}

// Lines [begin, end), and one of the two blank lines that would meet.
std::string remove_lines(std::string_view text, Span lines) {
  const auto before = text.substr(0, lines.begin);
  if (lines.end >= text.size() || is_line_end(text, lines.end)) {
    if (before.ends_with("\r\n\r\n")) {
      lines.begin -= 2;
    } else if (before.ends_with("\n\n")) {
      lines.begin -= 1;
    } else if (before.empty() && lines.end < text.size()) {
      lines.end = line_end(text, lines.end);
    }
  }
  return splice(text, lines, "");
}

// All of a table: from header to last line, in each place where a piece of it stands.
std::string remove_table(const Draft& draft, const Path& path) {
  const auto family = family_of(draft, path);
  std::vector<std::size_t> statements;
  for (std::size_t i = 0; i < draft.entries.size(); ++i) {
    if (draft.entries[i].container == nowhere) statements.push_back(i);
  }
  std::string text = draft.text;
  auto last = family.size();
  while (last > 0) {  // from the end, so that places before it stay what they are
    auto first = last - 1;
    auto place = std::ranges::find(statements, family[first]) - statements.begin();
    while (first > 0 && place > 0 && statements[static_cast<std::size_t>(place) - 1] == family[first - 1]) {
      --first;
      --place;
    }
    const auto begin = begin_of_line(text, draft.entries[family[first]].span.begin);
    text = remove_lines(text, {.begin = begin, .end = line_end(text, draft.entries[family[last - 1]].span.end)});
    last = first;
  }
  return text;
}

// `begin` and `end` enclose an item; with it goes the line that it leaves empty, or the spaces before what follows.
std::string remove_piece(std::string_view text, Span piece) {
  const auto behind = skip_indent(text, piece.end);
  const auto begin = line_begin(text, piece.begin);
  if (skip_indent(text, begin) == piece.begin && is_line_end(text, behind) && begin > 0) {
    return splice(text, {.begin = begin, .end = line_end(text, behind)}, "");
  }
  return splice(text, {.begin = piece.begin, .end = is_line_end(text, behind) ? piece.end : behind}, "");
}

// An item or a member of an inline table, and one of the commas beside it.
std::string remove_item(const Draft& draft, std::size_t index) {
  const std::string_view text = draft.text;
  const auto& entry = draft.entries[index];
  const auto comma = skip_blank(text, entry.span.end);
  if (comma < text.size() && text[comma] == ',') {
    if (comma == skip_indent(text, entry.span.end)) {
      return remove_piece(text, {.begin = entry.span.begin, .end = comma + 1});
    }
    return remove_piece(splice(text, {.begin = comma, .end = comma + 1}, ""), entry.span);
  }
  const Entry* before = nullptr;
  for (std::size_t i = 0; i < index; ++i) {
    if (draft.entries[i].container == entry.container) before = &draft.entries[i];
  }
  auto without = remove_piece(text, entry.span);
  if (before == nullptr) return without;
  const auto left = skip_blank(text, before->span.end);  // the comma before it
  const auto right = skip_indent(without, left + 1);
  const bool closes = right < without.size() && without[right] == ']';
  return splice(without, {.begin = left, .end = closes ? right : left + 1}, "");
}

}  // namespace

std::string remove_entry(const Draft& draft, std::size_t index) {
  const auto& entry = draft.entries[index];
  if (entry.is_header()) return remove_table(draft, entry.path);
  if (entry.kind == Entry::Kind::pair) return remove_pair(draft.text, entry);
  return remove_item(draft, index);
}

}  // namespace winrmd::config
