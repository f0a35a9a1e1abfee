#include "lib/config/edit/edit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "lib/config/edit/place.hpp"
#include "lib/config/edit/remove.hpp"
#include "lib/config/edit/toml_write.hpp"
#include "lib/config/edit/tree.hpp"

namespace winrmd::config {
namespace {

// The text, if it means what it should.
Result<std::string> checked(Result<std::string> text, const Node& expected, const Path& path) {
  if (!text) return text;
  const auto tree = parse_toml(*text, "the changed file");
  if (!tree) return fail(fmt::format("{}: cannot be changed here: {}", show_path(path), tree.error().message));
  if (!same_value(*tree, expected)) {
    return fail(fmt::format("{}: cannot be changed here without changing something else", show_path(path)));
  }
  return text;
}

Path item_of(Path array, std::size_t index) {
  array.emplace_back(index);
  return array;
}

// The array as `wanted` by taking items away and adding others at its end, so that what stands beside the others
// stays; nothing where their order differs.
std::optional<std::string> merge_array(const Draft& draft, const Path& path, const Node& old, const Node& wanted) {
  std::string text = draft.text;
  std::vector<Node> kept;
  for (auto i = old.children.size(); i-- > 0;) {
    const auto& item = old.children[i];
    if (std::ranges::any_of(wanted.children, [&](const Node& other) { return same_value(other, item); })) {
      kept.insert(kept.begin(), item);
      continue;
    }
    auto removed = remove_value(text, item_of(path, i));
    if (!removed) return std::nullopt;
    text = std::move(*removed);
  }
  const auto common = std::min(kept.size(), wanted.children.size());
  if (common < kept.size() || !std::equal(kept.begin(), kept.end(), wanted.children.begin(),
                                          wanted.children.begin() + std::ssize(kept), same_value)) {
    return std::nullopt;
  }
  for (auto i = common; i < wanted.children.size(); ++i) {
    auto added = append_value(text, path, wanted.children[i]);
    if (!added) return std::nullopt;
    text = std::move(*added);
  }
  return text;
}

Result<std::string> replace_value(const Draft& draft, const Entry& entry, const Node& value) {
  if (entry.is_header()) return fail(show_path(entry.path) + ": is a table of several lines");
  const auto* old = find_node(draft.tree, entry.path);
  if (old != nullptr && old->kind == Node::Kind::array && value.kind == Node::Kind::array) {
    if (auto merged = merge_array(draft, entry.path, *old, value)) return std::move(*merged);
  }
  return splice(draft.text, entry.value, write_value(value));
}

// Tables above what was removed that are there for nothing else now. One that is written out stays, empty.
void erase_empty(Node& root, const Draft& draft, Path path) {
  for (path.pop_back(); !path.empty(); path.pop_back()) {
    const auto* node = find_node(root, path);
    if (node == nullptr || !node->children.empty() || draft.find(path) != nowhere) return;
    erase_node(root, path);
  }
}

}  // namespace

std::string show_path(const Path& path) {
  std::string out;
  for (const auto& step : path) {
    if (const auto* index = std::get_if<std::size_t>(&step)) {
      out += fmt::format("[{}]", *index);
    } else {
      if (!out.empty()) out += '.';
      out += std::get<std::string>(step);
    }
  }
  return out;
}

Node text_value(std::string text) {
  Node node;
  node.kind = Node::Kind::string;
  node.string = std::move(text);
  return node;
}

Node number_value(std::int64_t number) {
  Node node;
  node.kind = Node::Kind::integer;
  node.integer = number;
  return node;
}

Node flag_value(bool flag) {
  Node node;
  node.kind = Node::Kind::boolean;
  node.boolean = flag;
  return node;
}

Node list_value(std::vector<Node> items) {
  Node node;
  node.kind = Node::Kind::array;
  node.children = std::move(items);
  return node;
}

Node table_value(std::vector<std::pair<std::string, Node>> members) {
  Node node;
  for (auto& [name, value] : members) {
    value.name = std::move(name);
    node.children.push_back(std::move(value));
  }
  return node;
}

Result<std::string> set_value(std::string_view text, const Path& path, const Node& value) {
  const auto draft = Draft::read(text);
  if (!draft) return std::unexpected(draft.error());
  auto expected = draft->tree;
  auto* node = path.empty() ? nullptr : make_node(expected, path);
  if (node == nullptr) return fail(show_path(path) + ": there is no such place in the file");
  assign_value(*node, value);
  const auto index = draft->find(path);
  if (index != nowhere) return checked(replace_value(*draft, draft->entries[index], value), expected, path);
  if (find_node(draft->tree, path) != nullptr) return fail(show_path(path) + ": is a table of several lines");
  return checked(add_pair(*draft, path, value), expected, path);
}

Result<std::string> append_value(std::string_view text, const Path& path, const Node& item) {
  const auto draft = Draft::read(text);
  if (!draft) return std::unexpected(draft.error());
  auto expected = draft->tree;
  auto* array = path.empty() ? nullptr : make_node(expected, path);
  const auto* old = find_node(draft->tree, path);
  if (array == nullptr || (old != nullptr && old->kind != Node::Kind::array)) {
    return fail(show_path(path) + ": there is no array in the file");
  }
  array->kind = Node::Kind::array;
  array->children.push_back(item);
  array->children.back().name.clear();
  const auto index = draft->find(path);
  if (index != nowhere) return checked(add_item(*draft, draft->entries[index], item), expected, path);
  if (item.kind != Node::Kind::table) {
    if (old != nullptr) return fail(show_path(path) + ": holds tables");
    return checked(add_pair(*draft, path, list_value({item})), expected, path);
  }
  return checked(add_table(*draft, path, item), expected, path);
}

Result<std::string> remove_value(std::string_view text, const Path& path) {
  const auto draft = Draft::read(text);
  if (!draft) return std::unexpected(draft.error());
  const auto index = path.empty() ? nowhere : draft->find(path);
  if (index == nowhere) {
    const bool is_there = !path.empty() && find_node(draft->tree, path) != nullptr;
    return fail(show_path(path) + (is_there ? ": is not written in one place" : ": is not in the file"));
  }
  auto expected = draft->tree;
  erase_node(expected, path);
  erase_empty(expected, *draft, path);
  return checked(remove_entry(*draft, index), expected, path);
}

}  // namespace winrmd::config
