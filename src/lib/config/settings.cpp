#include "lib/config/settings.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "lib/config/sections.hpp"

namespace winrmd::config {
namespace {

constexpr std::size_t max_file_size = 1U << 20;

Result<Settings> read(std::string_view toml, std::string_view name, bool check_files) {
  auto tree = parse_toml(toml, name);
  if (!tree) return std::unexpected(tree.error());
  Document document(name, check_files);
  Table root(document, *tree, "");
  Settings settings;
  root.get_path("user_file", settings.user_file);
  check_readable(root, "user_file", settings.user_file);
  root.get_path("control_socket", settings.control_socket);
  read_login(root, settings.login);
  read_listeners(root, settings);
  check_schemes(root, settings);
  read_applications(root, settings.applications);
  read_limits(root, settings.limits);
  read_accounts(root, settings.accounts);
  read_log(root, settings);
  root.finish();
  if (document.failed()) return fail(document.error());
  return settings;
}

}  // namespace

Result<Settings> parse(std::string_view toml, std::string_view name) { return read(toml, name, false); }

Result<Settings> load(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fail(fmt::format("{}: cannot open: {}", file, std::strerror(errno)));
  std::string text(max_file_size + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || stream.gcount() < 0) return fail(fmt::format("{}: cannot read", file));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > max_file_size) return fail(fmt::format("{}: larger than {} bytes", file, max_file_size));
  return read(text, file, true);
}

}  // namespace winrmd::config
