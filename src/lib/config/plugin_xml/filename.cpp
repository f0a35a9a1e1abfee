#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "lib/config/plugin_xml/parts.hpp"

namespace winrmd::config {
namespace {

bool is_variable_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') && std::ranges::all_of(text, fits);
}

// The codes are those of Windows, so that whoever knows them finds them.
std::unexpected<Error> invalid_path(std::string what) { return fail(what + " (ERROR_WSMAN_INVALID_FILEPATH)"); }

}  // namespace

Result<std::string> expand_filename(std::string_view written) {
  std::string path;
  for (std::size_t at = 0; at < written.size();) {
    const auto end = written[at] == '%' ? written.find('%', at + 1) : std::string_view::npos;
    const auto name = end == std::string_view::npos ? std::string_view() : written.substr(at + 1, end - at - 1);
    if (!is_variable_name(name)) {
      path += written[at++];
      continue;
    }
    const char* const value = std::getenv(std::string(name).c_str());
    if (value == nullptr) {
      return invalid_path(fmt::format("'{}': winrmd's environment has no variable {}", written, name));
    }
    path += value;
    at = end + 1;
  }
  if (!path.starts_with('/')) return invalid_path(fmt::format("'{}' is not an absolute path", path));
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(path, control)) return invalid_path("holds control characters");
  if (path.size() > max_path) return invalid_path(fmt::format("is longer than {} bytes", max_path));
  return path;
}

void read_filename(ElementReader& element, std::string& path, Need need) {
  std::string written;
  element.get("Filename", written, max_path, need);
  if (written.empty() || element.failed()) return;
  if (auto expanded = expand_filename(written)) {
    path = std::move(*expanded);
  } else {
    element.report("Filename", expanded.error().message);
  }
}

}  // namespace winrmd::config
