// `plugin_directory` of an application.
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "lib/base/fd.hpp"
#include "lib/config/library_file.hpp"
#include "lib/config/plugin_xml.hpp"
#include "lib/config/plugin_xml/registration.hpp"
#include "lib/config/sections.hpp"

namespace winrmd::config {
namespace {

constexpr std::string_view suffix = ".xml";

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

// Sorted; without those whose names begin with a dot, where editors keep theirs.
Result<std::vector<std::string>> names_in(DIR* folder) {
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(folder)) {
    const std::string_view name(entry->d_name);
    if (name.starts_with('.') || !name.ends_with(suffix)) continue;
    names.emplace_back(name);
    if (names.size() > max_plugins) return fail(fmt::format("holds more than {} files *.xml", max_plugins));
  }
  if (errno != 0) return fail(fmt::format("cannot be read: {}", std::strerror(errno)));
  std::ranges::sort(names);
  return names;
}

}  // namespace

void read_plugin_directory(Table& application, const std::string& path, std::vector<Plugin>& plugins, Claims& claims) {
  auto& document = application.document();
  if (document.failed() || !document.check_files() || path.empty()) return;
  const auto report = [&](std::string_view what) { application.report("plugin_directory", what); };
  const std::unique_ptr<DIR, CloseFolder> folder(::opendir(path.c_str()));
  if (!folder) return report(fmt::format("cannot open '{}': {}", path, std::strerror(errno)));
  const int descriptor = ::dirfd(folder.get());
  if (const auto trusted = check_trusted(descriptor, path); !trusted) return report(trusted.error().message);
  const auto names = names_in(folder.get());
  if (!names) return report(fmt::format("'{}' {}", path, names.error().message));
  for (const auto& name : *names) {
    const auto text = read_trusted_file(descriptor, name, max_plugin_xml);
    if (!text) return report(fmt::format("'{}': {}", path, text.error().message));
    Document errors(fmt::format("{}{}{}", path, path.ends_with('/') ? "" : "/", name), true);
    plugins.push_back(read_registration(*text, errors, claims));
    if (errors.failed()) return document.report(Error{errors.error()});
  }
}

}  // namespace winrmd::config
