// A change to an arbitrary text: it is refused, or the new text is TOML, says what was asked for, and takes the change
// back. The first bytes choose what is changed, the rest is the text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "lib/config/edit/edit.hpp"
#include "lib/config/edit/tree.hpp"

using namespace winrmd::config;

namespace {

// A place in the tree, chosen by `choice`; sometimes one that does not exist.
Path choose(const Node& root, std::uint8_t choice) {
  Path path;
  const Node* node = &root;
  while (!node->children.empty() && path.size() < 8) {
    const auto index = choice % node->children.size();
    if (node->kind == Node::Kind::array) {
      path.emplace_back(index);
    } else {
      path.emplace_back(node->children[index].name);
    }
    node = &node->children[index];
    choice = static_cast<std::uint8_t>(choice / 2 + choice * 7);
    if (choice % 5 == 0) break;
  }
  if (choice % 3 == 0) path.emplace_back(std::string("new key"));
  return path;
}

std::string comments_of(std::string_view text) {
  std::string found;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    if (text[at] == '#') found += std::string(text.substr(at, end - at)) + "\n";
    at = end + 1;
  }
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto tree = parse_toml(text, "fuzz");
  if (!tree) {
    if (set_value(text, {"a"}, number_value(1))) std::abort();
    return 0;
  }
  const auto path = choose(*tree, data[0]);
  const auto value = data[1] % 2 == 0 ? number_value(4711) : text_value("#]}\"'\n");
  switch (data[1] / 2 % 3) {
    case 0: {
      const auto changed = set_value(text, path, value);
      if (!changed) break;
      const auto after = parse_toml(*changed, "changed").value();
      const auto* node = find_node(after, path);
      if (node == nullptr || !same_value(*node, value)) std::abort();
      // A scalar stands for no line of comment.
      const auto* old = find_node(*tree, path);
      if (old == nullptr && comments_of(*changed) != comments_of(text)) std::abort();
      if (old == nullptr && !remove_value(*changed, path)) std::abort();
      break;
    }
    case 1: {
      const auto changed = append_value(text, path, data[1] / 6 % 2 == 0 ? value : table_value({{"k", value}}));
      if (changed && comments_of(*changed) != comments_of(text)) std::abort();
      break;
    }
    default: {
      const auto changed = remove_value(text, path);
      if (changed && changed->size() > text.size()) std::abort();
      break;
    }
  }
  return 0;
}
