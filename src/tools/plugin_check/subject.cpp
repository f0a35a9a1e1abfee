#include "tools/plugin_check/subject.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "lib/config/initialization.hpp"
#include "lib/config/library_file.hpp"
#include "lib/config/plugin_xml.hpp"
#include "lib/ipc/breach.hpp"
#include "tools/plugin_check/exports.hpp"
#include "tools/plugin_check/identity.hpp"

namespace winrmd::tools::check {
namespace {

constexpr std::string_view shell_uri = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/check";
constexpr std::string_view invented_uri = "http://example.org/winrmctl/check";

Result<std::string> host_program() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return fail(fmt::format("cannot tell where this program is: {}", error.message()));
  const auto path = (self.parent_path() / "winrmd-host").string();
  if (::access(path.c_str(), X_OK) != 0) return fail(fmt::format("cannot run '{}': {}", path, std::strerror(errno)));
  return path;
}

Result<config::Plugin> read_config(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(fmt::format("cannot open '{}': {}", path, std::strerror(errno)));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return config::read_plugin_xml(text, path);
}

// As the service makes it of a configuration.
Result<std::string> initialization_of(const std::vector<std::string>& parameters) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& parameter : parameters) {
    const auto equals = parameter.find('=');
    if (equals == std::string::npos || equals == 0) return fail(fmt::format("'{}' is not NAME=VALUE", parameter));
    pairs.emplace_back(parameter.substr(0, equals), parameter.substr(equals + 1));
  }
  return config::initialization_xml(pairs);
}

}  // namespace

Result<Subject> make_subject(const Options& options, Findings& findings) {
  Subject subject{.options = options};
  if (auto file = config::check_library_file(options.file); !file) return std::unexpected(file.error());
  const auto exported = exported_functions(options.file);
  if (!exported) return std::unexpected(exported.error());
  const auto kind = options.kind.empty() ? kind_of(*exported) : kind_named(options.kind);
  if (!kind) return fail(fmt::format("'{}': {}", options.file, kind.error().message));
  subject.kind = *kind;
  subject.file = std::filesystem::absolute(options.file).lexically_normal().string();
  for (const auto& name : missing_entry_points(*kind, *exported)) {
    findings.add(ipc::breach::entry_point_missing, "file", name + " is not exported");
  }
  subject.connect = exported->contains("WSManPluginConnect");
  subject.quota = exported->contains("WSManPluginAuthzQueryQuota");
  subject.resource_uri = subject.kind == Kind::resource ? invented_uri : shell_uri;
  if (subject.kind == Kind::resource) subject.capabilities = resource_operations(*exported);
  auto initialization = initialization_of(options.parameters);
  if (!initialization) return std::unexpected(initialization.error());
  subject.initialization_xml = std::move(*initialization);
  if (!options.config.empty()) {
    auto plugin = read_config(options.config);
    if (!plugin) return std::unexpected(plugin.error());
    if (options.parameters.empty()) subject.initialization_xml = config::initialization_xml(*plugin);
    if (!plugin->resources.empty()) subject.resource_uri = plugin->resources.front().uri;
  }
  if (!options.resource_uri.empty()) subject.resource_uri = options.resource_uri;
  auto program = host_program();
  if (!program) return std::unexpected(program.error());
  subject.ground = {.program = std::move(*program),
                    .sandbox = probe_sandbox(),
                    .user = options.user.empty() ? own_account() : options.user,
                    .memory_mb = options.memory_mb,
                    .verbose = options.verbose};
  return subject;
}

}  // namespace winrmd::tools::check
