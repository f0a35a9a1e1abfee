#include "lib/config/edit/tree.hpp"

#include <algorithm>

namespace winrmd::config {
namespace {

const Node* step_down(const Node& node, const Step& step) {
  if (const auto* name = std::get_if<std::string>(&step)) {
    if (node.kind != Node::Kind::table) return nullptr;
    const auto found = std::ranges::find(node.children, *name, &Node::name);
    return found == node.children.end() ? nullptr : &*found;
  }
  const auto index = std::get<std::size_t>(step);
  if (node.kind != Node::Kind::array || index >= node.children.size()) return nullptr;
  return &node.children[index];
}

std::vector<const Node*> by_name(const Node& table) {
  std::vector<const Node*> members;
  for (const auto& member : table.children) members.push_back(&member);
  std::ranges::sort(members, {}, [](const Node* node) { return std::string_view(node->name); });
  return members;
}

}  // namespace

const Node* find_node(const Node& root, const Path& path) {
  const Node* node = &root;
  for (const auto& step : path) {
    node = step_down(*node, step);
    if (node == nullptr) return nullptr;
  }
  return node;
}

Node* find_node(Node& root, const Path& path) {
  return const_cast<Node*>(find_node(static_cast<const Node&>(root), path));  // of a tree that may be changed
}

Node* make_node(Node& root, const Path& path) {
  Node* node = &root;
  for (const auto& step : path) {
    auto* next = find_node(*node, {step});
    if (next == nullptr) {
      const auto* name = std::get_if<std::string>(&step);
      if (name == nullptr || node->kind != Node::Kind::table) return nullptr;
      next = &node->children.emplace_back();
      next->name = *name;
    }
    node = next;
  }
  return node;
}

void erase_node(Node& root, const Path& path) {
  if (path.empty()) return;
  Node* parent = find_node(root, Path(path.begin(), path.end() - 1));
  const Node* node = find_node(root, path);
  if (parent == nullptr || node == nullptr) return;
  parent->children.erase(parent->children.begin() + (node - parent->children.data()));
}

void assign_value(Node& to, const Node& from) {
  auto name = std::move(to.name);
  to = from;
  to.name = std::move(name);
}

bool same_value(const Node& left, const Node& right) {
  if (left.kind != right.kind || left.children.size() != right.children.size()) return false;
  switch (left.kind) {
    case Node::Kind::string:
    case Node::Kind::other:
      return left.string == right.string;
    case Node::Kind::integer:
      return left.integer == right.integer;
    case Node::Kind::boolean:
      return left.boolean == right.boolean;
    case Node::Kind::array:
      return std::ranges::equal(left.children, right.children, same_value);
    case Node::Kind::table:
      return std::ranges::equal(by_name(left), by_name(right),
                                [](const Node* a, const Node* b) { return a->name == b->name && same_value(*a, *b); });
  }
  return false;
}

}  // namespace winrmd::config
