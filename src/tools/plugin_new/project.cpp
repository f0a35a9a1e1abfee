#include "tools/plugin_new/project.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "tools/plugin_new/templates.hpp"

namespace winrmd::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_name = 64;

// What differs between the kinds, beside their files.
struct Kind {
  std::string_view name;
  std::string_view logic;       // the source file without a host, and its test
  std::string_view suffix;      // of its registration
  std::string_view parameters;  // what the contract's check is given
};

constexpr Kind kinds[] = {
    {"authz", "policy", "toml", "\n  --parameter users=alice,bob --parameter administrators=carol"},
    {"resource", "store", "xml", ""},
    {"shell", "greeting", "xml", ""},
};

bool is_name(std::string_view name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !name.empty() && name.size() <= longest_name && name.front() >= 'a' && name.front() <= 'z' &&
         name.back() != '-' && !name.contains("--") && std::ranges::all_of(name, fits);
}

// `my-plugin` → `MyPlugin`
std::string class_name(std::string_view name) {
  std::string result;
  bool first = true;
  for (const char c : name) {
    if (c != '-') result.push_back(first && c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c);
    first = c == '-';
  }
  return result;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

std::string_view template_text(const std::string& path) {
  const auto all = templates();
  const auto found = std::ranges::find(all, path, &Template::path);
  return found == all.end() ? std::string_view() : found->text;
}

using Files = std::map<std::string, std::string>;  // by path inside the project

Files files_of(const Kind& kind, std::string_view name) {
  const std::string folder(kind.name);
  const std::string logic(kind.logic);
  const auto from = [&](const std::string& path) { return std::string(template_text(path)); };
  Files files{
      {"CMakeLists.txt", from("common/CMakeLists.txt")},
      {".gitignore", from("common/gitignore")},
      {"README.md", from(folder + "/README.md")},
      {fmt::format("{}.{}.in", name, kind.suffix), from(fmt::format("{}/registration.{}.in", folder, kind.suffix))},
      {"src/plugin.cpp", from(folder + "/plugin.cpp")},
      {fmt::format("src/{}.hpp", logic), from(fmt::format("{}/{}.hpp", folder, logic))},
      {fmt::format("src/{}.cpp", logic), from(fmt::format("{}/{}.cpp", folder, logic))},
      {fmt::format("tests/{}_test.cpp", logic), from(fmt::format("{}/{}_test.cpp", folder, logic))},
  };
  for (auto& [path, text] : files) {
    replace_all(text, "@SUFFIX@", kind.suffix);
    replace_all(text, "@LOGIC@", kind.logic);
    replace_all(text, "@KIND@", kind.name);
    replace_all(text, "@PARAMETERS@", kind.parameters);
    replace_all(text, "PLUGIN_CLASS", class_name(name));
    replace_all(text, "@NAME@", name);
  }
  return files;
}

Result<void> write(const fs::path& path, const std::string& text) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream stream(path, std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) return fail(fmt::format("cannot write '{}'", path.string()));
  return {};
}

}  // namespace

std::vector<std::string> plugin_kinds() {
  std::vector<std::string> names;
  for (const auto& kind : kinds) names.emplace_back(kind.name);
  return names;
}

Result<std::string> new_plugin(const NewPlugin& wanted) {
  if (!is_name(wanted.name)) {
    return fail(
        fmt::format("'{}' is no name for a plug-in: a lower-case letter first, then letters, digits and single "
                    "hyphens, {} characters at most",
                    wanted.name, longest_name));
  }
  const auto* kind = std::ranges::find(kinds, wanted.kind, &Kind::name);
  if (kind == std::end(kinds)) return fail(fmt::format("there is no kind '{}' of plug-in", wanted.kind));
  const auto folder = fs::path(wanted.folder) / wanted.name;
  std::error_code error;
  if (!fs::create_directories(folder, error)) {
    return fail(
        fmt::format("cannot make the folder '{}': {}", folder.string(), error ? error.message() : "it is there"));
  }
  const auto files = files_of(*kind, wanted.name);
  for (const auto& [path, text] : files) {
    if (const auto written = write(folder / path, text); !written) return std::unexpected(written.error());
  }
  return fmt::format(
      "{0}: {1} files. To build and test it:\n"
      "  cmake -S {0} -B {0}/build && cmake --build {0}/build && ctest --test-dir {0}/build --output-on-failure\n",
      folder.string(), files.size());
}

}  // namespace winrmd::tools
